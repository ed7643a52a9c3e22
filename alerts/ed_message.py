"""Writes what an emergency department is sent and told: a code, an urgency, a link, a number; nothing clinical. Pure.

Where a secret goes stands a mark (`alerts.ed_access.MARK`); the length is checked with the secret's own length.
"""

from alerts.ed_access import mark
from alerts.gsm7 import TextRefusedError, fit
from alerts.message import STAFF_SEGMENTS, Site, ed_text
from alerts.spoken import apart
from monitor.assessment import Urgency

TOKEN_LENGTH = 22
"""Characters of 128 random bits in an address."""


def notice_text(
    site: Site, *, urgency: Urgency, code: str | None, page_code: str, link_id: int | None, page_url: str
) -> str:
    """Return the notice with the link; without one it is the notice that names the number alone.

    A link for which one segment has no room is left out: the call and the number remain.
    """
    plain = ed_text(site, urgency=urgency, code=code, page_code=page_code)
    if link_id is None:
        return plain
    link = f"{page_url.rstrip('/')}/ed/{'x' * TOKEN_LENGTH}"
    about, tail = f"STEPGUARD {urgency.upper()} {code or ''}".strip(), f"Call {site.unit_phone}"
    for said in (f"{about} may be coming to you. Handover, code by telephone:", about):
        try:
            fit(f"{said} {link} {tail}", at_most=STAFF_SEGMENTS)
        except TextRefusedError:
            continue
        return f"{said} {mark('link', link_id)} {tail}"
    return plain


def link_fits(site: Site, page_url: str) -> bool:
    """Whether a text to a department has room for the link beside urgency, code and number."""
    said = notice_text(site, urgency="emergency", code="P-0000", page_code="AB12", link_id=1, page_url=page_url)
    return mark("link", 1) in said


def code_text(site: Site, *, link_id: int, code: str | None) -> str:
    """Return the text with the code, for a department whose telephone was not answered."""
    about = f" for {code}" if code else ""
    return (
        f"STEPGUARD code{about}: {mark('code', link_id)}. Opens the handover in the other text. Call {site.unit_phone}"
    )


def notice_call(site: Site, *, urgency: Urgency, code: str | None, page_code: str, link_id: int | None) -> str:
    """Return the words spoken to a department; its code is said digit by digit, the call says everything twice."""
    about = f"patient {apart(code)}" if code else "a patient"
    opened = f" The code that opens the page in your text message is {mark('code', link_id)}." if link_id else ""
    known = "" if link_id else f" Page code {apart(page_code)}."
    return (
        f"This is Stepguard for the emergency department. {urgency.capitalize()}: {about} may be coming to you."
        f"{opened}{known} Call {apart(site.unit_phone)}."
    )


def not_arrived(site: Site, *, code: str | None, page_code: str) -> str:
    """Return the word about a patient on the way who is late."""
    about = code or "a patient"
    return f"STEPGUARD {about} is on the way to you and has not arrived. Page {page_code}. Call {site.unit_phone}"
