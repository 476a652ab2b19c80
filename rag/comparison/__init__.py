"""What each report says to a question, how they define a term, and where two of them differ."""

from rag.comparison.comparison import Comparison, compare
from rag.comparison.disagreement import Disagreement
from rag.comparison.row import Row

__all__ = [
    "Comparison",
    "Disagreement",
    "Row",
    "compare",
]
