"""Understands what an emergency department texts back. Its answer belongs on the page; OK and NO count here too."""

import re
from dataclasses import replace

from sqlmodel import Session

from alerts import message, store
from alerts.calling import Duty, at_once
from alerts.directory import Department
from alerts.ed_rungs import answered, expecting
from alerts.ed_store import accept_link, close_link, newest_link
from alerts.ed_told import Answer
from alerts.store import Kept
from alerts.tables import InboundRow
from alerts.understood import Understood
from alerts.verification import OK_WORDS

NO_WORDS = frozenset({"NO", "DECLINE", "FULL"})
BY_TEXT = "by text, nobody named"


def department_of(duty: Duty, number: str) -> Department | None:
    """Return the department that one of its numbers belongs to."""
    departments = duty.directory.departments
    return next((one for one in departments if number in {one.text, one.phone}), None)


def from_department(session: Session, text: InboundRow, department: Department, duty: Duty) -> Understood:
    """Do what a department texted, when it is one word and one patient that it can mean."""
    answer = _answer(text.body)
    asked = [kept for kept in store.live(session, prefix="patient:") if _expects(kept, department)]
    if answer is None or len(asked) != 1 or asked[0].id is None:
        return _told(department, duty, "not understood", "Please answer on the page in our text.")
    kept, link = asked[0], newest_link(session, asked[0].id, department.key)
    by = f"{department.name}, {BY_TEXT}"
    incident = answered(
        kept.incident, department.key, answer, by=by, now=text.received_at, reason=text.body.strip()[:120]
    )
    if link is not None:
        (accept_link if answer == "accepted" else close_link)(session, link.id, text.received_at)
    store.save(session, replace(kept, incident=incident), at_once(text.received_at))
    store.note(session, kept.id or 0, text.received_at, f"{answer} by the emergency department", by=by)
    sentence = "Thank you. The page tells more." if answer == "accepted" else "Thank you. We ask the next department."
    return _told(department, duty, f"department {answer}", sentence, kept)


def _answer(body: str) -> Answer | None:
    """Return what the first word says; anything longer after OK is a sentence that a person must read."""
    words = re.findall(r"\w+", body.upper())
    if words[:1] and words[0] in OK_WORDS and len(words) == 1:
        return "accepted"
    return "declined" if words[:1] and words[0] in NO_WORDS else None


def _expects(kept: Kept, department: Department) -> bool:
    told = expecting(kept.incident)
    return told is not None and told.key == department.key and told.answer is None


def _told(department: Department, duty: Duty, meaning: str, sentence: str, kept: Kept | None = None) -> Understood:
    return Understood(
        meaning=meaning,
        answer=message.receipt_text(page_code=None, sentence=f"{sentence} Call {duty.site.unit_phone}", site=duty.site),
        role="emergency_department",
        person=department.name,
        incident_id=kept.id if kept else None,
    )
