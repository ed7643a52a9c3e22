"""Keeps the codes that were texted to telephones, and takes in those that come back."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import RowMapping, delete, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from alerts import pages
from alerts.contacts import CONTACT, Contact
from alerts.home_languages import wording_of
from alerts.home_texts import phone_test
from alerts.message import Site
from alerts.policy import Policy, by_day
from alerts.roster import Person, Roster
from alerts.roster_tables import PhoneQuestionRow
from alerts.tables import ContactRow, PageRow
from alerts.verification import (
    CODE_DIGITS,
    Check,
    Purpose,
    Question,
    check_of,
    drill_test,
    read_code,
    staff_test,
)
from gateway.audit import Entry, append, writing_chain
from gateway.reading import PatientId

_QUESTION, _PAGE = SQLModel.metadata.tables["phone_question"], SQLModel.metadata.tables["page"]
_ASKED = (
    select_columns(
        *(
            _QUESTION.c[name]
            for name in ("id", "purpose", "owner", "number", "code", "asked_at", "answered_at", "wrong")
        ),
        _PAGE.c.state.label("page_state"),
        _PAGE.c.outcome,
    )
    .join_from(_QUESTION, _PAGE, _QUESTION.c.page_id == _PAGE.c.id, isouter=True)
    .order_by(_QUESTION.c.id.desc())
)
STAFF = "staff:"
Reply = Literal["verified", "already", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A telephone and what is known of it. `patient_id` is None for staff; `entered_at` None where nobody kept it."""

    owner: str
    name: str
    number: str
    patient_id: PatientId | None
    entered_at: datetime | None
    check: Check


def owner_of(who: Person | Contact) -> str:
    """Return under what the questions to somebody's telephone are kept."""
    return f"{STAFF}{who.key}" if isinstance(who, Person) else f"{CONTACT}{who.id}"


def ask(
    session: Session, who: Person | Contact, site: Site, *, by: str, now: datetime, purpose: Purpose = "verification"
) -> None:
    """Write the text that asks `who` to text a code back; alerts sends it in its next pass."""
    code = _new_code(session, who.number)
    if isinstance(who, Contact):
        body, role, patient_id = phone_test(site, wording_of(who.language), code=code), "caregiver", who.patient_id
    else:
        write: Callable[[Site, str], str] = drill_test if purpose == "drill" else staff_test
        body, role, patient_id = write(site, code), "staff", None
    page = PageRow(
        incident_id=None,
        patient_id=patient_id,
        rung=f"{purpose}.{owner_of(who)}",
        role=role,
        person=who.name,
        number=who.number,
        channel="sms",
        kind="test",
        urgency="routine",
        body=body,
        reason=f"{purpose} of a telephone",
        due_at=now,
        created_at=now,
        state="retry",  # no engine has tried it yet; the next one does, and counts it as its first try
        attempts=0,
        engine="",
    )
    session.add(page)
    session.flush()
    pages.seal(session, [page])
    assert page.id is not None  # noqa: S101 - flushed
    row = PhoneQuestionRow(
        purpose=purpose,
        owner=owner_of(who),
        number=who.number,
        code=code,
        asked_at=now,
        asked_by=by,
        page_id=page.id,
    )
    session.add(row)
    session.flush()
    _seal(session, row, f"{purpose} asked", by, patient_id, now)


def take_answer(
    session: Session, number: str, body: str, *, patient_id: PatientId | None, at: datetime
) -> Reply | None:
    """Take in a text as the answer to a question that this number was asked; None when it answers none."""
    code = read_code(body)
    if code is None:
        return None
    query = select(PhoneQuestionRow).where(PhoneQuestionRow.number == number)
    rows = session.exec(query.order_by(col(PhoneQuestionRow.id).desc()).with_for_update()).all()
    open_ids = {question.id for question in _questions(session, number=number) if question.open}
    asked = [row for row in rows if row.id in open_ids]
    for row in asked:
        if row.code == code:
            row.answered_at = at
            session.add(row)
            _seal(session, row, f"{row.purpose} answered", row.owner, patient_id, at)
            return "verified"
    if any(row.code == code and row.answered_at is not None for row in rows):
        return "already"
    for row in asked:
        row.wrong += 1
        session.add(row)
    return "wrong" if asked else None


