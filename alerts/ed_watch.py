"""Technical conditions about emergency departments: a locked link, one that does not answer, none left to tell."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from alerts import store
from alerts.ed_access import EdLink
from alerts.ed_rungs import unanswered
from alerts.ed_store import recent_links
from alerts.incident import Incident
from alerts.sources import Trouble
from gateway.reading import PatientId


def ed_troubles(session: Session, now: datetime) -> Iterator[Trouble]:
    """Yield what a nurse has to do for a department; each ends when a new link is sent or the incident is over."""
    links = recent_links(session, now)
    for link in links:
        if link.locked_at is not None and link.standing(now) == "locked":
            text = "wrong codes locked a department's link: call it, then stepguard ed send"
            yield _trouble("locked", link, link.locked_at, text)
    for link in {link.incident_id: link for link in links}.values():
        kept = store.look_at(session, link.incident_id)
        if kept is not None and kept.incident.live:
            yield from _silent(kept.incident, link, now)


def _silent(incident: Incident, link: EdLink, now: datetime) -> Iterator[Trouble]:
    told = unanswered(incident, now)
    if told is not None:
        yield _trouble("unanswered", link, told.at, "an emergency department that was told has not answered: call it")
    last = incident.departments[-1] if incident.departments else None
    taken = any(one.answer == "accepted" for one in incident.departments)
    if last is not None and last.answer == "nobody" and not taken:
        yield _trouble("nobody", link, last.at, "no emergency department took the patient: call one")


def _trouble(kind: str, link: EdLink, since: datetime, text: str) -> Trouble:
    patient_id = PatientId(link.patient_id)
    return Trouble(key=f"ed:{kind}:{link.incident_id}", severity="high", since=since, text=text, patient_id=patient_id)
