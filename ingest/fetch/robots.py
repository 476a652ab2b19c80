"""What a site's robots.txt asks of programs, read as RFC 9309 says: the longest rule counts, * and $ have meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for one program: patterns of paths with whether they may be fetched, and seconds between requests."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0

    def allow(self, path: str) -> bool:
        """Whether `path`, with its query, may be fetched."""
        path = unquote(path)
        return max(((len(rule), allowed) for rule, allowed in self.rules if _fits(rule, path)), default=(0, True))[1]


EVERYTHING, NOTHING = Robots(), Robots((("/", False),))


def read_robots(text: str, agent: str) -> Robots:
    """What `text`, a robots.txt, says to the program that calls itself `agent`: its own rules, else those for all."""
    groups: dict[str, list[tuple[str, str]]] = {}
    named: list[str] = []
    ruled = False
    for field, value in _fields(text):
        if field == "user-agent":
            named = [value.lower()] if ruled else [*named, value.lower()]
            groups.setdefault(value.lower(), [])
        else:
            for name in named:
                groups[name].append((field, value))
        ruled = field != "user-agent"
    said = groups.get(agent.lower(), groups.get("*", []))
    rules = tuple((unquote(value), field == "allow") for field, value in said if field != "crawl-delay" and value)
    delays = [float(value) for field, value in said if field == "crawl-delay" and re.fullmatch(r"\d+(\.\d+)?", value)]
    return Robots(rules, max(delays, default=0.0))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        field, _, value = line.partition("#")[0].partition(":")
        field = field.strip().lower()
        if field in ("user-agent", "allow", "disallow", "crawl-delay"):
            yield field, value.strip()


def _fits(rule: str, path: str) -> bool:
    """Whether `path` begins as `rule` says, in which * is anything and a final $ the end of the path."""
    first, *others = rule.removesuffix("$").split("*")
    ends = rule.endswith("$")
    if not others:
        return path == first if ends else path.startswith(first)
    if not path.startswith(first):
        return False
    place = len(first)
    for part in others[:-1]:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return path.endswith(others[-1], place) if ends else path.find(others[-1], place) >= 0
