"""Where files are kept: in a folder, or wherever fsspec reaches, such as on S3-compatible storage."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from common import CoproductionError


class KeptFilesError(CoproductionError):
    """The place where files are kept cannot be used. The message is a sentence for the person who keeps it."""

    def __init__(self, address: str, problem: str, remedy: str = "See to that, and do the same again") -> None:
        told = " ".join(problem.split()).rstrip(".")
        super().__init__(f"The files kept at {address} (COPRODUCTION_ORIGINALS) cannot be used: {told}. {remedy}.")


class KeptFiles(Protocol):
    """Files under names that their content gives them: what a name stands for never changes."""

    def write(self, name: str, data: bytes) -> None:
        """Keep a file, unless it is there; wholly or not at all."""
        ...

    def read(self, name: str) -> bytes | None:
        """What a file holds; None where there is none."""
        ...

    def path(self, name: str) -> Path | None:
        """Where a file lies on this machine, fetched where it is elsewhere; None where there is none."""
        ...

    def remove(self, name: str) -> None:
        """Delete a file; one that is not there is passed over."""
        ...

    def moment(self, name: str) -> float | None:
        """When a file was kept, in seconds; None where there is none."""
        ...

    def names(self) -> list[str]:
        """The names of all files, in their order."""
        ...


class InFolder:
    """Files in a folder, made when it is first needed. See `KeptFiles`; raises `OSError`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, data: bytes) -> None:
        path = self._folder / name
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")  # a page is drawn by several
        try:
            beside.write_bytes(data)
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    def read(self, name: str) -> bytes | None:
        path = self.path(name)
        return path.read_bytes() if path else None

    def path(self, name: str) -> Path | None:
        path = self._folder / name
        return path if path.is_file() else None

    def remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def moment(self, name: str) -> float | None:
        try:
            return (self._folder / name).stat().st_mtime
        except OSError:
            return None

    def names(self) -> list[str]:
        return sorted(path.name for path in self._folder.glob("*"))


class Elsewhere:
    """Files at an address that fsspec knows, such as s3://bucket/prefix; `looked_at` has those that are asked for here.

    That may be emptied at any time. See `KeptFiles`; raises `KeptFilesError`.
    """

    def __init__(self, address: str, looked_at: InFolder) -> None:
        self._address, self._looked_at = address, looked_at

    @cached_property
    def _place(self) -> tuple[Any, str]:
        """The file system, and the path in it."""
        from fsspec.core import url_to_fs
        from fsspec.implementations.local import LocalFileSystem

        # Other machines write there, too: what was listed before may not be so any more.
        system, path = url_to_fs(self._address, use_listings_cache=False)
        if isinstance(system, LocalFileSystem):
            system.auto_mkdir = True
        return system, path

    def write(self, name: str, data: bytes) -> None:
        def put(system: Any, path: str) -> None:
            # One of another size was broken off where files are not written at once.
            if not system.exists(path) or system.size(path) != len(data):
                system.pipe_file(path, data)

        try:
            self._do(put, name)
        except FileNotFoundError as error:  # neither is what it should lie in
            raise KeptFilesError(self._address, str(error)) from error

    def read(self, name: str) -> bytes | None:
        try:
            return bytes(self._do(lambda system, path: system.cat_file(path), name))
        except FileNotFoundError:
            return None

    def path(self, name: str) -> Path | None:
        if not (path := self._looked_at.path(name)) and (data := self.read(name)) is not None:
            self._looked_at.write(name, data)
            path = self._looked_at.path(name)
        return path

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self._do(lambda system, path: system.rm_file(path), name)
        self._looked_at.remove(name)

    def moment(self, name: str) -> float | None:
        try:
            return float(self._do(lambda system, path: system.modified(path), name).timestamp())
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        try:
            paths = self._do(lambda system, path: system.ls(path, detail=False))
        except FileNotFoundError:  # nothing was kept there yet
            return []
        return sorted(PurePosixPath(path).name for path in paths)

    def _do(self, doing: Callable[[Any, str], Any], name: str = "") -> Any:
        with self._told():
            system, folder = self._place
            return doing(system, f"{folder}/{name}" if name else folder)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong there is told in a sentence; each kind of storage has errors of its own."""
        try:
            yield
        except FileNotFoundError:
            raise
        except ImportError as error:
            remedy = 'Install what speaks to it with: pip install ".[scale]"'
            raise KeptFilesError(self._address, str(error), remedy) from error
        except Exception as error:
            raise KeptFilesError(self._address, str(error) or type(error).__name__) from error


def files_of(library: Path, address: str = "") -> KeptFiles:
    """The kept files of the library in a folder, or at an address."""
    folder = InFolder(library / "files")
    return Elsewhere(address, folder) if address else folder
