"""The way to the web: only to addresses that anybody can reach, unless private ones are allowed."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from gettext import gettext as _
from urllib.request import getproxies, proxy_bypass

import httpx

from ingest.fetch.errors import PRIVATE, FetchError

# Behind these stand addresses of the old kind, for networks that know only the new one (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PublicTransport(httpx.BaseTransport):
    """Sends requests by the proxies that the environment names, else to the very addresses that were checked.

    A name is looked up once, and the connection goes to what was found: a name that says one thing when it is checked
    and another when it is used gains nothing. Raises `FetchError` for an address that is not public, and `ImportError`
    or `ValueError` where a proxy cannot be used.
    """

    def __init__(self, certificates: ssl.SSLContext) -> None:
        # Kept connections are told apart by address alone, and one address may serve many names.
        once = httpx.Limits(max_keepalive_connections=0)
        self._direct = httpx.HTTPTransport(verify=certificates, limits=once)
        self._proxies = {
            scheme: httpx.HTTPTransport(verify=certificates, proxy=proxy if "://" in proxy else f"http://{proxy}")
            for scheme, proxy in getproxies().items()
            if scheme in ("http", "https", "all")
        }

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request. Raises `FetchError`, and what httpx raises."""
        host = _host(request.url)
        proxy = None if proxy_bypass(host) else self._proxies.get(request.url.scheme) or self._proxies.get("all")
        try:
            addresses = _public(host, request.url.port)
        except OSError as error:
            if not proxy:
                raise httpx.ConnectError(str(error), request=request) from error
            addresses = []  # the proxy may know names that this machine does not
        if proxy:
            return proxy.handle_request(request)
        for address in addresses[:-1]:
            try:
                return self._direct.handle_request(_to(address, request))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._direct.handle_request(_to(addresses[-1], request))

    def close(self) -> None:
        """Close every connection."""
        for transport in (self._direct, *self._proxies.values()):
            transport.close()


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody can reach: none of this machine, its network, or a group."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        if number in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)))
        if number.sixtofour or number.is_site_local:
            return False
    return number.is_global and not (number.is_multicast or number.is_reserved)


def _public(host: str, port: int | None) -> list[str]:
    """The public addresses of a host. Raises `FetchError` where it has none but others, `OSError` where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    public = [str(address) for *_rest, (address, *_more) in found if is_public(str(address))]
    if not public:
        raise FetchError(_(PRIVATE))
    return public


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _to(address: str, request: httpx.Request) -> httpx.Request:
    """The same request, sent to `address`; the server is still asked for, and has to be, the host of the request."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions | {"sni_hostname": _host(request.url)},
    )
