"""Fetching the reading list from stand-ins for its publishers on this machine: every entry ends in its right state."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from cli.main import main
from ingest.fetch import Fetcher
from ingest.reading_list import BusyError, Downloads, Entry, OfflineError, WorkState
from service import Service
from tests.briefs import TITLE, entry, paper
from tests.papers import paragraph, pdf
from tests.test_fetch import QUICK, Answer, Handler, Site, file, moved, no_proxy, served, status  # noqa: F401 (a fixture)
from tests.test_page import empty_library

NAMES = (
    "right moved dead truncated disguised broken slow endless loop page another sold forbidden second blog".split()  # noqa: SIM905
)


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as made:
        yield made


def publish(site: Site) -> list[Entry]:
    """Let `site` stand in for the publishers, and for the Internet Archive at /archive/. Gives the entries."""
    links = '<a href="/minutes.pdf">Minutes</a> <a href="/files/page.pdf">How page towns run a bath</a>'
    page = "<html><body><h1>{}</h1><p>" + "The towns tell how. " * 30 + "</p>{}</body></html>"
    site.pages |= {
        "/right.pdf": file(paper("right"), ETag='"1"'),
        "/moved.pdf": moved("/new/moved.pdf"),
        "/new/moved.pdf": file(paper("moved")),
        f"/archive/2030id_/{site.at('/dead.pdf')}": moved(f"/archive/20160829120000id_/{site.at('/dead.pdf')}", 302),
        f"/archive/20160829120000id_/{site.at('/dead.pdf')}": file(paper("dead")),
        "/truncated.pdf": file(paper("truncated")[:-40]),
        "/disguised.pdf": file(page.format("Not found", "").encode(), "text/html"),
        "/broken.pdf": broken(paper("broken", 10_000_000)),
        "/slow.pdf": drip(b"%PDF-1.7\n", 0.05),
        "/endless.pdf": drip(b"%PDF-1.7\n" + b"0" * 1_000_000, 0),
        "/loop.pdf": moved("/loop.pdf"),
        "/page": file(page.format("About it", links).encode(), "text/html"),
        "/files/page.pdf": file(paper("page")),
        "/minutes.pdf": file(paper("minutes")),
        "/another.pdf": file(pdf([paragraph("The accounts of the harbour for the year.")])),
        "/private/forbidden.pdf": file(paper("forbidden")),
        "/robots.txt": file(b"User-agent: *\nDisallow: /private/\n", "text/plain"),
        "/second.pdf": file(paper("second")),
        "/blog": file(page.format(TITLE.format("blog"), "").encode(), "text/html"),
    }
    special = {
        "page": entry(10, "page", site.at("/page"), leads_to="page"),
        "sold": entry(12, "sold", site.at("/sold.pdf"), free=False),
        "forbidden": entry(13, "forbidden", site.at("/private/forbidden.pdf")),
        "second": entry(14, "second", site.at("/gone.pdf"), site.at("/second.pdf")),
        "blog": entry(15, "blog", site.at("/blog")),
    }
    return [
        special.get(name) or entry(number, name, site.at(f"/{name}.pdf")) for number, name in enumerate(NAMES, start=1)
    ]


def broken(data: bytes) -> Answer:
    """Breaks off half way the first time."""
    turns = iter([len(data) // 2])

    def answer(handler: Handler) -> None:
        file(data, ETag='"b"', cut=next(turns, None))(handler)

    return answer


def drip(piece: bytes, pause: float) -> Answer:
    """Sends and never ends."""

    def answer(handler: Handler) -> None:
        handler.begin(200, Content_Type="application/pdf")
        while not handler.server.closing.wait(pause):
            handler.wfile.write(piece)

    return answer


def downloads(service: Service, site: Site, folder: Path) -> Downloads:
    archive = site.at("/archive/{stamp}id_/{address}")
    return Downloads(
        service.reading_list,
        service.library,
        folder,
        lambda place: Fetcher(place, archive=archive, pause=0, limits=QUICK, private=True),
    )


def states(service: Service) -> dict[str, WorkState]:
    """The state of each entry's work by the name in its title."""
    return dict(zip(NAMES, (state.works[0] for state in service.reading_list.states()), strict=True))


@pytest.fixture
def service(golden: Service, site: Site, tmp_path: Path) -> Iterator[Service]:
    with empty_library(golden, tmp_path / "library", publish(site)) as made:
        yield made


def test_every_entry_ends_in_its_right_state(service: Service, site: Site, tmp_path: Path) -> None:
    service.reading_list.fill()
    told = {state.work.title: tried for state, tried in downloads(service, site, tmp_path / "library").run()}
    ended = states(service)

    had = ["right", "moved", "dead", "broken", "page", "second", "blog"]
    assert [name for name, state in ended.items() if state.report] == had
    for name in had:
        report, tried = ended[name].report, ended[name].tried
        assert report is not None and tried is not None
        assert report.details.title == TITLE.format(name)
        assert (report.details.publisher, report.details.year) == ("Baths Trust", 2012)
        assert report.details.accessed == tried.day == date.today().isoformat()
        kept = service.library.original(report.details.id).read_bytes()
        assert tried.sha256 == hashlib.sha256(kept).hexdigest()
        assert told[TITLE.format(name)] == tried
    assert {name: state.tried.archived for name, state in ended.items() if state.tried and state.report} == {
        name: "2016-08-29" if name == "dead" else "" for name in had
    }

    reasons = {
        "truncated": "cut short",
        "disguised": "web page instead of",
        "slow": "so slowly",
        "endless": "larger than",
        "loop": "in a circle",
        "another": "another document",
        "forbidden": "robots.txt",
    }
    for name, words in reasons.items():
        tried = ended[name].tried
        assert tried is not None and not tried.report
        assert words in tried.reason
    assert ended["sold"].tried is None
    assert "/sold.pdf" not in site.paths() and "/private/forbidden.pdf" not in site.paths()
    assert site.ranges()[site.paths().index("/broken.pdf") + 1] is not None

    # The briefs of what was had step back, the others stay; nothing half written is left.
    briefs = {listing.details.title for listing in service.library.reports() if listing.details.is_brief}
    assert briefs == {TITLE.format(name) for name in NAMES if name not in had}
    answer = service.assistant.ask("When do the broken towns open their bath?")
    assert "open their bath at seven" in answer.citations[0].quote
    assert answer.citations[0].page == 1

    # What is there is not asked for again; what failed is.
    asked = len(site.paths())
    again = [state.work.title for state, _ in downloads(service, site, tmp_path / "library").run()]
    assert again == [TITLE.format(name) for name in NAMES if name not in had and name != "sold"]
    assert not {"/right.pdf", "/new/moved.pdf"} & set(site.paths()[asked:])


