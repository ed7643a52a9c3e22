"""Turns what a watchdog's synthetic patient measures into one page to that watchdog, and into nothing else.

Where anything speaks for a real person behind the mark, the news is left to the ladder: docs/decisions/0028.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from alerts import pages
from alerts.calling import Duty
from alerts.contacts import contacts_of
from alerts.sources import News, Sources
from alerts.synthetic_words import page_words, token_of
from alerts.tables import PageRow
from gateway.reading import PatientId
from gateway.synthetic import Synthetic, synthetic_patients
from monitor.assessment import URGENCIES
from monitor.enrolment import patient_by_id

KIND = "synthetic"
RUNG = "synthetic."
PAGED_FROM = URGENCIES.index("urgent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What became of the newest synthetic reading, by the word of the parts themselves.

    `token` names the reading. An instant is None while that leg has not been reached.
    """

    token: str
    graded_at: datetime
    written_at: datetime
    sent_at: datetime | None
    state: str
    outcome: str


def nobody_among(session: Session, news: Iterable[News]) -> Mapping[PatientId, Synthetic]:
    """Return those patients of `news` who are synthetic beyond doubt: not enrolled, and nobody's telephone is kept."""
    marked = synthetic_patients(session)
    touched = {one.patient_id for one in news} & marked.keys()
    return {patient_id: marked[patient_id] for patient_id in touched if _is_nobody(session, patient_id)}


def page_watchdog(session: Session, one: News, mark: Synthetic, duty: Duty, sources: Sources, now: datetime) -> None:
    """Write the page that an urgent synthetic reading causes; anything less urgent causes none."""
    assessment = one.read()
    cause = None if one.reading_id is None else sources.cause(session, one.reading_id)
    if cause is None or URGENCIES.index(assessment.urgency) < PAGED_FROM:
        return
    token = token_of(cause.reading.boot, cause.reading.seq)
    own = PageRow(
        incident_id=None,
        patient_id=mark.patient_id,
        rung=f"{RUNG}{token}",
        role="watchdog",
        person=None,
        number=mark.number,
        channel="sms",
        kind=KIND,
        urgency="urgent",
        body=page_words(token),
        reason="a synthetic reading",
        due_at=assessment.at,
        created_at=now,
        state="intent",
        attempts=1,
        engine=duty.engine,
    )
    pages.write(session, [own])


def newest_trail(session: Session) -> Trail | None:
    """Return how far the newest synthetic reading came; None when none caused a page yet."""
    query = select(PageRow).where(PageRow.kind == KIND).order_by(col(PageRow.id).desc()).limit(1)
    row = session.exec(query).first()
    if row is None:
        return None
    return Trail(
        token=row.rung.removeprefix(RUNG),
        graded_at=row.due_at,
        written_at=row.created_at,
        sent_at=row.sent_at,
        state=row.state,
        outcome=row.outcome,
    )


def _is_nobody(session: Session, patient_id: PatientId) -> bool:
    found = patient_by_id(session, patient_id)
    return (found is None or found.version is None) and not contacts_of(session, patient_id)
