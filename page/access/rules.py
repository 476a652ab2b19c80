"""What whoever hosts the page can set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from common import CoproductionError


class RulesError(CoproductionError):
    """A setting that makes no sense. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of the door; docs/hosting.md describes them. By default the page is open, for one machine.

    `proxy` are the addresses of proxies that are believed, `limit` is the questions a minute of one person, `queue` how
    many questions may wait, `upload` the megabytes of the largest file that can be sent.
    """

    accounts: Path | None = None
    proxy: str = ""
    limit: int = 30
    queue: int = 64
    upload: int = 500
    log: str = ""
    log_questions: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Rules:
        """The rules that the environment gives, the rest by default. Raises `RulesError`."""

        def setting(name: str) -> str:
            return environment.get(f"COPRODUCTION_{name}", "").strip()

        def number(name: str, otherwise: int) -> int:
            given = setting(name) or str(otherwise)
            if not given.isdecimal() or int(given) < 1:
                raise RulesError(_("{setting} is to be a number above 0.").format(setting=f"COPRODUCTION_{name}"))
            return int(given)

        if setting("LOG") not in ("", "json"):
            raise RulesError(_("{setting} can only be: json").format(setting="COPRODUCTION_LOG"))
        return cls(
            Path(setting("ACCOUNTS")).expanduser() if setting("ACCOUNTS") else None,
            setting("PROXY"),
            number("LIMIT", cls().limit),
            number("QUEUE", cls().queue),
            number("UPLOAD", cls().upload),
            setting("LOG"),
            setting("LOG_QUESTIONS") == "1",
        )
