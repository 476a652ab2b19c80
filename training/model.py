"""The reader as torch trains it: a BERT that sees a question and a text together, with a head for what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from vector_store.ranking.passage_reader import SCALE, packed, unpacked


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of question and text as word pieces: `ids`, `kinds` and `mask` of shape (pairs, length)."""

    ids: Tensor
    kinds: Tensor
    mask: Tensor


class Reader(nn.Module):
    """Says of a text how well it answers; see `forward`."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config)
        # They know more words than any run here meets, and to learn them takes a tenth of its time.
        self.encoder.embeddings.requires_grad_(False)
        self.passage_head = nn.Linear(config.hidden_size, 1)

    def forward(self, batch: Batch) -> Tensor:
        """How well each text answers, shape (pairs,), as logits."""
        words = self.encoder(batch.ids, batch.mask, batch.kinds).last_hidden_state
        said: Tensor = self.passage_head(words[:, 0])[:, 0].float()
        return said

    def save(self, path: Path) -> None:
        """Write the weights in bfloat16, which takes half the room."""
        path.parent.mkdir(parents=True, exist_ok=True)
        halved = {name: value.to(torch.bfloat16).contiguous() for name, value in self.state_dict().items()}
        save_file(halved, path)

    def installed(self) -> dict[str, NDArray[Any]]:
        """The weights as they are installed with the program: what was learnt, a byte a number."""
        learnt = {
            name: value for name, value in self.named_parameters() if value.requires_grad and "pooler" not in name
        }
        return packed({name: value.detach().numpy() for name, value in learnt.items()})

    def load(self, path: Path) -> None:
        """Take the weights of a file that `save` wrote, of one that is installed, or of an embedding model.

        What is installed has no embeddings of word pieces: they stay those of this reader. An embedding model is the
        encoder alone. A head for word pieces, which an earlier version had, is left out.
        """
        stored = load_file(path)
        if any(name.endswith(SCALE) for name in stored):
            learnt = unpacked({name: value.numpy() for name, value in stored.items()})
            self.load_state_dict({**self.state_dict(), **{name: torch.tensor(value) for name, value in learnt.items()}})
            return
        weights = {name: value.float() for name, value in stored.items() if "token_head" not in name}
        if any(name.startswith("encoder.embeddings.") for name in weights):
            weights.pop("encoder.embeddings.position_ids", None)
            self.load_state_dict(weights)
        else:
            weights.pop("embeddings.position_ids", None)
            self.encoder.load_state_dict(weights)


class Pairs:
    """Turns questions and texts into batches; `limit` word pieces of a pair are read, marks included."""

    def __init__(self, tokenizer: Path, limit: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(limit, strategy="longest_first")

    def batch(self, pairs: Sequence[tuple[str, str, str]]) -> Batch:
        """A batch of (question, context, text)."""
        texts = [(question, f"{context}\n{text}" if context else text) for question, context, text in pairs]
        encoded = self._tokenizer.encode_batch(texts)
        shape = (len(encoded), max(len(each.ids) for each in encoded))
        ids, kinds, mask = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
        for row, each in enumerate(encoded):
            length = len(each.ids)
            ids[row, :length] = torch.tensor(each.ids)
            kinds[row, :length] = torch.tensor(each.type_ids)
            mask[row, :length] = 1
        return Batch(ids, kinds, mask)