def staff_checks(session: Session, roster: Roster) -> list[Checked]:
    """Return what is known of the telephones of everybody on the roster."""
    asked = staff_questions(session)
    return [
        Checked(
            owner=owner_of(person),
            name=person.name,
            number=person.number,
            patient_id=None,
            entered_at=None,
            check=check_of(asked.get(owner_of(person), []), person.number),
        )
        for person in roster.people
    ]


def contact_checks(
    session: Session, *, patient_id: PatientId | None = None, entered_by: datetime | None = None
) -> list[Checked]:
    """Return what is known of the telephones of homes: of one, or of all; of those entered up to `entered_by`."""
    query = select(ContactRow).order_by(col(ContactRow.id))
    if patient_id is not None:
        query = query.where(ContactRow.patient_id == patient_id)
    if entered_by is not None:
        query = query.where(ContactRow.entered_at <= entered_by)
    rows = session.exec(query).all()
    asked = _by_owner(_questions(session, prefix=CONTACT)) if rows else {}
    return [
        Checked(
            owner=f"{CONTACT}{row.id}",
            name=row.name,
            number=row.number,
            patient_id=PatientId(row.patient_id),
            entered_at=row.entered_at,
            # SQLite gives the id of a row that was removed to the next one.
            check=check_of(
                [one for one in asked.get(f"{CONTACT}{row.id}", []) if one.asked_at >= row.entered_at], row.number
            ),
        )
        for row in rows
    ]


def staff_questions(session: Session) -> dict[str, list[Question]]:
    """Return every test of the staff's telephones by owner, the newest first."""
    return _by_owner(_questions(session, prefix=STAFF))


def forget_drills(session: Session, before: datetime) -> None:
    """Delete the daily tests sent before then, but for the newest answer of each owner: it is proof of the number."""
    proof = select_columns(func.max(_QUESTION.c.id)).where(_QUESTION.c.answered_at.is_not(None))
    old = delete(_QUESTION).where(_QUESTION.c.purpose == "drill", _QUESTION.c.asked_at < before)
    session.connection().execute(old.where(_QUESTION.c.id.not_in(proof.group_by(_QUESTION.c.owner))))


def _by_owner(questions: Iterable[Question]) -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for question in questions:
        found.setdefault(question.owner, []).append(question)
    return found


def _questions(session: Session, *, prefix: str = "", number: str | None = None) -> list[Question]:
    query = _ASKED.where(_QUESTION.c.owner.startswith(prefix))
    if number is not None:
        query = query.where(_QUESTION.c.number == number)
    return [_question(row) for row in session.connection().execute(query).mappings()]


def _question(row: RowMapping) -> Question:
    values = dict(row)
    # A page that is gone was kept longer than anybody waits for an answer.
    values["page_state"], values["outcome"] = values["page_state"] or "failed", values["outcome"] or ""
    return Question(**values)


def _new_code(session: Session, number: str) -> str:
    """Return a code that no question to this number has."""
    query = select(PhoneQuestionRow.code).where(PhoneQuestionRow.number == number)
    known = set(session.exec(query.order_by(col(PhoneQuestionRow.id).desc()).limit(1000)))
    while (code := f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}") in known:
        pass
    return code


def _seal(
    session: Session, row: PhoneQuestionRow, what: str, actor: str, patient_id: PatientId | None, now: datetime
) -> None:
    detail = msgspec.json.encode({"what": what, "owner": row.owner})
    entry = Entry("change", f"phone_question:{row.id}", detail, patient_id=patient_id, actor=actor)
    append(session.connection(), writing_chain(), now, [entry])


def ask_newcomers(session: Session, roster: Roster, policy: Policy, site: Site, now: datetime) -> None:
    """Ask everybody on the roster whose present number was never asked, by day; the shipped example has nobody."""
    if roster.example or by_day(now, policy) != now:
        return
    unasked = {one.owner for one in staff_checks(session, roster) if one.check.state == "unverified"}
    for person in roster.people:
        if owner_of(person) in unasked:
            ask(session, person, site, by="the roster", now=now)