def test_a_report_that_was_removed_can_be_fetched_again(service: Service, site: Site, tmp_path: Path) -> None:
    service.reading_list._entries = service.reading_list.entries[:1]
    list(downloads(service, site, tmp_path / "library").run())
    [state] = service.reading_list.states()
    assert state.works[0].report is not None
    service.library.remove(state.works[0].report.details.id)
    assert service.reading_list.states()[0].works[0].can_be_fetched
    assert len(list(downloads(service, site, tmp_path / "library").run())) == 1


def test_without_a_network_it_is_said_within_seconds(golden: Service, site: Site, tmp_path: Path) -> None:
    nowhere = [entry(1, "right", "http://127.0.0.1:9/right.pdf"), entry(2, "moved", "http://name.invalid/moved.pdf")]
    with empty_library(golden, tmp_path / "library", nowhere) as service:
        start = time.monotonic()
        with pytest.raises(OfflineError, match="no connection"):
            list(downloads(service, site, tmp_path / "library").run())
        assert time.monotonic() - start < 15
        assert service.reading_list.has_untried()  # so that the next start tries again


def test_only_one_fetches_at_a_time(service: Service, site: Site, tmp_path: Path) -> None:
    first = downloads(service, site, tmp_path / "library").run()
    next(first)
    with pytest.raises(BusyError, match="already"):
        next(downloads(service, site, tmp_path / "library").run())
    first.close()  # type: ignore[attr-defined]


def test_it_runs_in_the_background_and_stops_soon(service: Service, site: Site, tmp_path: Path) -> None:
    service.reading_list._entries = [entry(1, "slow", site.at("/slow.pdf"))]
    running = downloads(service, site, tmp_path / "library")
    running.start()
    wait_until(lambda: running.fetching is not None and running.fetching.bytes > 0)
    assert running.is_running
    running.stop()
    assert not running.is_running
    assert running.fetching is None
    assert service.reading_list.has_untried()


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_kill_in_the_middle_loses_nothing(golden: Service, site: Site, tmp_path: Path) -> None:
    from tests.changing import beside, context, download  # which imports this file

    data = paper("long", 10_000_000)
    went_on = threading.Event()

    def slowly(handler: Handler) -> None:
        if handler.headers.get("Range"):
            file(data, ETag='"l"')(handler)
            return
        handler.begin(200, Content_Type="application/pdf", Content_Length=len(data), ETag='"l"')
        handler.wfile.write(data[:5_000_000])
        handler.wfile.flush()
        went_on.wait(100)

    site.pages |= {"/right.pdf": file(paper("right")), "/long.pdf": slowly}
    folder = tmp_path / "library"
    done = context().RawValue("i", 0)
    child = beside(download, folder, site.at(""), done)
    wait_until(lambda: done.value == 1, 60)
    wait_until(lambda: sum(part.stat().st_size for part in (folder / "downloads").glob("*.part")) > 4_000_000)
    child.kill()
    child.join()
    went_on.set()

    entries = [entry(1, "right", site.at("/right.pdf")), entry(2, "long", site.at("/long.pdf"))]
    with empty_library(golden, folder, entries) as service:
        assert [bool(state.works[0].report) for state in service.reading_list.states()] == [True, False]
        [(state, tried)] = downloads(service, site, folder).run()
        assert tried.report and tried.sha256 == hashlib.sha256(data).hexdigest()
        assert state.work.title == TITLE.format("long")
        assert site.ranges()[-1] is not None
        assert site.paths().count("/right.pdf") == 1
        assert not list((folder / "downloads").glob("*.part"))
        assert sorted(listing.details.kind for listing in service.library.reports()) == ["pdf", "pdf"]


def test_the_command_tells_once_that_there_is_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    start = time.monotonic()
    assert main(["--library", str(tmp_path / "library"), "download", "--json"]) == 1
    assert time.monotonic() - start < 60
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("There is no connection to the internet") == 1


def test_the_command_tells_of_every_work(
    service: Service, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service.reading_list._entries = [service.reading_list.entries[0], service.reading_list.entries[11]]
    made = Service(
        service.assistant,
        service.library,
        service.reading_list,
        downloads(service, site, tmp_path / "library"),
        service.renewal,
        service.embedder,
    )
    monkeypatch.setattr("cli.main.open_service", lambda settings: made)
    assert main(["download"]) == 0
    out, _ = capsys.readouterr()
    assert out.splitlines() == [
        f"1. here: {TITLE.format('right')}.",
        f"12. not free: {TITLE.format('sold')}. Ask the Baths Trust for it.",
    ]
