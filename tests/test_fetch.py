"""Fetching: whole files or a plain reason, politely, and on from where an attempt broke off. All on this machine."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import Message
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.fetch import ARCHIVE, Fetched, Fetcher, FetchError, Limits, errors
from ingest.fetch.responses import checked_suffix
from ingest.fetch.robots import read_robots
from tests.papers import paragraph, pdf

HERONS = "Herons nest in the old quarry. The volunteers count them each spring, and the council pays for the boat."
PAPER = pdf([paragraph(HERONS)])
PAGE = f"<html><head><title>Herons</title></head><body><p>{HERONS * 3}</p></body></html>".encode()
NOT_FOUND = b"<!DOCTYPE html><html><body><h1>Not found</h1></body></html>"
LONG_PAPER = PAPER[:9] + b"%" + random.Random(1).randbytes(10_000_000) + b"\n" + PAPER[9:]
QUICK = Limits(connect=2, read=0.3, whole=5, tries=2, back_off=0.01, longest_wait=1.5, size=20_000_000)
ROOT = Path(__file__).parent.parent

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers as the site's pages say, and writes down what was asked."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers, time.monotonic()))
        self.server.pages.get(self.path, status(404))(self)

    def begin(self, status: int, **headers: str | int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def finish(self) -> None:
        with_nobody_listening = (BrokenPipeError, ConnectionResetError)
        try:
            super().finish()
        except with_nobody_listening:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Site(ThreadingHTTPServer):
    """A web site on this machine; another port is another site."""

    daemon_threads = True

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__((host, 0), Handler)
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, Message, float]] = []
        self.closing = threading.Event()

    def at(self, path: str) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked if path != "/robots.txt"]

    def ranges(self) -> list[str | None]:
        return [headers["Range"] for path, headers, _ in self.asked if path != "/robots.txt"]

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever left while being answered is no fault."""
        if not isinstance(sys.exception(), ConnectionError):
            raise


@contextmanager
def served(host: str = "127.0.0.1") -> Iterator[Site]:
    with Site(host) as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield site
        finally:
            site.closing.set()
            site.shutdown()
            thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture
def other_site() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def fetcher(tmp_path: Path) -> Iterator[Fetcher]:
    with Fetcher(tmp_path, pause=0, limits=QUICK, private=True) as fetcher:
        yield fetcher


def fetch(folder: Path, address: str, limits: Limits = QUICK, obey_robots: bool = True) -> Fetched:
    """What a fetcher of its own gives, as a later run of the program would be one."""
    with Fetcher(folder, pause=0, limits=limits, private=True) as fetcher:
        return fetcher.fetch(address, obey_robots=obey_robots)


def reason(get: Callable[[], object]) -> str:
    """Why `get` fails: not for want of a connection."""
    with pytest.raises(FetchError) as caught:
        get()
    assert not caught.value.offline
    assert str(caught.value) == caught.value.reason and caught.value.reason.endswith(".")
    return caught.value.reason


def seconds(get: Callable[[], object]) -> float:
    start = time.monotonic()
    get()
    return time.monotonic() - start


# What the sites answer.


def file(data: bytes, kind: str = "application/pdf", cut: int | None = None, **headers: Any) -> Answer:
    """`data`, or the part of it that is asked for; the connection breaks off after `cut` bytes of it."""

    def answer(handler: Handler) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        mark = headers.get("ETag", headers.get("Last_Modified"))
        if asked and handler.headers["If-Range"] == mark:
            begin = int(asked[1])
            span = {"Content_Range": f"bytes {begin}-{len(data) - 1}/{len(data)}"}
            handler.begin(206, Content_Type=kind, Content_Length=len(data) - begin, **span, **headers)
            handler.wfile.write(data[begin:cut])
        else:
            handler.begin(200, Content_Type=kind, Content_Length=len(data), **headers)
            handler.wfile.write(data[:cut])

    return answer


def without_length(data: bytes, kind: str = "application/pdf") -> Answer:
    def answer(handler: Handler) -> None:
        handler.begin(200, Content_Type=kind)
        handler.wfile.write(data)

    return answer


def status(code: int, body: bytes = NOT_FOUND, **headers: str | int) -> Answer:
    def answer(handler: Handler) -> None:
        handler.begin(code, Content_Type="text/html", Content_Length=len(body), **headers)
        handler.wfile.write(body)

    return answer


def moved(to: str, code: int = 301) -> Answer:
    return status(code, b"", Location=to)


def robots(text: str) -> Answer:
    return file(text.encode(), "text/plain")


