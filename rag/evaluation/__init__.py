"""How good the answers are on questions whose evidence is known: retrieval, evidence, fidelity, refusal, time."""

from rag.evaluation.figures import hit_curve, measure, refusal_curve, table
from rag.evaluation.judge import gold_places, is_right
from rag.evaluation.outputs import OutputError, Outputs
from rag.evaluation.questions import QuestionsError, Record, read_questions
from rag.evaluation.run import misquoted, run

__all__ = [
    "OutputError",
    "Outputs",
    "QuestionsError",
    "Record",
    "gold_places",
    "hit_curve",
    "is_right",
    "measure",
    "misquoted",
    "read_questions",
    "refusal_curve",
    "run",
    "table",
]
