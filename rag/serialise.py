"""Answers as plain values that JSON can hold, and back, so that they can be shown again as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from ingest.report import Passage
from rag.answer import Answer

_ANSWER, _PASSAGE = TypeAdapter(Answer), TypeAdapter(Passage)


def to_kept(answer: Answer) -> dict[str, Any]:
    """All of `answer`. `passages` holds each passage once, by the id that stands in its place everywhere else."""
    hits = answer.nearest
    passages = [citation.passage for citation in answer.citations]
    passages += [passage for hit in hits for passage in (hit.passage, *hit.copies)]
    told = asdict(answer)
    told["passages"] = {passage.id: asdict(passage) for passage in passages}
    for kept, citation in zip(told["citations"], answer.citations, strict=True):
        kept["passage"] = citation.passage.id
    for kept, hit in zip(told["nearest"], hits, strict=True):
        kept |= {"passage": hit.passage.id, "copies": [copy.id for copy in hit.copies]}
    return told


def from_kept(told: Mapping[str, Any]) -> Answer:
    """The answer that `to_kept` told of, before or after JSON. What an older version did not tell gets its default, and
    what a newer one told besides is passed over. Raises `KeyError` or `ValueError` where `told` is something else.
    """
    passages = {id: _PASSAGE.validate_python(passage) for id, passage in told["passages"].items()}
    citations = [{**kept, "passage": passages[kept["passage"]]} for kept in told.get("citations", ())]
    nearest = [
        {**kept, "passage": passages[kept["passage"]], "copies": [passages[id] for id in kept.get("copies", ())]}
        for kept in told.get("nearest", ())
    ]
    return _ANSWER.validate_python({**told, "citations": citations, "nearest": nearest})
