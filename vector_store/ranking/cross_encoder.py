"""A cross-encoder of the person's own in the place of the reader that is installed with the program."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from vector_store.embedding import ModelError
from vector_store.ranking.passage_reader import Readable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder, named by its folder or by the name under which it is on this machine.

    Loaded at first use; safe to share by threads. Nothing is downloaded unless HF_HUB_OFFLINE=0 is set.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        self._lock = threading.Lock()

    def read(self, question: str, texts: Sequence[Readable]) -> list[float]:
        """How well each of `texts` answers, as logits in their order. Raises `ModelError`."""
        if not texts:
            return []
        whole = [f"{context}\n{text}" if context else text for context, text in texts]
        with self._lock:
            # Plain scores: many a model would bring them between 0 and 1, another one's way of being sure.
            model, plain = self._loaded
            scores = model.predict([(question, text) for text in whole], activation_fn=plain, show_progress_bar=False)
        return [float(score) for score in scores]

    def read_statements(self, question: str, statements: Sequence[Readable]) -> list[float]:
        """How well each of `statements` answers when it is read alone: to this model they are texts as all others."""
        return self.read(question, statements)

    def load(self) -> None:
        """Load the model now rather than at the first question. Raises `ModelError`."""
        with self._lock:
            _ = self._loaded

    @cached_property
    def _loaded(self) -> tuple[CrossEncoder, Identity]:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import CrossEncoder
        from torch.nn import Identity

        try:
            return CrossEncoder(self.model, device="cpu"), Identity()
        except Exception as error:
            raise ModelError(
                f"The cross-encoder {self.model} cannot be loaded. Name a folder that holds one, or set "
                "HF_HUB_OFFLINE=0 once so that it can be downloaded."
            ) from error
