"""Writes what staff read and hear: an opaque code, an urgency, a page code and a number; nobody reads a name.

Every text is checked against GSM-7 and its segment limit before it leaves this module. What homes read is
`alerts.home_texts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.gsm7 import TextRefusedError, fit
from alerts.spoken import apart
from monitor.assessment import Urgency

STAFF_SEGMENTS = 1
STAFF_HELP = (
    "Reply with the page code and OK to accept, TAKE to take over, ESC to call the next, TO and a name to hand over,"
    " NO to decline."
)
COLLEAGUE = "a colleague"
LONGEST_NAME = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the people are: the unit's call-back number, the public emergency number, the local time."""

    unit_phone: str
    emergency_number: str
    timezone: str = "UTC"


def staff_text(
    site: Site, *, urgency: Urgency, code: str | None, page_code: str, others: int = 0, technical: bool = False,
    homes: int = 0,
) -> str:  # fmt: skip
    """Return the text to a member of staff: one segment, no identity, nothing clinical but the urgency.

    `homes` is how many silent homes a technical page stands for.

    A patient code that the alphabet cannot carry is left out rather than allowed to stop the page.
    """
    subject = "SYSTEM" if technical else urgency.upper()
    subject += f", {homes} homes silent" if homes else ""
    more = f" and {others} more" if others else ""
    whom = f"{subject} {code or ''}".strip()
    full = f"STEPGUARD {whom}{more}. Reply {page_code} OK. Call {site.unit_phone}"
    return _first_that_fits(
        [full, f"STEPGUARD {subject}{more}. Reply {page_code} OK. Call {site.unit_phone}"],
        STAFF_SEGMENTS,
    )


def staff_call(
    site: Site, *, urgency: Urgency, code: str | None, page_code: str, others: int = 0, technical: bool = False,
    homes: int = 0,
) -> str:  # fmt: skip
    """Return the words spoken to a member of staff: code, urgency and number, digits apart, nothing clinical."""
    subject = "system alarm" if technical else f"{urgency} {apart(code or '')}".strip()
    subject += f", {homes} homes silent" if homes else ""
    more = f" and {others} more" if others else ""
    number = f"Call {apart(site.unit_phone)}. Page code {apart(page_code)}."
    return _first_that_fits([f"This is Stepguard: {subject}{more}. {number}", f"This is Stepguard. {number}"], 2)


def ed_text(site: Site, *, urgency: Urgency, code: str | None, page_code: str) -> str:
    """Return the notice to the emergency department: a code, an urgency, a page code, a number."""
    tail = f"Page {page_code}. Call {site.unit_phone}"
    return _first_that_fits(
        [
            f"STEPGUARD NOTICE {urgency.upper()} {code or ''} may be coming to you. {tail}".replace("  ", " "),
            f"STEPGUARD NOTICE {urgency.upper()}. {tail}",
        ],
        STAFF_SEGMENTS,
    )


def ed_call(site: Site, *, urgency: Urgency, code: str | None, page_code: str) -> str:
    """Return the notice to the emergency department as it is spoken, digits apart."""
    tail = f"Page {apart(page_code)}. Call {apart(site.unit_phone)}."
    return _first_that_fits(
        [
            f"This is Stepguard with a notice: {urgency} {apart(code or '')} may be coming to you. {tail}",
            f"This is Stepguard with a notice: {urgency}. {tail}",
        ],
        2,
    )


def stopped_home(site: Site, *, code: str | None, page_code: str) -> str:
    """Return the text that tells a nurse of a home that refuses our texts."""
    tail = f"is called instead. Reply {page_code} OK. Call {site.unit_phone}"
    return _first_that_fits(
        [
            f"STEPGUARD {code or 'SYSTEM'}: this home refuses our texts (STOP) and {tail}",
            f"STEPGUARD: a home refuses our texts (STOP) and {tail}",
        ],
        STAFF_SEGMENTS,
    )


def receipt_text(*, page_code: str | None, sentence: str, site: Site) -> str:
    """Return the answer to a member of staff's text."""
    head = f"{page_code}: " if page_code else ""
    return _first_that_fits(
        [f"{head}{sentence}", f"{head}See the board or call {site.unit_phone}."],
        STAFF_SEGMENTS,
    )


def named(name: str) -> str:
    """Return a colleague's name as a text to staff can carry it; "a colleague" where the alphabet or space forbid."""
    try:
        return fit(name, at_most=1) if 0 < len(name) <= LONGEST_NAME else COLLEAGUE
    except TextRefusedError:
        return COLLEAGUE


def _first_that_fits(texts: Sequence[str], at_most: int) -> str:
    for text in texts[:-1]:
        try:
            return fit(text, at_most=at_most)
        except TextRefusedError:
            continue
    return fit(texts[-1], at_most=at_most)
