"""Language models on this computer: the programs that offer some are found where they listen, on loopback alone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

# Where programs that serve language models listen unless they are told otherwise. All of them speak as OpenAI's does.
OLLAMA = "Ollama"
PROGRAMS: Mapping[int, str] = {
    11434: OLLAMA,
    1234: "LM Studio",
    8080: "llama.cpp",  # llamafile and LocalAI too
    1337: "Jan",
    4891: "GPT4All",
    5001: "KoboldCpp",
    8000: "vLLM",
    5000: "text-generation-webui",
}
# Seconds for one answer and bytes of it. A program on this computer answers in milliseconds with a few kilobytes;
# whatever else listens on one of the ports is not waited for.
PATIENCE, LARGEST = 1.0, 1_000_000
# What is offered beside models that write, by how such models are called: those that embed, rank, hear or draw.
_OTHERS = re.compile(r"embed|minilm|rerank|whisper|(?:^|/)(?:bge|gte|e5)-|stable-diffusion|flux", re.I)
# How Ollama calls the models that it only passes on to its makers' computers.
_ELSEWHERE = re.compile(r"[:-]cloud$")


@dataclass(frozen=True, slots=True)
class Server:
    """A program on this computer that offers language models; `elsewhere` are those that it runs on another one."""

    program: str
    port: int
    models: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where it speaks as OpenAI's does."""
        return f"http://127.0.0.1:{self.port}/v1"


def find_servers(programs: Mapping[int, str] | None = None) -> list[Server]:
    """The servers of language models on this computer, in the order of `programs`: their names by their ports.

    Takes as long as the slowest of them, `PATIENCE` at most, for each request. Nothing but this computer is asked.
    """
    programs = PROGRAMS if programs is None else programs
    with ThreadPoolExecutor(max(1, len(programs))) as pool:
        found = pool.map(_found, programs.values(), programs)
    return [server for server in found if server]


def _found(program: str, port: int) -> Server | None:
    """The server on a port; None where there is none, or another."""
    listed = _ollamas(port) if program == OLLAMA else None
    if listed is None:
        listed = _listed(_asked(port, "/v1/models"), "data", "id")
    if listed is None:
        return None
    writing = {name: far for name, far in listed if not _OTHERS.search(name)}
    near = tuple(name for name, far in writing.items() if not far)
    return Server(program, port, near, tuple(name for name, far in writing.items() if far))


def _ollamas(port: int) -> list[tuple[str, bool]] | None:
    """Ollama's own list tells which of its models are elsewhere."""
    return _listed(_asked(port, "/api/tags"), "models", "name")


def _listed(told: Any, key: str, name: str) -> list[tuple[str, bool]] | None:
    """The names in a list of models, each with whether it is on another computer; None where it is no such list."""
    models = told.get(key) if isinstance(told, dict) else None
    if not isinstance(models, list) or not all(isinstance(each, dict) for each in models):
        return None
    return [*_named(models, name)]


def _named(models: list[dict[str, Any]], key: str) -> Iterator[tuple[str, bool]]:
    for each in models:
        name = str(each.get(key, ""))
        if name.isprintable() and name.strip():
            far = bool(each.get("remote_host") or each.get("remote_model") or _ELSEWHERE.search(name))
            yield name, far


def _asked(port: int, path: str) -> Any:
    """What a port of this computer answers in JSON; None where nobody listens, or it is something else."""
    until = time.monotonic() + PATIENCE
    told = b""
    try:
        # No proxy that the environment names: it could be on another computer.
        with (
            httpx.Client(timeout=PATIENCE, trust_env=False) as client,
            client.stream("GET", f"http://127.0.0.1:{port}{path}") as answer,
        ):
            for piece in answer.iter_bytes() if answer.status_code == httpx.codes.OK else ():
                told += piece
                if len(told) > LARGEST or time.monotonic() > until:
                    return None
        return json.loads(told)
    except (httpx.HTTPError, ValueError):
        return None
