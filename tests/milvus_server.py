"""A Milvus server for the tests: Milvus Lite, in a process of its own that can be stopped and started again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest


def skip_without_milvus() -> None:
    """Skip a test where the packages of the extra `scale` are not installed."""
    for package in ("pymilvus", "milvus_lite"):
        if find_spec(package) is None:
            pytest.skip(f'{package} is not installed: pip install ".[scale]"')


class MilvusServer:
    """Milvus Lite over `folder`, on a port that nobody else is given meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held = socket.socket()  # bound and not listening, so that the server may take the port, and nobody else
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind(("127.0.0.1", 0))
        self._port = self._held.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        given = ["--data-dir", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        command = [sys.executable, "-m", "milvus_lite", "server", *given]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not self._listens():
            assert self._process.poll() is None and time.monotonic() < until, "Milvus Lite does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once, as a machine that fails."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def forget(self) -> None:
        """Remove all that it holds."""
        from pymilvus import MilvusClient

        client = MilvusClient(self.address)
        for name in client.list_collections():
            client.drop_collection(name)
        client.close()

    def close(self) -> None:
        """Stop it for good."""
        self.stop()
        self._held.close()

    def _listens(self) -> bool:
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", self._port)) == 0
