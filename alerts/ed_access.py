"""What a link to the page is worth at an instant, and what is spoken and shown before it opens. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

MOST_WRONG = 5
"""Wrong codes after which a link opens for nobody more: 1 in 200,000 to guess one of a million."""
LIVES_AFTER_ACCEPTANCE = timedelta(hours=24)
LIVES_UNANSWERED = timedelta(hours=24)
"""A link nobody accepted dies a day after it was made (engineering, 2026-11-21)."""
CODE_DIGITS = 6
MARK = re.compile(r"<(?P<kind>link|code) (?P<id>\d{1,18})>")
"""Stands in a stored message where the secret is put in on its way to the telephone, and nowhere else."""
Standing = Literal["open", "locked", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdLink:
    """One department's way to one patient's page, as it stands."""

    id: int
    incident_id: int
    patient_id: int
    department: str
    made_at: datetime
    wrong_codes: int
    locked_at: datetime | None
    accepted_at: datetime | None
    closed_at: datetime | None

    def standing(self, now: datetime) -> Standing:
        """Return whether it opens; one that is dead shows nothing to anybody."""
        ends = self.made_at + LIVES_UNANSWERED
        if self.accepted_at is not None:
            ends = self.accepted_at + LIVES_AFTER_ACCEPTANCE
        if self.closed_at is not None or now >= ends:
            return "dead"
        return "locked" if self.locked_at is not None else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whoever opened the page in a browser, by the name and role they gave."""

    name: str
    role: str

    def signed(self, department: str) -> str:
        """Return how what they enter is signed."""
        return f"{self.name}, {self.role}, {department}"


def mark(kind: Literal["link", "code"], link_id: int) -> str:
    """Return what stands in a message for a secret that does not exist yet."""
    return f"<{kind} {link_id}>"


def digits_of(given: str) -> str:
    """Return the digits of a code as somebody typed it: spaces and dashes are left out."""
    return re.sub(r"[\s.-]", "", given)
