"""Decides whether a telephone reaches somebody who answers. A number that was never tried is only a number.

A code of four digits is texted to it and has to come back. Page codes begin with two letters and values with the name
of a vital, so that no text is both an answer to a code and anything else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from alerts.gsm7 import TextRefusedError, fit
from alerts.message import Site

Purpose = Literal["verification", "drill"]
State = Literal["unverified", "asked", "verified", "failed"]
CODE_DIGITS = 4
OK_WORDS = frozenset({"OK", "OKAY", "YES", "ACK"})
WRONG_AT_MOST = 5
"""Wrong codes after which a code counts no more: whoever guesses has one chance in two thousand."""
_CODE = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A code sent to a number. `page_state` and `outcome` say what became of the text that carries it."""

    id: int
    purpose: Purpose
    owner: str
    number: str
    code: str
    asked_at: datetime
    answered_at: datetime | None
    page_state: str
    outcome: str
    wrong: int

    @property
    def open(self) -> bool:
        """Whether its code would still count."""
        return self.answered_at is None and self.wrong < WRONG_AT_MOST

    @property
    def failure(self) -> str | None:
        """Why it cannot be answered any more; None while it can, or when it was."""
        if self.answered_at is not None:
            return None
        if self.page_state == "failed":
            return self.outcome or "not delivered"
        return None if self.wrong < WRONG_AT_MOST else "too many wrong codes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What is known of one number: since when it is asked, verified or failed (`at`), and why it failed."""

    state: State
    at: datetime | None = None
    why: str = ""

    def __str__(self) -> str:
        """Return it as people read it: `verified 2026-03-02`, `failed: undelivered`."""
        if self.state == "failed":
            return f"failed: {self.why}"
        return self.state if self.at is None else f"{self.state} {self.at:%Y-%m-%d}"


def check_of(questions: Sequence[Question], number: str) -> Check:
    """Return what the questions to one owner, newest first, say of the `number` they have now.

    Only what was asked since the number last changed counts. One answer is proof until then.
    """
    same = []
    for question in questions:
        if question.number != number:
            break
        same.append(question)
    for question in same:
        if question.answered_at is not None:
            return Check(state="verified", at=question.answered_at)
    if not same:
        return Check(state="unverified")
    newest = same[0]
    if newest.failure is not None:
        return Check(state="failed", at=newest.asked_at, why=newest.failure)
    return Check(state="asked", at=newest.asked_at)


def read_code(body: str) -> str | None:
    """Return the code that a text answers with: `4711 OK` or `4711`, nothing beside it; None for any other text."""
    words = re.findall(r"\w+", body.upper())
    if len(words) == 1 and words[0].endswith("OK"):
        words = [words[0].removesuffix("OK"), "OK"]
    codes = [word for word in words if _CODE.fullmatch(word)]
    agreed = [word for word in words if word in OK_WORDS]
    return codes[0] if len(codes) == 1 and len(words) == 1 + len(agreed) else None


def staff_test(site: Site, code: str) -> str:
    """Return the text that verifies a telephone of the staff: one segment, nobody's name."""
    return _short(f"STEPGUARD test of this phone. Reply {code} OK.", f" Call {site.unit_phone}")


def drill_test(site: Site, code: str) -> str:
    """Return the daily test of a telephone on call."""
    return _short(f"STEPGUARD daily test, no patient. Reply {code} OK.", f" Call {site.unit_phone}")


def _short(text: str, more: str) -> str:
    try:
        return fit(text + more, at_most=1)
    except TextRefusedError:
        return fit(text, at_most=1)
