"""No address leads into this computer or its network, however it is written and wherever it leads on to."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest.fetch import Fetcher, errors, fetcher, transport
from ingest.fetch.transport import is_public
from service import Service, Settings, open_service
from tests.test_fetch import PAPER, QUICK, Site, file, moved, reason, served

# Stands for an address on the web; all of 127.0.0.0/8 is this machine on Linux alone.
OUTSIDE = "127.0.0.2"
pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has many loopback addresses")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def inside() -> Iterator[Site]:
    """A site on this machine that holds a report which is nobody else's business."""
    with served() as site:
        site.pages["/secret.pdf"] = file(PAPER)
        yield site


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that passes for one on the web."""
    monkeypatch.setattr(transport, "is_public", lambda address: address == OUTSIDE or is_public(address))
    with served(OUTSIDE) as site:
        site.pages["/herons.pdf"] = file(PAPER)
        yield site


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What the names of hosts stand for: each answer once, the last for ever."""
    known: dict[str, list[str]] = {}
    really = socket.getaddrinfo

    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        answers = known.get(name)
        if answers is None:
            return really(host, *rest, **more)
        given = answers.pop(0) if len(answers) > 1 else answers[0]
        return [each for address in given.split() for each in really(address, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def fetching(tmp_path: Path) -> Iterator[Fetcher]:
    with Fetcher(tmp_path, pause=0, limits=QUICK) as made:
        yield made


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.0.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe"),
        *("2002:7f00:1::", "2002:a00:1::1", "2001:0:53aa:64c:0:0:80ff:fffe"),
    ],
)
def test_what_is_not_for_everybody_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["9.9.9.9", "172.32.0.1", "100.128.0.1", "2606:4700::1", "64:ff9b::909:909"])
def test_what_is_for_everybody_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "[::ffff:127.0.0.1]"],
)
def test_this_machine_is_not_asked_by_any_of_its_names(inside: Site, fetching: Fetcher, host: str) -> None:
    address = f"http://{host}:{inside.server_port}/secret.pdf"
    assert reason(lambda: fetching.fetch(address, obey_robots=False)) == errors.PRIVATE
    assert reason(lambda: fetching.fetch(address)) == errors.PRIVATE
    assert inside.asked == []


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1", "[fe80::1]", "[::1]", "100.64.0.1", "224.0.0.1"])
def test_nothing_is_sent_into_the_network_of_this_machine(fetching: Fetcher, host: str) -> None:
    assert reason(lambda: fetching.fetch(f"https://{host}/latest/meta-data", obey_robots=False)) == errors.PRIVATE


def test_an_address_on_the_web_leads_to_no_other_inside(inside: Site, outside: Site, fetching: Fetcher) -> None:
    outside.pages["/away.pdf"] = moved(inside.at("/secret.pdf"))
    outside.pages["/further.pdf"] = moved("/away.pdf", 307)
    outside.pages["/by-name.pdf"] = moved(f"//localhost:{inside.server_port}/secret.pdf")
    for path in ("/away.pdf", "/further.pdf", "/by-name.pdf"):
        asking = partial(fetching.fetch, outside.at(path), obey_robots=False)
        assert reason(asking) == errors.PRIVATE
    assert inside.asked == []
    assert fetching.fetch(outside.at("/herons.pdf")).data == PAPER


def test_the_rules_of_a_site_are_not_fetched_from_inside(inside: Site, outside: Site, fetching: Fetcher) -> None:
    outside.pages["/robots.txt"] = moved(inside.at("/robots.txt"))
    assert reason(lambda: fetching.fetch(outside.at("/herons.pdf"))) == errors.PRIVATE
    assert inside.asked == []