def in_turn(*answers: Answer) -> Answer:
    """Each answer once, the last for ever."""
    left = list(answers)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def hanging(data: bytes = LONG_PAPER, after: int = 5_000_000, **headers: str | int) -> Answer:
    """The beginning of `data`, then nothing more."""

    def answer(handler: Handler) -> None:
        handler.begin(200, Content_Type="application/pdf", Content_Length=len(data), **headers)
        handler.wfile.write(data[: after - 1000])
        time.sleep(0.1)
        handler.wfile.write(data[after - 1000 : after])
        handler.server.closing.wait()

    return answer


def dripping(piece: bytes, every: float) -> Answer:
    def answer(handler: Handler) -> None:
        handler.begin(200, Content_Type="application/pdf")
        while not handler.server.closing.wait(every):
            handler.wfile.write(piece)

    return answer


def silent(handler: Handler) -> None:
    handler.server.closing.wait()


# Whole files.


def test_a_file_comes_whole_and_leaves_nothing_behind(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    site.pages["/herons.pdf"] = file(LONG_PAPER)
    told: list[tuple[int, int | None]] = []
    fetched = fetcher.fetch(site.at("/herons.pdf"), lambda received, total: told.append((received, total)))
    assert fetched == Fetched(LONG_PAPER, ".pdf", site.at("/herons.pdf"))
    assert told == sorted(told) and told[-1] == (len(LONG_PAPER), len(LONG_PAPER)) and len(told) > 10
    assert list(tmp_path.iterdir()) == []
    agent = site.asked[-1][1]["User-Agent"]
    assert agent.startswith("coproduction-assistant/") and "one person's library" in agent and "@" not in agent


@pytest.mark.parametrize(
    ("path", "answer", "suffix"),
    [
        ("/download?id=7", file(PAPER, "application/octet-stream"), ".pdf"),
        ("/download", file(b"\n" + PAPER, "application/octet-stream"), ".pdf"),
        ("/junk%20before.PDF", file(b"junk " * 100 + PAPER), ".pdf"),
        ("/no-length.pdf", without_length(PAPER), ".pdf"),
        ("/herons", file(PAGE, "text/html; charset=utf-8"), ".html"),
        ("/notes.md", file(b"# Herons", "text/plain"), ".md"),
        ("/notes", file(b"Herons", "text/plain"), ".txt"),
        ("/herons.epub", file(b"PK", "application/octet-stream"), ".epub"),
        ("/picture", file(b"\x89PNG", "image/png"), ""),
    ],
)
def test_the_ending_tells_what_came(site: Site, fetcher: Fetcher, path: str, answer: Answer, suffix: str) -> None:
    site.pages[path] = answer
    assert fetcher.fetch(site.at(path)).suffix == suffix


NAMED = "attachment; filename="


@pytest.mark.parametrize(
    ("path", "kind", "named", "data", "suffix"),
    [
        ("/download?id=7", "application/octet-stream", f'{NAMED}"Report 12.DOCX"', b"PK\x03\x04", ".docx"),
        ("/get.aspx", "application/octet-stream", f"{NAMED}report.docx; size=9", b"PK\x03\x04", ".docx"),
        ("/get.php", "application/zip", "attachment; filename*=UTF-8''caf%C3%A9.odt", b"PK\x03\x04", ".odt"),
        ("/get.aspx", "text/html", f'{NAMED}"report.docx"', b"PK\x03\x04", ".docx"),
        ("/report.docx", "text/plain", "inline", b"PK\x03\x04", ".docx"),
        ("/get.aspx", "text/plain", "", b"Herons", ".txt"),
        ("/get.aspx", "text/plain", f"{NAMED}Minutes 12.03", b"Herons", ".txt"),
        ("/notes.md", "text/plain", 'inline; filename="', b"Herons", ".md"),
        ("/get.aspx", "text/html", f"{NAMED}report.docx", b"<p>Gone", ".html"),
    ],
)
def test_the_name_that_a_site_gives_a_file_tells_its_format(
    path: str, kind: str, named: str, data: bytes, suffix: str
) -> None:
    told = {"Content-Type": kind, "Content-Disposition": named}
    response = httpx.Response(200, headers=told, request=httpx.Request("GET", f"https://a.example{path}"))
    assert checked_suffix(data, response, is_pdf=False, least_letters=0) == suffix


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_moved_file_is_found(site: Site, other_site: Site, fetcher: Fetcher, code: int) -> None:
    site.pages["/old.pdf"] = moved(other_site.at("/archive/"), code)
    other_site.pages["/archive/"] = moved("herons.pdf", code)
    other_site.pages["/archive/herons.pdf"] = file(PAPER)
    assert fetcher.fetch(site.at("/old.pdf")) == Fetched(PAPER, ".pdf", other_site.at("/archive/herons.pdf"))


@pytest.mark.parametrize("told", ["gzip", "", ", gzip"])
def test_a_body_that_comes_packed_though_none_was_asked_for_is_unpacked(
    site: Site, fetcher: Fetcher, told: str
) -> None:
    site.pages["/herons.pdf"] = file(gzip.compress(PAPER), Content_Encoding=told)
    assert fetcher.fetch(site.at("/herons.pdf")).data == PAPER
    assert site.asked[-1][1]["Accept-Encoding"] == "identity"


def test_a_proxy_that_the_environment_names_is_used(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", site.at(""))
    site.pages["http://reports.invalid/herons.pdf"] = file(PAPER)
    assert fetch(tmp_path, "http://reports.invalid/herons.pdf").data == PAPER
    monkeypatch.setenv("HTTP_PROXY", "nonsense://proxy")
    assert reason(lambda: Fetcher(tmp_path)) == errors.PROXY


# What is no file.


@pytest.mark.parametrize(
    ("path", "answer", "sentence"),
    [
        ("/gone.pdf", status(404), errors.NOT_THERE),
        ("/gone.pdf", status(410), errors.TAKEN_AWAY),
        ("/locked.pdf", status(403), errors.NOT_LET_IN.format(status=403)),
        ("/odd.pdf", status(418), errors.ERROR.format(status=418)),
        ("/error.pdf", status(200), errors.PAGE_NOT_PDF),
        ("/error", file(NOT_FOUND, "application/pdf"), errors.PAGE_NOT_PDF),
        ("/long-error.PDF", file(PAGE, "text/html"), errors.PAGE_NOT_PDF),
        ("/noise.pdf", file(b"\x00\x01" * 2000), errors.NOT_A_PDF),
        ("/empty.pdf", file(b""), errors.EMPTY),
        ("/empty", file(b" \n", "text/html"), errors.EMPTY),
        ("/short", status(200), errors.NEXT_TO_NO_TEXT),
        ("/comment", file(b"<!-- -->", "text/html"), errors.NEXT_TO_NO_TEXT),
        (
            "/built-by-script",
            file(b"<html><body><script>" + b"build(); " * 200 + b"</script></body></html>", "text/html"),
            errors.NEXT_TO_NO_TEXT,
        ),
        ("/packed.pdf", file(PAPER, Content_Encoding="br"), errors.PACKED),
        ("/packed.pdf", file(b"\x1f\x8b" + PAPER), errors.PACKED),
        ("/away.pdf", moved("ftp://127.0.0.1/herons.pdf"), errors.LEADS_NOWHERE),
        ("/away.pdf", moved("file:///etc/hostname"), errors.LEADS_NOWHERE),
    ],
)
def test_what_is_no_file_is_told_and_not_asked_for_again(
    site: Site, fetcher: Fetcher, tmp_path: Path, path: str, answer: Answer, sentence: str
) -> None:
    site.pages[path] = answer
    assert reason(lambda: fetcher.fetch(site.at(path))) == sentence
    assert site.paths() == [path]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    ["", "herons.pdf", "http://", "ftp://reports.org/a.pdf", "file:///etc/hostname", "http://[::1", "http://a..b/"],
)
def test_what_is_no_address_is_told(fetcher: Fetcher, address: str) -> None:
    assert reason(lambda: fetcher.fetch(address)) == errors.NOT_AN_ADDRESS


def test_an_address_that_leads_round_in_a_circle_or_on_and_on_is_told(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/a.pdf": moved("/b.pdf"), "/b.pdf": moved("/a.pdf")}
    assert reason(lambda: fetcher.fetch(site.at("/a.pdf"))) == errors.CIRCLE
    site.pages |= {f"/{step}": moved(f"/{step + 1}") for step in range(20)}
    assert reason(lambda: fetcher.fetch(site.at("/0"))) == errors.TOO_MANY_STEPS
    site.pages["/10"] = file(PAPER)
    assert fetcher.fetch(site.at("/0")).address == site.at("/10")


@pytest.mark.parametrize("told", [True, False])
def test_a_file_that_is_too_large_is_given_up(site: Site, tmp_path: Path, told: bool) -> None:
    site.pages["/endless.pdf"] = file(LONG_PAPER, ETag='"1"') if told else dripping(LONG_PAPER[:1_000_000], 0)
    limits = replace(QUICK, size=3 * 1024 * 1024)
    assert "larger than 3 MB" in reason(lambda: fetch(tmp_path, site.at("/endless.pdf"), limits))
    assert list(tmp_path.iterdir()) == []


def test_a_small_file_that_unpacks_to_a_huge_one_is_given_up(site: Site, tmp_path: Path) -> None:
    site.pages["/bomb.pdf"] = file(gzip.compress(bytes(3_000_000)), Content_Encoding="gzip")
    assert "larger than 1 MB" in reason(lambda: fetch(tmp_path, site.at("/bomb.pdf"), replace(QUICK, size=1 << 20)))


def test_a_certificate_that_cannot_be_trusted_is_told(site: Site, fetcher: Fetcher) -> None:
    assert reason(lambda: fetcher.fetch(site.at("/a.pdf").replace("http:", "https:"))) == errors.NOT_SECURE


def test_a_folder_that_cannot_be_written_is_told(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "kept on this computer" in reason(lambda: fetch(tmp_path / "file" / "folder", site.at("/a.pdf")))


# Troubles that pass.


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (status(503), errors.TOO_BUSY.format(status=503)),
        (status(429, Retry_After="soon"), errors.TOO_BUSY.format(status=429)),
        (status(408), errors.SILENT),
        (status(500), errors.ERROR.format(status=500)),
        (file(PAPER, cut=len(PAPER) // 2), errors.BROKEN_OFF),
        (file(PAPER[: -len(PAPER) // 2]), errors.CUT_SHORT),
        (without_length(PAPER[: -len(PAPER) // 2]), errors.CUT_SHORT),
        (file(gzip.compress(PAPER)[:-20]), errors.BROKEN_OFF),
        (silent, errors.SILENT),
        (status(416), errors.ANOTHER_PART),
        (status(206, b"", Content_Range="bytes 7-99/100"), errors.ANOTHER_PART),
        (status(206, b""), errors.ANOTHER_PART),
    ],
)
def test_a_trouble_that_passes_costs_nothing_and_one_that_stays_is_told(
    site: Site, fetcher: Fetcher, tmp_path: Path, trouble: Answer, sentence: str
) -> None:
    site.pages["/herons.pdf"] = in_turn(trouble, file(PAPER))
    assert fetcher.fetch(site.at("/herons.pdf")).data == PAPER
    assert list(tmp_path.iterdir()) == []
    site.pages["/herons.pdf"] = trouble
    assert reason(lambda: fetcher.fetch(site.at("/herons.pdf"))) == sentence
    assert len(site.paths()) == 2 + QUICK.tries


def test_a_site_that_asks_for_a_wait_gets_it(site: Site, fetcher: Fetcher) -> None:
    site.pages["/herons.pdf"] = in_turn(status(429, Retry_After=1), file(PAPER))
    fetcher.fetch(site.at("/herons.pdf"))
    first, second = (when for path, _, when in site.asked if path == "/herons.pdf")
    assert 1 <= second - first < 15


@pytest.mark.parametrize("wait", ["3600", "Wed, 28 Nov 2125 03:01:07 GMT"])
def test_a_site_that_asks_for_too_long_a_wait_is_left_alone(site: Site, fetcher: Fetcher, wait: str) -> None:
    site.pages["/herons.pdf"] = status(503, Retry_After=wait)
    assert reason(lambda: fetcher.fetch(site.at("/herons.pdf"))) == errors.TOO_BUSY.format(status=503)
    assert len(site.paths()) == 1


def test_a_site_that_drips_for_ever_is_given_up(site: Site, tmp_path: Path) -> None:
    site.pages["/endless.pdf"] = dripping(b"%", every=0.05)
    limits = replace(QUICK, whole=0.4)
    start = time.monotonic()
    assert reason(lambda: fetch(tmp_path, site.at("/endless.pdf"), limits)) == errors.TOO_SLOW
    assert 0.4 <= time.monotonic() - start < 15


# Going on from where an attempt broke off.


@pytest.mark.parametrize("mark", [{"ETag": '"1"'}, {"Last_Modified": "Mon, 29 Aug 2016 12:00:00 GMT"}])
def test_after_a_drop_only_the_rest_is_asked_for(site: Site, tmp_path: Path, mark: dict[str, Any]) -> None:
    site.pages["/herons.pdf"] = in_turn(
        file(LONG_PAPER, cut=4_000_000, **mark), file(LONG_PAPER, cut=7_000_000, **mark), file(LONG_PAPER, **mark)
    )
    told: list[int] = []
    with Fetcher(tmp_path, pause=0, limits=replace(QUICK, tries=3), private=True) as fetcher:
        fetched = fetcher.fetch(site.at("/herons.pdf"), lambda received, total: told.append(received))
    assert fetched.data == LONG_PAPER
    assert site.ranges() == [None, "bytes=4000000-", "bytes=7000000-"]
    assert told == sorted(told)


def broken_off(site: Site, folder: Path, **headers: Any) -> str:
    """The address of a file that has come half, and no further."""
    site.pages["/herons.pdf"] = file(LONG_PAPER, cut=4_000_000, **headers)
    address = site.at("/herons.pdf")
    assert reason(lambda: fetch(folder, address, replace(QUICK, tries=1))) == errors.BROKEN_OFF
    return address


def test_a_later_run_goes_on(site: Site, tmp_path: Path) -> None:
    address = broken_off(site, tmp_path, ETag='"1"')
    assert [path.stat().st_size for path in tmp_path.glob("*.part")] == [4_000_000]
    site.pages["/herons.pdf"] = file(LONG_PAPER, ETag='"1"')
    assert fetch(tmp_path, address).data == LONG_PAPER
    assert site.ranges() == [None, "bytes=4000000-"]
    assert list(tmp_path.iterdir()) == []


def test_a_rest_that_comes_in_portions_is_put_together(site: Site, tmp_path: Path) -> None:
    address = broken_off(site, tmp_path, ETag='"1"')
    span = f"bytes 4000000-6999999/{len(LONG_PAPER)}"
    portion = status(206, LONG_PAPER[4_000_000:7_000_000], Content_Range=span, ETag='"1"')
    site.pages["/herons.pdf"] = in_turn(portion, file(LONG_PAPER, ETag='"1"'))
    assert fetch(tmp_path, address).data == LONG_PAPER
    assert site.ranges() == [None, "bytes=4000000-", "bytes=7000000-"]


@pytest.mark.parametrize("ignores_the_mark", [True, False])
def test_a_file_that_has_changed_meanwhile_starts_afresh(site: Site, tmp_path: Path, ignores_the_mark: bool) -> None:
    address = broken_off(site, tmp_path, ETag='"1"')
    changed = LONG_PAPER.replace(b"\x00", b"\x01")
    new = file(changed, ETag='"2"')

    def rest_of_another(handler: Handler) -> None:
        handler.headers.replace_header("If-Range", '"2"')
        new(handler)

    site.pages["/herons.pdf"] = in_turn(rest_of_another, new) if ignores_the_mark else new
    assert fetch(tmp_path, address).data == changed
    assert site.ranges() == [None, "bytes=4000000-", None][: 3 if ignores_the_mark else 2]


@pytest.mark.parametrize(
    "rest",
    [
        status(416, Content_Range=f"bytes */{len(LONG_PAPER)}"),
        status(206, LONG_PAPER[5_000_000:], Content_Range=f"bytes 5000000-{len(LONG_PAPER) - 1}/{len(LONG_PAPER)}"),
        status(206, LONG_PAPER[4_000_000:8_999_995] + b"%%EOF", Content_Range="bytes 4000000-8999999/9000000"),
        status(206, LONG_PAPER[4_000_000:]),
    ],
)
def test_another_part_than_was_asked_for_is_not_taken(site: Site, tmp_path: Path, rest: Answer) -> None:
    address = broken_off(site, tmp_path, ETag='"1"')
    site.pages["/herons.pdf"] = in_turn(rest, file(LONG_PAPER, ETag='"1"'))
    assert fetch(tmp_path, address).data == LONG_PAPER
    assert site.ranges() == [None, "bytes=4000000-", None]


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"1"'}])
def test_without_a_sure_mark_of_the_version_it_starts_afresh(
    site: Site, tmp_path: Path, headers: dict[str, str]
) -> None:
    address = broken_off(site, tmp_path, **headers)
    site.pages["/herons.pdf"] = file(LONG_PAPER)
    assert fetch(tmp_path, address).data == LONG_PAPER
    assert site.ranges() == [None, None]


@pytest.mark.parametrize(
    "damage",
    [
        lambda part, notes: notes.write_bytes(b"\xff{"),
        lambda part, notes: notes.write_text(notes.read_text()[:-9]),
        lambda part, notes: notes.write_text("[]"),
        lambda part, notes: notes.write_text(notes.read_text().replace("herons", "swifts")),
        lambda part, notes: notes.write_text(json.dumps(json.loads(notes.read_text()) | {"validator": "a\nb"})),
        lambda part, notes: notes.unlink(),
        lambda part, notes: part.unlink(),
        lambda part, notes: part.write_bytes(b""),
        lambda part, notes: part.write_bytes(LONG_PAPER + b"more"),
    ],
)
def test_damaged_remains_are_not_gone_on_from(
    site: Site, tmp_path: Path, damage: Callable[[Path, Path], object]
) -> None:
    address = broken_off(site, tmp_path, ETag='"1"')
    [part], [notes] = tmp_path.glob("*.part"), tmp_path.glob("*.json")
    damage(part, notes)
    site.pages["/herons.pdf"] = file(LONG_PAPER, ETag='"1"')
    assert fetch(tmp_path, address).data == LONG_PAPER
    assert site.ranges() == [None, None]
    assert list(tmp_path.iterdir()) == []


CHILD = """
import sys
from pathlib import Path
from ingest.fetch import Fetcher, Limits
with Fetcher(Path(sys.argv[1]), pause=0, limits=Limits(**eval(sys.argv[3])), private=True) as fetcher:
    fetcher.fetch(sys.argv[2])
"""


def child(folder: Path, address: str, limits: dict[str, float]) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-c", CHILD, str(folder), address, repr(limits)]
    return subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.DEVNULL)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
def test_after_a_kill_only_the_rest_is_asked_for(site: Site, tmp_path: Path) -> None:
    site.pages["/herons.pdf"] = hanging(ETag='"1"')
    with child(tmp_path, site.at("/herons.pdf"), {}) as running:
        until = time.monotonic() + 60
        while sum(path.stat().st_size for path in tmp_path.glob("*.part")) < 5_000_000:
            assert time.monotonic() < until and running.poll() is None
            time.sleep(0.01)
        os.kill(running.pid, signal.SIGKILL)
    site.pages["/herons.pdf"] = file(LONG_PAPER, ETag='"1"')
    assert fetch(tmp_path, site.at("/herons.pdf")).data == LONG_PAPER
    assert site.ranges() == [None, "bytes=5000000-"]


# Politeness.


@pytest.mark.parametrize(
    ("text", "allowed", "forbidden"),
    [
        ("", ["/", "/a.pdf"], []),
        ("User-agent: *\nDisallow:", ["/a.pdf"], []),
        ("User-agent: *\nDisallow: /", [], ["/", "/a.pdf"]),
        ("\ufeffuser-AGENT : *  # all\r\nDISALLOW:/private # not this", ["/", "/a"], ["/private/a", "/privateer"]),
        ("User-agent: *\nDisallow: /\nAllow: /reports/", ["/reports/a.pdf"], ["/a.pdf"]),
        ("User-agent: *\nDisallow: /a\nAllow: /a", ["/a"], []),
        ("User-agent: *\nDisallow: /*.pdf$", ["/a.pdf?b", "/a"], ["/a.pdf", "/b/a.pdf.pdf"]),
        ("User-agent: *\nDisallow: /*/draft*2015", ["/draft", "/a/draft"], ["/a/draft-of-2015.pdf"]),
        ("User-agent: *\nDisallow: /*?", ["/a"], ["/a?b"]),
        ("User-agent: *\nDisallow: /a$", ["/ab"], ["/a"]),
        ("User-agent: *\nDisallow: /a*a$", ["/a"], ["/aa", "/aba"]),
        ("User-agent: *\nDisallow: /caf%C3%A9", ["/caf"], ["/café", "/caf%c3%a9"]),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Us\nDisallow: /a", ["/b"], ["/a"]),
        ("User-agent: us\nUser-agent: them\n\nDisallow: /a\nSitemap: /x\nDisallow: /b", ["/c"], ["/a", "/b"]),
        ("User-agent: us\nDisallow: /a\nUser-agent: *\nDisallow: /c\nUser-agent: us\nDisallow: /b", ["/c"], ["/b"]),
        ("User-agent: us-too\nDisallow: /\n<html>nonsense: :", ["/a"], []),
        ("Disallow: /\nCrawl-delay: 5", ["/a"], []),
        ("User-agent: *\nDisallow: " + "/*a" * 5000 + "b", ["/" + "a" * 5000], []),
    ],
)
def test_robots_txt_is_read_as_its_standard_says(text: str, allowed: list[str], forbidden: list[str]) -> None:
    rules = read_robots(text, "us")
    assert [path for path in [*allowed, *forbidden] if rules.allow(path)] == allowed


@pytest.mark.parametrize(("told", "delay"), [("5", 5), ("0.5", 0.5), ("often", 0), ("-1", 0), ("", 0)])
def test_the_crawl_delay_is_read(told: str, delay: float) -> None:
    assert read_robots(f"User-agent: *\nCrawl-delay: {told}\nDisallow: /a", "us").delay == delay


def test_what_a_site_forbids_to_programs_is_not_asked_for(site: Site, other_site: Site, fetcher: Fetcher) -> None:
    site.pages |= {"/robots.txt": robots("User-agent: *\nDisallow: /private/"), "/a.pdf": file(PAPER)}
    site.pages["/private/a.pdf"] = file(PAPER)
    other_site.pages["/a.pdf"] = moved(site.at("/private/a.pdf"))
    for forbidden in (site.at("/private/a.pdf"), other_site.at("/a.pdf")):
        assert reason(partial(fetcher.fetch, forbidden)) == errors.FORBIDDEN
    assert fetcher.fetch(site.at("/a.pdf")).data == PAPER
    assert [path for path, _, _ in site.asked] == ["/robots.txt", "/a.pdf"]


def test_what_a_person_typed_is_fetched_without_asking_for_the_rules(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/robots.txt": robots("User-agent: *\nDisallow: /"), "/a.pdf": file(PAPER)}
    assert fetch(tmp_path, site.at("/a.pdf"), obey_robots=False).data == PAPER
    assert [path for path, _, _ in site.asked] == ["/a.pdf"]


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (status(404), ""),
        (status(410), ""),
        (status(401), errors.FORBIDDEN),
        (status(403), errors.FORBIDDEN),
        (status(500), errors.NO_RULES),
        (status(429), errors.NO_RULES),
        (silent, errors.NO_RULES),
        (in_turn(status(503), robots("User-agent: *\nAllow: /")), ""),
        (moved("/rules.txt"), errors.FORBIDDEN),
    ],
)
def test_rules_that_are_missing_allow_all_and_those_that_cannot_be_known_nothing(
    site: Site, fetcher: Fetcher, rules: Answer, sentence: str
) -> None:
    site.pages |= {"/robots.txt": rules, "/a.pdf": file(PAPER), "/rules.txt": robots("User-agent: *\nDisallow: /a")}
    for _ in range(2):
        if sentence:
            assert reason(lambda: fetcher.fetch(site.at("/a.pdf"))) == sentence
        else:
            assert fetcher.fetch(site.at("/a.pdf")).data == PAPER
    assert ("/a.pdf" in site.paths()) is (not sentence)
    assert sum(path == "/robots.txt" for path, _, _ in site.asked) <= QUICK.tries


@pytest.mark.parametrize(("pause", "rules", "least"), [(0.3, "", 0.3), (0.0, "User-agent: *\nCrawl-delay: 0.4", 0.4)])
def test_requests_to_one_site_keep_their_distance_and_to_others_need_not(
    site: Site, other_site: Site, tmp_path: Path, pause: float, rules: str, least: float
) -> None:
    site.pages |= {"/robots.txt": robots(rules), "/a.pdf": moved("/b.pdf"), "/b.pdf": file(PAPER)}
    other_site.pages["/a.pdf"] = file(PAPER)
    with Fetcher(tmp_path, pause=pause, limits=QUICK, private=True) as fetcher:
        fetcher.fetch(site.at("/a.pdf"))
        assert seconds(lambda: fetcher.fetch(other_site.at("/a.pdf"), obey_robots=False)) < 0.3
    times = [when for _, _, when in site.asked]
    assert len(times) == 3
    assert all(later - earlier >= least for earlier, later in pairwise(times))


# The Internet Archive.


@contextmanager
def archiving(archive: Site, folder: Path) -> Iterator[Fetcher]:
    with Fetcher(
        folder, archive=archive.at("/web/{stamp}id_/{address}"), pause=0, limits=QUICK, private=True
    ) as fetcher:
        yield fetcher


def test_a_dead_address_has_a_copy_in_the_archive(site: Site, other_site: Site, tmp_path: Path) -> None:
    address = site.at("/gone.pdf?version=2")
    copy = f"/web/20160829123456id_/{address}"
    other_site.pages |= {f"/web/2030id_/{address}": moved(copy, 302), copy: file(PAPER)}
    with archiving(other_site, tmp_path) as fetcher:
        assert reason(lambda: fetcher.fetch(address)) == errors.NOT_THERE
        assert fetcher.fetch_archived(address) == Fetched(PAPER, ".pdf", other_site.at(copy), "2016-08-29")
    assert (
        ARCHIVE.format(stamp="2030", address="http://a.org/b?c")
        == "https://web.archive.org/web/2030id_/http://a.org/b?c"
    )


@pytest.mark.parametrize("newest", [status(200), status(404), moved("/web/20240101000000id_/home")])
def test_where_the_newest_copy_is_of_an_error_page_an_older_one_is_taken(
    site: Site, tmp_path: Path, newest: Answer
) -> None:
    address = "http://reports.invalid/gone.pdf"
    site.pages |= {f"/web/2030id_/{address}": newest, f"/web/2016id_/{address}": moved(f"/web/20150101id_/{address}")}
    site.pages |= {f"/web/20150101id_/{address}": file(PAPER), "/web/20240101000000id_/home": file(PAGE, "text/html")}
    with archiving(site, tmp_path) as fetcher:
        assert fetcher.fetch_archived(address).archived == "2015-01-01"


def test_that_the_archive_has_no_copy_is_told_and_so_is_that_it_forbids_to_ask(site: Site, tmp_path: Path) -> None:
    with archiving(site, tmp_path) as fetcher:
        told = reason(lambda: fetcher.fetch_archived("http://reports.invalid/gone.pdf"))
    assert told == errors.NO_COPY.format(reason=errors.NOT_THERE)
    site.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /web/")
    site.asked.clear()
    with archiving(site, tmp_path) as fetcher:
        assert errors.FORBIDDEN in reason(lambda: fetcher.fetch_archived("http://reports.invalid/gone.pdf"))
    assert site.paths() == []


# Without a connection, and when it is to stop.


@pytest.fixture
def nobody() -> Iterator[str]:
    """The address of a site that refuses all connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def mute() -> Iterator[str]:
    """The address of a site that lets callers in and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(20)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_site_that_cannot_be_reached_is_told_within_seconds_and_not_tried_again(
    nobody: str, site: Site, fetcher: Fetcher, tmp_path: Path
) -> None:
    site.pages["/a.pdf"] = moved(f"{nobody}/b.pdf")
    for address in (f"{nobody}/a.pdf", "http://reports.invalid/a.pdf", site.at("/a.pdf")):
        with pytest.raises(FetchError) as caught:
            fetcher.fetch(address)
        assert caught.value.offline and caught.value.reason == errors.UNREACHABLE
    with (
        pytest.raises(FetchError) as caught,
        Fetcher(tmp_path, archive=f"{nobody}/{{address}}", pause=0, limits=QUICK, private=True) as other,
    ):
        other.fetch_archived("http://reports.invalid/a.pdf")
    assert caught.value.offline
    fetcher._limits = replace(QUICK, back_off=60)

    def again() -> None:
        with pytest.raises(FetchError) as caught:
            fetcher.fetch(f"{nobody}/b.pdf", obey_robots=False)
        assert caught.value.offline

    assert seconds(again) < 15  # a pause would be four times as long


def test_one_answer_of_any_kind_means_a_connection(site: Site, nobody: str, mute: str, fetcher: Fetcher) -> None:
    addresses = [f"{nobody}/a", f"{nobody}/b", f"{mute}/a", "nonsense", site.at("/a")]
    assert fetcher.online(addresses)
    assert not fetcher.online(addresses[:2]) and not fetcher.online([])
    assert 1.9 < seconds(lambda: fetcher.online([mute])) < 15


def test_a_proxy_that_cannot_get_out_is_no_connection(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "do_HEAD", lambda handler: handler.begin(503), raising=False)
    with Fetcher(tmp_path, private=True) as fetcher:
        assert fetcher.online([site.at("/")])
    monkeypatch.setenv("HTTP_PROXY", site.at(""))
    with Fetcher(tmp_path, private=True) as fetcher:
        assert not fetcher.online(["http://reports.invalid/"])


def test_a_thread_that_hangs_does_not_hold_up_the_end_of_the_program(mute: str, tmp_path: Path) -> None:
    with child(tmp_path, f"{mute}/a.pdf", {"whole": 0.2, "read": 60}) as running:
        assert running.wait(50) == 1  # the thread hangs for a minute


@pytest.mark.parametrize("waiting_for", ["a word", "the rest", "the pause", "the site's leave", "robots.txt"])
def test_a_stop_ends_every_wait_and_keeps_what_has_come(
    site: Site, mute: str, tmp_path: Path, waiting_for: str
) -> None:
    site.pages |= {
        "/a word": silent,
        "/the rest": hanging(after=1000, ETag='"1"'),
        "/the pause": moved("/next"),
        "/the site's leave": status(503, Retry_After=30),
    }
    address = f"{mute}/a.pdf" if waiting_for == "robots.txt" else site.at(f"/{waiting_for}").replace(" ", "%20")
    site.pages |= {path.replace(" ", "%20"): answer for path, answer in site.pages.items()}
    limits = Limits(longest_wait=60)
    with Fetcher(tmp_path, pause=30, limits=limits, private=True) as fetcher:
        timer = threading.Timer(1.5 if waiting_for == "the rest" else 0.3, fetcher.stop)
        timer.start()
        obey_robots = waiting_for == "robots.txt"
        taken = seconds(lambda: reason(lambda: fetcher.fetch(address, obey_robots=obey_robots)))
        timer.join()
        assert taken < 15  # each wait would be twice as long or more
        assert reason(lambda: fetcher.fetch(address)) == errors.STOPPED
    assert [path.stat().st_size for path in tmp_path.glob("*.part")] == ([1000] if waiting_for == "the rest" else [])
