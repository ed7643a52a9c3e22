"""What an emergency department does on its page, written down under the name of who did it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alerts import store
from alerts.calling import at_once
from alerts.directory import Department
from alerts.ed_access import EdLink, Reader
from alerts.ed_entries import Entry, read_place
from alerts.ed_rungs import answered, arrived, sent_to, transferred
from alerts.ed_store import accept_link, close_link
from alerts.incident import Incident, RefusedError
from gateway.people_log import note
from gateway.reading import PatientId
from monitor.store import add_event
from monitor.timeline import BadEvent

LONGEST_REASON = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A person of a department at the page they opened."""

    link: EdLink
    reader: Reader
    department: str

    @property
    def signature(self) -> str:
        """How what they do is signed."""
        return self.reader.signed(self.department)


def log_view(session: Session, visit: Visit, form: str, now: datetime) -> None:
    """Put one look at the page into the audit log."""
    what = {"as": "page for the emergency department", "form": form, "by": visit.signature}
    by, patient_id = f"ed:{visit.link.department}", visit.link.patient_id
    note(session, now, "view", f"patient:{patient_id}", what, by=by, patient_id=patient_id)


def log_opening(session: Session, link: EdLink, reader: Reader, outcome: str, now: datetime) -> None:
    """Put one try to open a page into the audit log, right or wrong."""
    what = {"as": "page for the emergency department", "opened": outcome, "name": reader.name, "role": reader.role}
    note(session, now, "login", f"ed_link:{link.id}", what, by=f"ed:{link.department}", patient_id=link.patient_id)


def accept(session: Session, visit: Visit, now: datetime) -> None:
    """Enter that the department takes the patient. Saying it again changes nothing."""
    if visit.link.accepted_at is not None:
        return
    accept_link(session, visit.link.id, now)

    def taken(incident: Incident) -> Incident:
        return answered(incident, visit.link.department, "accepted", by=visit.signature, now=now)

    _change(session, visit, taken, "accepted by the emergency department", now)


def decline(session: Session, visit: Visit, reason: str, now: datetime) -> None:
    """Enter that the department cannot take the patient: the next one is told at once, and this page closes.

    Raises
    ------
    RefusedError
        Without a reason.
    """
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise RefusedError("Say why: the unit and the next department will ask.")
    close_link(session, visit.link.id, now)

    def turned_away(incident: Incident) -> Incident:
        return answered(incident, visit.link.department, "declined", by=visit.signature, now=now, reason=said)

    _change(session, visit, turned_away, "declined by the emergency department", now, text=said)


def transfer(session: Session, visit: Visit, to: Department | None, now: datetime) -> None:
    """Enter that the patient goes on to another department, which is told at once; this page stays open.

    The patient stays in the hospital's hands: no home is asked to measure and nobody of the unit is called. Saying it
    again changes nothing.

    Raises
    ------
    RefusedError
        When it is no other department of the site, or nothing is open about the patient any more.
    """
    if to is None or to.key == visit.link.department:
        raise RefusedError("Choose the department that the patient goes to.")
    kept = store.by_id(session, visit.link.incident_id)
    if kept is None or not kept.incident.live:
        raise RefusedError("Nothing is open about this patient any more: call the unit.")
    if sent_to(kept.incident.departments, visit.link.department) == to.key:
        return
    chosen = to

    def sent_on(incident: Incident) -> Incident:
        return transferred(
            incident, visit.link.department, to=chosen.key, to_name=chosen.name, by=visit.signature, now=now
        )

    _change(session, visit, sent_on, "transferred by the emergency department", now, text=f"to {to.name}")


def move(session: Session, visit: Visit, word: str, key: str, now: datetime) -> None:
    """Enter where the patient is: arrived, admitted or discharged. The same `key` again changes nothing."""
    if not save(session, visit, read_place(word, now), key, now):
        return
    if word != "discharged":
        accept_link(session, visit.link.id, now)

    def there(incident: Incident) -> Incident:
        return arrived(incident, visit.link.department, by=visit.signature, now=now)

    _change(session, visit, (lambda same: same) if word == "discharged" else there, f"patient {word}", now)


def save(session: Session, visit: Visit, entry: Entry, key: str, now: datetime) -> int:
    """Write events into the patient's record under the person's name; return how many are new.

    The same `key` again changes nothing.

    Raises
    ------
    RefusedError
        When the record does not take one of them.
    """
    written = 0
    for number, event in enumerate(entry.events):
        own: Mapping[str, Any] = {**event, "id": f"ed-{key}-{number}"}
        try:
            add_event(session, PatientId(visit.link.patient_id), own, visit.signature, now)
        except BadEvent as error:
            if "is taken" in error.sentence:
                continue  # sent twice: a browser's reload must not give a medicine twice
            raise RefusedError(f"Not saved: {error.sentence}.") from error
        written += 1
    return written


def _change(
    session: Session, visit: Visit, change: Callable[[Incident], Incident], what: str, now: datetime, *, text: str = ""
) -> None:
    kept = store.by_id(session, visit.link.incident_id)
    if kept is not None and kept.incident.live:
        store.save(session, replace(kept, incident=change(kept.incident)), at_once(now))
    store.note(session, visit.link.incident_id, now, what, by=visit.signature, text=text)
