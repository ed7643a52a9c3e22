"""Keeps whose telephone belongs to which home. A text counts only from a number bound here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import delete
from sqlmodel import Session, col, select

from alerts.home_replies import LETTERS
from alerts.message import Site
from alerts.roster_file import dialable
from alerts.roster_tables import PhoneQuestionRow
from alerts.tables import ContactRow
from gateway.reading import PatientId
from monitor.enrolment import patient_by_id

CONTACT = "contact:"
"""What the owner of a tested telephone begins with when it is a caregiver's; the contact's id follows."""

Consent = Literal["agreed", "refused", "not asked"]


class ContactRefusedError(Exception):
    """The contact cannot be kept; the message says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A caregiver of one patient. `consent_values`: they agreed to have the values they measured texted back.

    `consent_by` and `consent_at` say who wrote that down and when; None where nobody was asked, or nobody kept it.
    `entered_at` is the epoch where nobody kept the time.
    """

    id: int
    patient_id: PatientId
    name: str
    number: str
    language: str
    consent_values: bool
    letter: str | None
    entered_at: datetime
    consent_at: datetime | None = None
    consent_by: str | None = None

    @property
    def consent(self) -> Consent:
        """What they said about being texted values; "not asked" where nobody wrote an answer down."""
        if self.consent_values:
            return "agreed"
        return "refused" if self.consent_at is not None else "not asked"


def add_contact(
    session: Session,
    patient_id: PatientId,
    *,
    name: str,
    number: str,
    language: str = "en",
    consent_values: bool | None = None,
    letter: str | None = None,
    by: str | None = None,
    now: datetime,
) -> Contact:
    """Bind a number to a patient's home.

    `consent_values` is what they said about being texted values, None when they were not asked: none are texted then.
    `by` is who writes that down.

    Raises
    ------
    ContactRefusedError
        When nobody is named, the number cannot be dialled, is bound to this patient already, or serves another home
        too and the two are not told apart by a letter.
    """
    dialled = dialable(number)
    if dialled is None:
        raise ContactRefusedError(f"{number!r} cannot be dialled; write it as +<country><number>")
    name = _named(name)
    others = contacts_by_number(session, dialled)
    if any(other.patient_id == patient_id for other in others):
        raise ContactRefusedError("this number is bound to this patient already")
    letter = _told_apart(session, letter, others)
    row = ContactRow(
        patient_id=patient_id,
        name=name,
        number=dialled,
        language=language,
        consent_values=consent_values is True,
        letter=letter,
        entered_at=now,
        consent_at=None if consent_values is None else now,
        consent_by=None if consent_values is None else by,
    )
    session.add(row)
    session.flush()
    return _contact(row)


def _named(name: str) -> str:
    """Return who it is; a caregiver whom nobody can name would be missing from every list of them."""
    if not name.strip():
        raise ContactRefusedError("a caregiver needs a name, such as daughter")
    return name.strip()


def _told_apart(session: Session, letter: str | None, others: Sequence[Contact]) -> str | None:
    """Return the letter that tells a home from the `others` its number serves; None where it needs none."""
    letter = letter.upper() if letter else None
    if letter is not None and letter not in LETTERS:
        raise ContactRefusedError(
            f"the letter {letter!r} would be read as a value; use one of {' '.join(sorted(LETTERS))}"
        )
    bare = next((other for other in others if other.letter is None), None)
    if bare is not None:
        patient = patient_by_id(session, bare.patient_id)
        whose = "its code" if patient is None else patient.code
        raise ContactRefusedError(
            f"this number serves another home too, which needs a letter first:"
            f" stepguard contact correct {whose} {bare.number} --letter A; then give this one another"
        )
    taken = sorted(other.letter for other in others if other.letter)
    if others and (letter is None or letter in taken):
        raise ContactRefusedError(
            f"this number serves another home too; give this patient a letter of their own, not {' or '.join(taken)}"
        )
    return letter


def remove_contact(session: Session, patient_id: PatientId, number: str) -> Contact:
    """Unbind a number from a patient's home, forget the tests of it, and return whose it was.

    Raises
    ------
    ContactRefusedError
        When it is not bound to this patient: a slip of the finger must not look like a number that is gone.
    """
    bound = bound_contact(session, patient_id, number)
    session.connection().execute(delete(PhoneQuestionRow).where(col(PhoneQuestionRow.owner) == f"{CONTACT}{bound.id}"))
    session.delete(session.get_one(ContactRow, bound.id))
    return bound


def bound_contact(session: Session, patient_id: PatientId, number: str) -> Contact:
    """Return the caregiver of this patient with that number. Raises ContactRefusedError when it is not bound here."""
    dialled = dialable(number)
    for each in contacts_of(session, patient_id):
        if each.number == dialled:
            return each
    raise ContactRefusedError(f"{number!r} is not bound to this patient; stepguard contact list says which are")


def correct_contact(
    session: Session,
    contact: Contact,
    *,
    name: str | None = None,
    language: str | None = None,
    consent_values: bool | None = None,
    letter: str | None = None,
    by: str,
    now: datetime,
) -> Contact:
    """Correct what is known of a caregiver; what is None stays. An answer about values is kept with `by` and `now`.

    An empty `letter` takes the letter away. Raises ContactRefusedError as `add_contact` does.
    """
    row = session.get(ContactRow, contact.id)
    if row is None:
        raise ContactRefusedError(f"{contact.number} is not bound any more")
    if name is not None:
        row.name = _named(name)
    if letter is not None:
        others = [each for each in contacts_by_number(session, contact.number) if each.id != contact.id]
        row.letter = _told_apart(session, letter, others)
    row.language = language or row.language
    if consent_values is not None:
        row.consent_values, row.consent_at, row.consent_by = consent_values, now, by
    session.add(row)
    session.flush()
    return _contact(row)


def contacts_of(session: Session, patient_id: PatientId) -> list[Contact]:
    """Return a patient's caregivers in the order in which they were added."""
    query = select(ContactRow).where(ContactRow.patient_id == patient_id).order_by(col(ContactRow.id))
    return [_contact(row) for row in session.exec(query)]


def every_contact(session: Session) -> list[Contact]:
    """Return the caregivers of every home."""
    return [_contact(row) for row in session.exec(select(ContactRow).order_by(col(ContactRow.id)))]


def contacts_by_number(session: Session, number: str) -> list[Contact]:
    """Return every home to which this E.164 number is bound."""
    query = select(ContactRow).where(ContactRow.number == number).order_by(col(ContactRow.id))
    return [_contact(row) for row in session.exec(query)]


def site_of_home(session: Session, patient_id: PatientId | None, site: Site) -> Site:
    """Return `site` with the clock of a patient's home: a text that names an hour means theirs."""
    patient = None if patient_id is None else patient_by_id(session, patient_id)
    if patient is None or patient.enrolled_at is None:
        return site
    return replace(site, timezone=patient.profile.timezone)


def _contact(row: ContactRow) -> Contact:
    if row.id is None:
        raise ValueError("a contact has no id before it is written")
    return Contact(
        id=row.id,
        patient_id=PatientId(row.patient_id),
        name=row.name,
        number=row.number,
        language=row.language,
        consent_values=row.consent_values,
        letter=row.letter,
        entered_at=row.entered_at,
        consent_at=row.consent_at,
        consent_by=row.consent_by,
    )
