"""Takes in what the monitor says: brings each patient's incident up to date, and answers the home that measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from alerts import home_texts, no_texts, store
from alerts.calling import Duty, answer, plan
from alerts.contacts import contacts_of, site_of_home
from alerts.ed_calls import where_to_go
from alerts.home_languages import wording_of
from alerts.home_pages import still_to_go
from alerts.home_values import ask_of, spoken_values
from alerts.incident_news import observe, open_for
from alerts.own_faults import OwnFaults
from alerts.report import Report, report_of
from alerts.sources import Cause, News, Sources
from alerts.store import Kept, Waiting
from alerts.synthetic_page import nobody_among, page_watchdog
from gateway.reading import PatientId
from gateway.synthetic import Synthetic

PATIENT_FAULT = "alerts failed on one patient: look at the board"


@dataclass(slots=True)
class Heard:
    """What one pass learned of one patient's home: the reading to answer, when it was received, what it says."""

    kept: Kept | None
    news: News
    report: Report
    received_at: datetime | None = None
    cared: bool = False
    values: list[Cause] = field(default_factory=list)


def wanted_of(session: Session, news: Sequence[News], waiting: Waiting) -> list[News]:
    """Return the news that is not calm, that somebody asked for, or that is about an open incident."""
    if not news:
        return []
    awaited = store.awaited_readings(session) if waiting.awaited else {}
    known = store.subjects_live_among(session, {store.subject_of(one.patient_id) for one in news})
    wanted = []
    for one in news:
        subject = store.subject_of(one.patient_id)
        if not one.calm or subject in known or one.reading_id in awaited:
            known.add(subject)  # it may open an incident, which what follows then belongs to
            wanted.append(one)
    return wanted


def take_in(
    session: Session, news: Sequence[News], duty: Duty, sources: Sources, faults: OwnFaults, now: datetime
) -> dict[str, Heard]:
    """Bring each patient's incident up to date with what the monitor says; return what was learned, by subject."""
    heard: dict[str, Heard] = {}
    if not news:
        return heard
    awaited = store.awaited_readings(session)
    nobody = _nobody_among(session, news, faults)
    for one in news:
        subject = store.subject_of(one.patient_id)
        try:
            with session.begin_nested():
                if one.patient_id in nobody:
                    page_watchdog(session, one, nobody[one.patient_id], duty, sources, now)
                    continue
                texted = one.reading_id is not None and one.reading_id in awaited
                before = heard.get(subject)
                heard[subject] = take_in_one(session, subject, one, before, duty, sources, now, texted=texted)
                if one.reading_id is not None and texted:
                    awaited[one.reading_id].awaited_reading_id = None
            faults.mended(subject)
        except Exception as error:  # noqa: BLE001 - one patient's record must never silence the others
            faults.broke(subject, PATIENT_FAULT, error, one.patient_id)
    return heard


def _nobody_among(session: Session, news: Sequence[News], faults: OwnFaults) -> Mapping[PatientId, Synthetic]:
    """Return who is synthetic; when that cannot be told everybody is real."""
    try:
        with session.begin_nested():
            found = nobody_among(session, news)
        faults.mended("synthetic")
    except Exception as error:  # noqa: BLE001 - a watchdog's bookkeeping must never stop a call
        faults.broke("synthetic", "it cannot be told which patient is a watchdog's", error)
        return {}
    return found


def take_in_one(
    session: Session, subject: str, one: News, before: Heard | None, duty: Duty, sources: Sources, now: datetime,
    *, texted: bool,
) -> Heard:  # fmt: skip
    """Bring one incident up to date; `before` is what this pass learned already, `texted` that values came by text."""
    kept = store.live_of(session, subject)
    cause = None
    if one.reading_id is not None and (kept is not None or texted or not one.calm):
        cause = sources.cause(session, one.reading_id)
    report = report_of(
        one.read(),
        one.urgent_groups,
        reading_id=one.reading_id,
        measured=cause.groups if cause else frozenset(),
        by_text=cause.by_text if cause else False,
        values=spoken_values([cause.reading]) if cause else "",
    )
    was_live = kept is not None
    incident = open_for(report, duty.terms, now) if kept is None else observe(kept.incident, report, now)
    if incident is not None:
        kept = kept or Kept(id=None, subject=subject, patient_id=one.patient_id, code=one.code, incident=incident)
        opened = kept.id is None
        kept = replace(kept, incident=incident)
        kept = store.save(session, kept, plan(kept, duty, now))
        if opened or not incident.live:
            store.note(session, kept.id or 0, now, "opened" if opened else "resolved")
    heard = Heard(kept=kept, news=one, report=report)
    if before is not None:
        heard.values, heard.cared, heard.received_at = before.values, before.cared, before.received_at
    if cause is not None:
        heard.values.append(cause)
        heard.received_at = cause.reading.received_at
        heard.cared = heard.cared or was_live or cause.by_text or report.febrile or report.in_episode
    return heard


def say_received(session: Session, heard: Heard, duty: Duty, now: datetime) -> None:
    """Tell a home that is febrile, in an episode or was asked to measure that its values arrived."""
    values = spoken_values([cause.reading for cause in heard.values])
    ask = ask_of(heard.report.next_due, now)
    kept, site = heard.kept, site_of_home(session, heard.news.patient_id, duty.site)
    go = kept is not None and still_to_go(kept.incident)
    hospital = where_to_go(session, kept, duty.directory, now) if kept is not None and go else None
    for contact in contacts_of(session, heard.news.patient_id):
        if no_texts.why_not(session, contact.number) is not None:
            continue  # whoever gets no texts is called when something is asked, not because something arrived
        wording, told = wording_of(contact.language), values if contact.consent_values else ""
        if go:
            body = home_texts.still_go(site, wording, values=told, hospital="" if hospital is None else hospital.name)
        else:
            body = home_texts.received(site, wording, values=told, ask=ask, nurse_calls=False)
        answer(
            session,
            duty,
            now,
            number=contact.number,
            role="caregiver",
            body=home_texts.about(body, wording, contact.letter),
            rung=f"received.{heard.news.id}",
            person=contact.name,
            incident_id=kept.id if kept else None,
            patient_id=heard.news.patient_id,
            cause=heard.received_at,
        )
