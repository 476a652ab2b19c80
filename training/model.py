"""The reader as torch trains it: a BERT that sees question and passage together, with a head for each thing it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of question and passage as word pieces: `ids`, `kinds` and `mask` of shape (pairs, length).

    `sentences` has a row a pair and a column a word piece: the number of the sentence that it belongs to, -1 for none.
    """

    ids: Tensor
    kinds: Tensor
    mask: Tensor
    sentences: Tensor


class Reader(nn.Module):
    """Says of a passage how well it answers, and of each of its sentences whether it does; see `forward`."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config)
        # They know more words than any run here meets, and to learn them takes a tenth of its time.
        self.encoder.embeddings.requires_grad_(False)
        self.passage_head = nn.Linear(config.hidden_size, 1)
        self.token_head = nn.Linear(config.hidden_size, 1)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """The scores of passages, shape (pairs,), and of sentences, shape (pairs, most sentences), as logits.

        A sentence's score is the mean of its word pieces'. Sentences of which nothing was read score 0.
        """
        words = self.encoder(batch.ids, batch.mask, batch.kinds).last_hidden_state
        passages = self.passage_head(words[:, 0])[:, 0]
        of_words = self.token_head(words)[..., 0].float()
        count = int(batch.sentences.max()) + 1
        inside = batch.sentences[:, None, :] == torch.arange(max(count, 1))[None, :, None]
        pieces = inside.sum(-1)
        return passages.float(), (of_words[:, None, :] * inside).sum(-1) / pieces.clamp(min=1)

    def save(self, path: Path) -> None:
        """Write the weights in bfloat16, which takes half the room."""
        path.parent.mkdir(parents=True, exist_ok=True)
        halved = {name: value.to(torch.bfloat16).contiguous() for name, value in self.state_dict().items()}
        save_file(halved, path)

    def load(self, path: Path) -> None:
        """Take the weights of a file that `save` wrote, or those of an embedding model as the encoder alone."""
        weights = {name: value.float() for name, value in load_file(path).items()}
        if any(name.startswith("encoder.embeddings.") for name in weights):
            weights.pop("encoder.embeddings.position_ids", None)
            self.load_state_dict(weights)
        else:
            weights.pop("embeddings.position_ids", None)
            self.encoder.load_state_dict(weights)


class Pairs:
    """Turns questions and passages into batches; `limit` word pieces of a pair are read, marks included."""

    def __init__(self, tokenizer: Path, limit: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(limit, strategy="only_second")

    def batch(self, pairs: Sequence[tuple[str, str, str]], spans: Sequence[Sequence[Span]]) -> Batch:
        """A batch of (question, context, passage), with the sentences of each passage as (start, end) in its text."""
        texts = [f"{context}\n{text}" if context else text for _, context, text in pairs]
        encoded = self._tokenizer.encode_batch([(pair[0], text) for pair, text in zip(pairs, texts, strict=True)])
        shape = (len(encoded), max(len(each.ids) for each in encoded))
        ids, kinds, mask = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
        sentences = torch.full(shape, -1)
        for row, (each, pair, text, places) in enumerate(zip(encoded, pairs, texts, spans, strict=True)):
            length, shift = len(each.ids), len(text) - len(pair[2])
            ids[row, :length] = torch.tensor(each.ids)
            kinds[row, :length] = torch.tensor(each.type_ids)
            mask[row, :length] = 1
            starts = torch.tensor(
                [-1 if kind != 1 else first for kind, (first, _) in zip(each.sequence_ids, each.offsets, strict=True)]
            )
            for number, (first, last) in enumerate(places):
                sentences[row, :length][(starts >= first + shift) & (starts < last + shift)] = number
        return Batch(ids, kinds, mask, sentences)
