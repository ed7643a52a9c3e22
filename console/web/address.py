"""Where the console in a browser is served, and which addresses a request may say it comes from."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.host_port import host_and_port, is_loopback
from gateway.settings import SettingsError, WebSettings

EXAMPLE = 'web.public_url = "https://console.example.org"'
HTTPS_PORT = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen, and what the door believes about itself.

    `origins` are the only ones a page of ours can have; `hosts` the names a request may be addressed to. `secure`
    says that browsers reach the door by TLS, so that the cookie may be bound to it.
    """

    host: str
    port: int
    public_url: str | None
    secure: bool

    @property
    def origins(self) -> frozenset[str]:
        """Return the origins of our own pages, as browsers write them."""
        if self.public_url is not None:
            return frozenset({self.public_url})
        return frozenset(f"http://{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]"))

    @property
    def hosts(self) -> frozenset[str]:
        """Return what the Host of a request may be: a foreign name that was pointed at this machine is none."""
        return frozenset(origin.partition("://")[2] for origin in self.origins)

    @property
    def shown(self) -> str:
        """Return the address to open in a browser."""
        return f"{self.public_url or f'http://127.0.0.1:{self.port}'}/"


def web_address(web: WebSettings) -> Address:
    """Return where `stepguard web` listens.

    Raises
    ------
    SettingsError
        When the address cannot be used, or passwords would travel through a network in the clear.
    """
    host, port = host_and_port("web.listen", web.listen, "127.0.0.1:8486")
    public_url = None if web.public_url is None else _origin(web.public_url)
    if not is_loopback(host) and (not web.beyond_loopback or public_url is None):
        raise SettingsError(
            f"web.listen: {host} is beyond this machine, and passwords and values would travel in the clear:"
            f" TLS belongs in front. Listen on 127.0.0.1 behind a proxy (deploy/proxy/console-nginx.conf); or, where it"
            f" reaches this machine by a network of its own, set web.beyond_loopback = true and {EXAMPLE}"
        )
    return Address(host=host, port=port, public_url=public_url, secure=public_url is not None)


def _origin(url: str) -> str:
    """Return a public address as browsers write an origin."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"web.public_url: cannot be read as an address; write {EXAMPLE}") from error
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        raise SettingsError(
            f"web.public_url: {url!r} is no https:// address of its own, without a path; write {EXAMPLE}"
        )
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{name}" if port in {None, HTTPS_PORT} else f"https://{name}:{port}"
