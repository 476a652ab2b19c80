"""Kept files: in a folder, or wherever fsspec reaches, which is S3-compatible storage for most."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fsspec
import pytest

from ingest.library import Library, back_up
from ingest.library.kept_files import KeptFiles, KeptFilesError, files_of
from vector_store import FaissStore, SentenceEmbedder


@pytest.fixture(params=["folder", "memory", "file"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    kinds = {"folder": "", "memory": f"memory://{tmp_path.name}", "file": f"file://{tmp_path}/elsewhere/below"}
    return kinds[request.param]


@pytest.fixture
def files(address: str, tmp_path: Path) -> KeptFiles:
    return files_of(tmp_path / "library", address)


def test_a_file_is_kept_once_found_and_removed(files: KeptFiles, address: str, tmp_path: Path) -> None:
    assert (files.read("a.pdf"), files.path("a.pdf"), files.moment("a.pdf"), files.names()) == (None, None, None, [])
    files.remove("a.pdf")
    for name in ("b.txt", "a.pdf", "a.pdf"):
        files.write(name, b"a file")
    assert files.names() == ["a.pdf", "b.txt"] and files.read("a.pdf") == b"a file"
    assert abs((files.moment("a.pdf") or 0) - time.time()) < 60
    path = files.path("a.pdf")
    assert path and path.read_bytes() == b"a file" and path == files.path("a.pdf")
    other = files_of(tmp_path / "another machine's", address) if address else files
    other.remove("a.pdf")
    assert other.read("a.pdf") is files.read("a.pdf") is None and files.names() == ["b.txt"]


def test_several_may_look_at_a_file_at_once(tmp_path: Path) -> None:
    address = f"memory://{tmp_path.name}"
    files_of(tmp_path / "elsewhere", address).write("a.pdf", bytes(5_000_000))
    files = files_of(tmp_path, address)
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: path.stat().st_size if (path := files.path("a.pdf")) else 0, range(16)))
    assert set(seen) == {5_000_000} and [path.name for path in (tmp_path / "files").iterdir()] == ["a.pdf"]


def test_what_was_broken_off_is_written_again(tmp_path: Path) -> None:
    address = f"memory://{tmp_path.name}"
    fsspec.filesystem("memory").pipe_file(f"/{tmp_path.name}/a.pdf", b"half")
    files = files_of(tmp_path, address)
    files.write("a.pdf", b"half of a file")
    assert files.read("a.pdf") == b"half of a file"


@pytest.mark.parametrize(("address", "problem"), [("nonsense://x", "nonsense"), ("file:///proc/none", "No such file")])
def test_a_place_that_cannot_be_reached_is_told_of(tmp_path: Path, address: str, problem: str) -> None:
    with pytest.raises(KeptFilesError, match=rf"{address} \(COPRODUCTION_ORIGINALS\).*{problem}"):
        files_of(tmp_path, address).write("a.pdf", b"a file")


def test_a_library_keeps_its_files_elsewhere(tmp_path: Path) -> None:
    embedder = SentenceEmbedder()
    folder, address = tmp_path / "library", f"memory://{tmp_path.name}"
    library = Library(
        folder, FaissStore(folder, embedder), embedder.count_tokens, embedder.limit, private=True, originals=address
    )
    (tmp_path / "herons.txt").write_text("Herons nest in the old quarry. The council pays for the boat that they need.")
    [outcome] = library.add([tmp_path / "herons.txt"])
    assert outcome.status == "added" and not (folder / "files").exists()
    [report] = library.all_details()
    kept = library.original(report.id)
    assert kept.parent == folder / "files" and kept.read_bytes() == (tmp_path / "herons.txt").read_bytes()
    assert library.upkeep.check() == []
    removed = library.remove(report.id)
    assert removed and not kept.exists() and library.originals.names() == []
    library.put_back(removed)
    assert library.original(report.id).read_bytes() == (tmp_path / "herons.txt").read_bytes()
    fsspec.filesystem("memory").pipe_file(f"/{tmp_path.name}/{kept.name}", b"something else")
    assert any("missing or was changed" in fault for fault in library.upkeep.check())
    assert list(library.upkeep.mend()) == ["The file of “herons” is here again."] and library.upkeep.check() == []
    kept.unlink(missing_ok=True)  # what was looked at here
    back_up(library, tmp_path / "copy")
    assert (tmp_path / "copy/files" / kept.name).read_bytes() == (tmp_path / "herons.txt").read_bytes()
