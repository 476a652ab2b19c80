"""A language model by one setting, with limits on its time; whatever goes wrong becomes one sentence for the reader."""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Iterator, Sequence
from gettext import gettext as _
from typing import TYPE_CHECKING, Any

import httpx

from common import CoproductionError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

# Seconds until the first word, between two pieces, and for a whole answer. A small model on a laptop needs the first.
FIRST, BETWEEN, WHOLE = 60.0, 20.0, 180.0
# An answer of a few paragraphs; a model that does not stop is stopped.
LONGEST = 12_000
# The name of a model can hold an @ of its own, as LM Studio's do: qwen3-8b@q4_k_m.
_BEFORE_ADDRESS = re.compile(r"@(?=https?://)")
# What a provider says at the end of a whole reply. Without it the connection was cut, which some clients do not notice.
_ENDS = {"openai": "finish_reason", "anthropic": "stop_reason", "ollama": "done_reason"}


class WritingError(CoproductionError):
    """The language model could not write. The message is a sentence for the reader."""


class LanguageModel:
    """A chat model named `provider:model` or `provider:model@address`, as LangChain's `init_chat_model` knows them.

    `openai:gpt-4o-mini`, `ollama:llama3.1`, `openai:mistral@http://127.0.0.1:8000/v1` for a server that speaks as
    OpenAI's does. Keys are taken from where the provider's package looks for them (OPENAI_API_KEY and the like).

    `called` is what readers are told of a model that was found on this computer, see `find_servers`: it is sent no key,
    and asked without a proxy.
    """

    def __init__(
        self, name: str, first: float = FIRST, between: float = BETWEEN, whole: float = WHOLE, called: str = ""
    ) -> None:
        self._model_name, *address = _BEFORE_ADDRESS.split(name, maxsplit=1)
        self._address, self._is_here = "".join(address), bool(called)
        self.name = called or self._model_name
        self._first, self._between, self._whole = first, between, whole
        self._lock = threading.Lock()
        self._model: BaseChatModel | None = None

    def stream(self, messages: Sequence[BaseMessage]) -> Iterator[str]:
        """The pieces of the model's reply as they come. Raises `WritingError`, also in the middle."""
        self._opened()  # the packages of a provider take seconds to import, which is not the model's fault
        pieces: queue.Queue[str | BaseException | None] = queue.Queue()
        stopped = threading.Event()
        threading.Thread(target=self._into, args=(messages, pieces, stopped), daemon=True).start()
        start, length, patience = time.monotonic(), 0, self._first
        try:
            while (piece := self._next(pieces, start, patience)) is not None:
                length += len(piece)
                if length > LONGEST:
                    raise WritingError(_("The language model did not come to an end."))
                yield piece
                patience = self._between
        finally:
            stopped.set()

    def reply(self, messages: Sequence[BaseMessage]) -> str:
        """The model's whole reply. Raises `WritingError`."""
        return "".join(self.stream(messages))

    def _next(self, pieces: queue.Queue[str | BaseException | None], start: float, patience: float) -> str | None:
        """The next piece, None at the end. Raises `WritingError`."""
        try:
            piece = pieces.get(timeout=min(patience, max(0.0, start + self._whole - time.monotonic())))
        except queue.Empty:
            raise WritingError(_("The language model did not answer in time.")) from None
        if isinstance(piece, BaseException):
            raise WritingError(_reason(piece)) from piece
        return piece

    def _into(
        self,
        messages: Sequence[BaseMessage],
        pieces: queue.Queue[str | BaseException | None],
        stopped: threading.Event,
    ) -> None:
        """Put what the model says into `pieces`, in a thread of its own: a stalled connection cannot be stopped."""
        try:
            ended = self._model_name.partition(":")[0] not in _ENDS
            for chunk in self._opened().stream(list(messages)):
                if stopped.is_set():
                    return
                if chunk.text:
                    pieces.put(str(chunk.text))
                ended = ended or any(chunk.response_metadata.get(name) for name in _ENDS.values())
            pieces.put(None if ended else WritingError(_("The language model broke off.")))
        except BaseException as error:  # whatever it is, the reader's thread must hear of it
            pieces.put(error)

    def _opened(self) -> BaseChatModel:
        with self._lock:
            if self._model is None:
                self._model = _open(self._model_name, self._address, self._whole, self._is_here)
            return self._model


def _open(name: str, address: str, timeout: float, is_here: bool) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    provider = name.partition(":")[0]
    settings: dict[str, Any] = {"base_url": address} if address else {}
    if provider != "ollama":
        settings |= {"timeout": timeout, "max_retries": 1}
    if is_here:
        settings |= {"api_key": "none", "http_client": httpx.Client(trust_env=False)}
    elif provider == "openai" and address:
        settings |= _without_key()
    try:
        model: BaseChatModel = init_chat_model(name, temperature=0, **settings)
    except (ImportError, AttributeError) as error:
        raise WritingError(
            _("The language model {name} needs a package that is not installed: {command}").format(
                name=name, command=f"pip install langchain-{provider}."
            )
        ) from error
    except Exception as error:
        sentence = _("The language model {name} cannot be set up: {error}")
        raise WritingError(sentence.format(name=name, error=_first_line(error))) from error
    return model


def _without_key() -> dict[str, str]:
    """A server of one's own mostly asks for no key, but the client insists on one."""
    import os

    return {} if os.environ.get("OPENAI_API_KEY") else {"api_key": "none"}


def _reason(error: BaseException) -> str:
    """One sentence on what went wrong, by the status that nearly all providers' errors carry, else by its name."""
    if isinstance(error, WritingError):
        return str(error)
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    kind = type(error).__name__.lower()
    if status == 429:
        return _("The language model has no room for more questions at the moment.")
    if status in (401, 403):
        return _("The language model did not accept the key.")
    if status == 404:
        return _("The server does not know this language model.")
    if "timeout" in kind:
        return _("The language model did not answer in time.")
    if "connect" in kind or "protocol" in kind or isinstance(error, ConnectionError):
        return _("The language model could not be reached, or broke off.")
    if status:
        return _("The language model's server answered with an error ({status}).").format(status=status)
    return _("The language model failed ({error}).").format(error=type(error).__name__)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