def test_a_name_that_is_looked_up_anew_gains_nothing(
    inside: Site, outside: Site, fetching: Fetcher, names: dict[str, list[str]]
) -> None:
    names["reports.example"] = [OUTSIDE, "127.0.0.1"]
    address = f"http://reports.example:{outside.server_port}/herons.pdf"
    fetched = fetching.fetch(address, obey_robots=False)
    assert (fetched.data, fetched.address) == (PAPER, address)
    assert outside.asked[0][1]["Host"] == f"reports.example:{outside.server_port}"
    assert reason(lambda: fetching.fetch(address, obey_robots=False)) == errors.PRIVATE
    assert len(outside.asked) == 1 and inside.asked == []


def test_of_several_addresses_only_public_ones_are_asked_until_one_answers(
    inside: Site, outside: Site, fetching: Fetcher, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = "127.0.0.3"
    monkeypatch.setattr(transport, "is_public", (nobody, OUTSIDE).__contains__)
    names["reports.example"] = [f"127.0.0.1 {nobody} {OUTSIDE}"]
    address = f"http://reports.example:{outside.server_port}/herons.pdf"
    assert fetching.fetch(address, obey_robots=False).data == PAPER
    assert inside.asked == []


def test_a_proxy_is_not_asked_for_this_machine_either(
    inside: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", inside.at(""))
    inside.pages["http://reports.invalid/herons.pdf"] = file(PAPER)
    with Fetcher(tmp_path, pause=0, limits=QUICK) as proxied:
        address = "http://localhost/secret.pdf"
        assert reason(lambda: proxied.fetch(address, obey_robots=False)) == errors.PRIVATE
        assert inside.asked == []
        assert proxied.fetch("http://reports.invalid/herons.pdf", obey_robots=False).data == PAPER
    monkeypatch.setenv("HTTP_PROXY", "nonsense://proxy")
    assert reason(lambda: Fetcher(tmp_path)) == errors.PROXY


def test_a_secure_site_has_to_be_the_one_that_was_named(
    outside: Site, tmp_path: Path, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    served_by, trusted = certificate("reports.example", tmp_path)
    outside.socket = served_by.wrap_socket(outside.socket, server_side=True)
    monkeypatch.setattr(fetcher, "_certificates", lambda: trusted)
    names["reports.example"] = names["other.example"] = [OUTSIDE]
    with Fetcher(tmp_path, pause=0, limits=QUICK) as secure:
        address = f"https://reports.example:{outside.server_port}/herons.pdf"
        assert secure.fetch(address, obey_robots=False).data == PAPER
        other = address.replace("reports.example", "other.example")
        assert reason(lambda: secure.fetch(other, obey_robots=False)) == errors.NOT_SECURE


def certificate(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server called `name` shows, and what believes it."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = made.public_bytes(serialization.Encoding.PEM)
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    at = folder / "certificate.pem"
    at.write_bytes(written + key.private_bytes(serialization.Encoding.PEM, *private))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(at)
    return server, ssl.create_default_context(cadata=written.decode())


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "ftp://127.0.0.1/a.pdf", "gopher://127.0.0.1:70/1", "GIT+SSH://x"]
)
def test_other_kinds_of_addresses_are_refused_with_a_sentence(golden: Service, address: str) -> None:
    [outcome] = golden.library.add([address])
    assert (outcome.file, outcome.status) == (address, "failed")
    assert outcome.reason == "Only web addresses can be fetched, which begin with https:// or http://."


def test_whoever_runs_the_program_can_allow_it(golden: Service, inside: Site, tmp_path: Path) -> None:
    address = inside.at("/secret.pdf")
    [outcome] = golden.library.add([address])
    assert (outcome.status, outcome.reason) == ("failed", errors.PRIVATE)
    assert not golden.downloads._new_fetcher(tmp_path).online([address])
    assert inside.asked == []
    settings = Settings.from_environment({"COPRODUCTION_LIBRARY": str(tmp_path), "COPRODUCTION_PRIVATE_ADDRESSES": "1"})
    allowed = open_service(settings)
    [outcome] = allowed.library.add([address])
    assert outcome.status == "added"
    with allowed.downloads._new_fetcher(tmp_path) as made:
        assert made.fetch(address).data == PAPER
