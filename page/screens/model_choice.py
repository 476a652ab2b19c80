"""Which language model writes the answers of the page: the one of the start, else one chosen on the page, else none."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from ingest.library import Library
from rag import Assistant
from rag.generation import Generator, LanguageModel, Server, find_servers

# Under this name the choice is kept in the library, so that it holds after a restart.
NOTE = "language model"


class ModelChoice:
    """The choice for an assistant, kept in its library. A model that was set at the start stays, whatever is chosen.

    `find` gives the servers of language models on this computer; only their models can be chosen.
    """

    def __init__(
        self, assistant: Assistant, library: Library, find: Callable[[], Sequence[Server]] = find_servers
    ) -> None:
        self._assistant, self._library, self._find = assistant, library, find
        self._note, self._chosen = "", assistant.writer
        self.is_set_at_start = assistant.writer is not None

    def chosen(self) -> Generator | None:
        """What writes the answers now, None where they are quotations. Another copy of the program may have chosen."""
        if not self.is_set_at_start and (note := self._library.note(NOTE) or "") != self._note:
            kept = _kept(note)
            self._note, self._chosen = note, self.writer(*kept) if kept else None
        return self._chosen

    @property
    def name(self) -> str:
        """What readers are told of the model that writes, "" where answers are quotations."""
        writer = self.chosen()
        return writer.name if writer else ""

    def servers(self) -> Sequence[Server]:
        """The servers that offer models on this computer just now; takes a moment."""
        return self._find()

    def offered(self, model: str, port: int) -> Server | None:
        """The server that offers a model on a port just now; None where there is none."""
        offering = (each for each in self.servers() if each.port == port and model in each.models)
        return next(offering, None)

    def writer(self, model: str, server: Server) -> Generator:
        """A writer with a model of a server, which is not asked yet."""
        called = f"{model} ({server.program})"
        return Generator(LanguageModel(f"openai:{model}@{server.address}", called=called), self._assistant.embeddings)

    def use(self, model: str, server: Server) -> None:
        """Have answers written by a model of a server from now on."""
        self._put(json.dumps({"model": model, "program": server.program, "port": server.port}))

    def turn_off(self) -> None:
        """Have answers in quotations from now on."""
        self._put("")

    def _put(self, note: str) -> None:
        if not self.is_set_at_start:
            self._library.put_note(NOTE, note)


def _kept(note: str) -> tuple[str, Server] | None:
    """The model that was chosen, and the server that offered it."""
    try:
        told = json.loads(note or "null")
        return (str(told["model"]), Server(str(told["program"]), int(told["port"]), ())) if told else None
    except (KeyError, TypeError, ValueError):  # another version of the program may keep it otherwise
        return None
