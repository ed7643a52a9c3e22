"""Tells Twilio's requests from everybody else's: a signature over the public URL and every parameter received."""

import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from multidict import MultiDict
from twilio.request_validator import RequestValidator

_DEFAULT_PORTS = {"https": 443, "http": 80}


class Signatures:
    """Checks signatures made with one account's token."""

    def __init__(self, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token)

    def match(self, url: str, parameters: Sequence[tuple[str, str]], signature: str) -> bool:
        """Whether `signature` was made over `url`, as the network called it, and all of `parameters`.

        The network signs its URL now with and now without the port that the scheme implies: both count.
        """
        received = MultiDict(parameters)
        given = signature.encode("utf-8", "surrogateescape")
        own = [self._validator.compute_signature(one, received).encode() for one in _with_and_without_port(url)]
        return any([hmac.compare_digest(one, given) for one in own])  # noqa: C419 - the same time whichever matches


def _with_and_without_port(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    default = _DEFAULT_PORTS.get(parts.scheme)
    if default is None or parts.port not in {None, default}:
        return (url,)
    bare = parts.netloc.removesuffix(f":{default}")
    return tuple(url.replace(f"//{parts.netloc}", f"//{netloc}", 1) for netloc in (bare, f"{bare}:{default}"))
