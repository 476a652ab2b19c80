"""A PostgreSQL server for the tests, in a process of its own that can be stopped and started again."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

# Where Debian keeps the programs of the server, which are not on the path there.
PROGRAMS = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
# What is kept here need not outlive the machine.
FAST = "-c fsync=off -c full_page_writes=off -c listen_addresses="


def program(name: str) -> str:
    """One of the server's programs; skips the test where there is none."""
    found = shutil.which(name, path=os.pathsep.join([*map(str, PROGRAMS), os.environ.get("PATH", "")]))
    if not found:
        pytest.skip(f"{name} is not installed: the package postgresql")
    return found


def skip_without_postgres() -> None:
    """Skip a test where there is no server, or no package that speaks to one."""
    for package in ("sqlalchemy", "psycopg"):
        if find_spec(package) is None:
            pytest.skip(f'{package} is not installed: pip install ".[scale]"')
    program("initdb")


class PostgresServer:
    """A server with a database in a folder of its own, to which its socket there leads. Root lends it to `postgres`."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))  # the path of a socket must be short
        self._as = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(self._folder, **self._as)
        self._data = self._folder / "data"
        self._schemas = count(1)
        given = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", "--pgdata", str(self._data), *given)

    @property
    def address(self) -> str:
        """A new library on the server."""
        return f"{self.database}&schema=library_{next(self._schemas)}"

    @property
    def database(self) -> str:
        """The database on the server."""
        return f"postgresql://postgres:secret@/postgres?host={self._folder}"

    def start(self) -> None:
        """Start it, and wait until it can be asked."""
        log = self._folder / "log"
        options = f"{FAST} -k {self._folder}"
        self._run("pg_ctl", "start", "--wait", "--pgdata", str(self._data), "--log", str(log), "--options", options)

    def stop(self) -> None:
        """Stop it at once, as a machine that fails."""
        self._run("pg_ctl", "stop", "--wait", "--mode", "immediate", "--pgdata", str(self._data))

    def close(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self._folder)

    def _run(self, name: str, *given: str) -> None:
        # Without pipes: the server would keep them.
        subprocess.run(
            [program(name), *given],
            cwd="/tmp",
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._as.get("user"),
            group=self._as.get("group"),
        )
