"""Corrects an entry of a record: what is right is entered, and the wrong line is struck out and kept.

Both happen in one transaction, the right entry first: no instant lies between them at which neither counts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from gateway.reading import PatientId
from monitor.event_fields import BadEvent
from monitor.store import StoredEvent, add_event, events_of

Body = Mapping[str, Any]
ENVELOPE: Final = frozenset({"at", "type", "id", "by", "entered_at", "corrects"})
SAID: Final[Mapping[str, frozenset[str]]] = {
    "dose": frozenset({"step", "amount", "unit"}),
    "medication": frozenset({"name", "amount", "unit", "purpose"}),
    "support": frozenset({"vasopressors", "vasopressin", "fluids_for_hypotension", "oxygen"}),
    "ice": frozenset({"orientation", "naming", "commands", "writing", "attention", "handwriting"}),
    "neuro": frozenset({"consciousness", "seizure", "motor_weakness", "cerebral_edema"}),
    "symptom": frozenset({"names"}),
    "attribution": frozenset({"sign", "cause"}),
    "clinician_grade": frozenset({"syndrome", "grade"}),
    "place": frozenset({"where", "expected_by"}),
    "note": frozenset({"text"}),
}
"""What an entry of each kind says; a correction says all of it anew. Kinds that are not named say all they hold."""

UNEXPLAINED: Final = "corrected"


def correct_event(
    session: Session, patient_id: PatientId, of: str, event: Body, *, why: str, by: str, now: datetime
) -> str:
    """Enter what is right in the place of the entry `of`, strike that one out, and return the new one's ref.

    Each names the other: the new entry in `corrects`, the void in `replaced_by`. What the old entry holds beside what
    its kind says, such as the end of an infusion, stays.

    Parameters
    ----------
    event
        The right entry, of the same type.
    why
        Why the old one was wrong; empty when nobody said.

    Raises
    ------
    BadEvent
        When there is no such entry, it was struck out already, it is itself a striking out, or the new one cannot be
        read.
    """
    entered = events_of(session, patient_id)
    old = next((each for each in entered if each.event.ref == of), None)
    if old is None:
        raise BadEvent(f"this record has no entry {of!r}")
    kind = str(old.body.get("type"))
    if kind == "void":
        raise BadEvent(f"{of} strikes out another entry; enter that one anew instead")
    if event.get("type") != kind:
        raise BadEvent(f"{of} is of the kind {kind.replace('_', ' ')}: strike it out and enter the other kind anew")
    _refuse_struck(entered, of)
    right = {**replacing(old.body, event), "corrects": of}
    ref = add_event(session, patient_id, right, by=by, now=now)
    void = {"at": now.isoformat(), "type": "void", "of": of, "why": why.strip() or UNEXPLAINED, "replaced_by": ref}
    add_event(session, patient_id, void, by=by, now=now)
    return ref


def strike_out(session: Session, patient_id: PatientId, void: Body, *, by: str, now: datetime) -> str:
    """Strike out an entry or a reading and return the void's ref. Raises BadEvent, also for one already struck out."""
    _refuse_struck(events_of(session, patient_id), str(void.get("of")))
    return add_event(session, patient_id, void, by=by, now=now)


def _refuse_struck(entered: list[StoredEvent], of: str) -> None:
    for each in entered:
        if each.body.get("type") == "void" and each.body.get("of") == of:
            raise BadEvent(f"{of} was struck out already, by {each.by or 'somebody'}: {each.body.get('why') or ''}")


def replacing(old: Body, event: Body) -> dict[str, Any]:
    """Return the event with what the old entry holds beside what its kind says.

    Raises
    ------
    BadEvent
        When an infusion would end before it begins.
    """
    said = SAID.get(str(old.get("type")), frozenset(old))
    beside = {key: value for key, value in old.items() if key not in said | ENVELOPE}
    kept = {key: value for key, value in beside.items() if event.get(key) is None}
    ended = kept.get("ended_at")
    if ended is not None and datetime.fromisoformat(str(ended)) < datetime.fromisoformat(str(event["at"])):
        raise BadEvent("the infusion would end before it begins: strike the entry out and enter it anew with its end")
    return {**event, **kept}
