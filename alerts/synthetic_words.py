"""The words of a synthetic page, written by alerts and looked for by the watchdog among the texts it received."""

import re

_TOKEN = re.compile(r"STEPGUARD watchdog test ([A-Za-z0-9._-]+)\.")


def token_of(boot: str | None, seq: int | None) -> str:
    """Return the name of one synthetic reading; the watchdog numbers all of its readings."""
    return f"{boot or 'unnumbered'}-{'none' if seq is None else seq}"


def page_words(token: str) -> str:
    """Return the text of the page that the reading `token` causes: one segment, no code, nobody's values."""
    return f"STEPGUARD watchdog test {token}. No patient. No answer needed."


def token_in(text: str) -> str | None:
    """Return which synthetic reading a text is about; None when it is about none."""
    found = _TOKEN.search(text)
    return None if found is None else found[1]
