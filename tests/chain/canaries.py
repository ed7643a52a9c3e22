"""Finds a planted word in what a system lets out, also when it was only disguised: case, URL, base64, hex, JSON."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

SHORTEST_IN_BASE64 = 5
"""Fewer letters leave too little between the edges to be told from chance."""


def disguises(word: str) -> Iterator[str]:
    """Give every spelling of `word` that is looked for, in lower case where case does not matter for reading it."""
    yield word
    yield quote(word)
    yield quote_plus(word)
    yield json.dumps(word).strip('"')
    yield word.encode().hex()
    yield "\x00".join(word)
    yield word[::-1]


def in_base64(word: str) -> Iterator[str]:
    """Give what is certain of `word` in base64, wherever it begins within a group of three bytes."""
    for spelling in {word, word.lower(), word.upper()}:
        raw = spelling.encode()
        if len(raw) < SHORTEST_IN_BASE64:
            continue
        for before in range(3):
            padded = base64.b64encode(b"\x00" * before + raw).decode().rstrip("=")
            certain = padded[(0, 2, 3)[before] : -1]
            yield certain
            yield certain.replace("+", "-").replace("/", "_")


def found_in(texts: Iterable[str], word: str) -> list[str]:
    """Return the texts that hold `word` in any of its disguises."""
    folded = [each.casefold() for each in disguises(word)]
    encoded = list(in_base64(word))
    return [
        text
        for text in texts
        if any(each in text.casefold() for each in folded) or any(each in text for each in encoded)
    ]
