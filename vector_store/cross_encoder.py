"""A cross-encoder as the last look at the best passages, where the person has one: slower, and usually better."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from vector_store.embedding import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# How many of the best documents are read together with the query.
READ = 20


class Reader:
    """A sentence-transformers cross-encoder, named by its folder or by the name under which it is on this machine.

    Loaded at first use; safe to share by threads. Nothing is downloaded unless HF_HUB_OFFLINE=0 is set.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        self._lock = threading.Lock()

    def order(self, query: str, texts: Sequence[str]) -> list[int]:
        """The numbers of `texts`, those that answer `query` best first. Raises `ModelError`."""
        if not texts:
            return []
        with self._lock:
            scores = self._loaded.predict([(query, text) for text in texts], show_progress_bar=False)
        return sorted(range(len(texts)), key=lambda number: (-float(scores[number]), number))

    @cached_property
    def _loaded(self) -> CrossEncoder:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import CrossEncoder

        try:
            loaded: CrossEncoder = CrossEncoder(self.model, device="cpu")
            return loaded
        except Exception as error:
            raise ModelError(
                f"The cross-encoder {self.model} cannot be loaded. Name a folder that holds one, or set "
                "HF_HUB_OFFLINE=0 once so that it can be downloaded."
            ) from error
