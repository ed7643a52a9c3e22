"""The emergency department as rungs of the ladder: whom to tell, when again, when the next one. Pure.

Each department gets a text with a link and a call that speaks the code; it answers on the page. One that declines, or
that neither text nor call reaches, hands its turn to the next at once; one that transfers the patient names the next.
One that accepted ends the search. A department that says nothing is called once more and then the nurse is told:
patients on their way must not be turned elsewhere by silence.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from alerts.ed_told import Answer, Told
from alerts.incident import Incident
from alerts.phone import Channel
from alerts.policy import Page

_Change = Callable[[Told], Told]
CALL_AGAIN_AFTER = timedelta(minutes=2)
"""When a department that has not answered is called once more (engineering, 2026-11-21)."""
ANSWER_WITHIN = timedelta(minutes=5)
"""After this the nurse is told that a department has not answered (engineering, 2026-11-21)."""
_PASSED_ON = {
    "declined": "the department declined",
    "transferred": "the patient is being transferred",
    "renewed": "a new link was asked for",
}
FIRST = "ed"
ARRIVAL = "ed.arrival"


def prefix_of(number: int) -> str:
    """Return what the keys of one department's rungs begin with; the first department has number 0."""
    return FIRST if number == 0 else f"{FIRST}.{number + 1}"


def number_of(key: str) -> int:
    """Return which department a rung is for."""
    parts = key.split(".")
    return int(parts[1]) - 1 if len(parts) > 1 and parts[1].isdecimal() else 0


def department_pages(incident: Incident, due_at: datetime | None, reason: str) -> Iterator[Page]:
    """Yield every page to departments from the instant the first is due; None is not due and not begun."""
    begun = incident.has_fired(FIRST)
    start = begun.at if begun is not None else due_at
    for number in range(len(incident.departments) + 1):
        if start is None:
            return
        told = incident.departments[number] if number < len(incident.departments) else None
        if told is not None and told.answer in {"accepted", "nobody"}:
            return
        if told is None or told.answer is None:
            yield from _of_one(incident, number, start, reason)
        start, reason = _given_up(incident, number, told)


def arrival_page(incident: Incident, reason: str, due_at: datetime) -> Iterator[Page]:
    """Yield the word to the department that expects a patient who has not arrived."""
    if incident.departments:
        yield _page(ARRIVAL, "sms", reason, due_at)


def expecting(incident: Incident) -> Told | None:
    """Return the department that accepted, else the last that was told and did not decline."""
    known = [told for told in incident.departments if told.answer not in {"declined", "transferred", "nobody"}]
    accepted = [told for told in known if told.answer == "accepted"]
    found = accepted or known
    return found[-1] if found else None


def unanswered(incident: Incident, now: datetime) -> Told | None:
    """Return the department that has had time to answer and has not."""
    last = incident.departments[-1] if incident.departments else None
    waits = last is not None and last.answer is None and now - last.at >= ANSWER_WITHIN
    return last if waits else None


def answered(incident: Incident, key: str, answer: Answer, *, by: str, now: datetime, reason: str = "") -> Incident:
    """Return the incident after the department `key` answered; a later answer replaces an earlier one."""

    def change(told: Told) -> Told:
        return replace(told, answer=answer, answered_at=now, by=by, reason=reason)

    return _changed(incident, key, change)


def arrived(incident: Incident, key: str, *, by: str, now: datetime) -> Incident:
    """Return the incident after the patient came to the department `key`, which has accepted by that."""

    def change(told: Told) -> Told:
        taken = told if told.answer == "accepted" else replace(told, answer="accepted", answered_at=now, by=by)
        return replace(taken, arrived_at=taken.arrived_at or now)

    return _changed(incident, key, change)


def transferred(incident: Incident, key: str, *, to: str, to_name: str, by: str, now: datetime) -> Incident:
    """Return the incident after the department `key` sent the patient on to the department `to`, which is told next."""

    def change(told: Told) -> Told:
        words = f"to {to_name}"
        return replace(told, answer="transferred", answered_at=now, by=by, reason=words, onward=to)

    return _changed(incident, key, change)


def told_of(incident: Incident, number: int, told: Told) -> Incident:
    """Return the incident with its department of that number known; nothing changes when it already is."""
    if number < len(incident.departments):
        return incident
    return replace(incident, departments=(*incident.departments, told))


def words(departments: Sequence[Told], zone: tzinfo) -> str:
    """Return in a few words how far it has come, empty when no department was told; times of `zone`."""
    last = next((one for one in reversed(departments) if one.answer != "renewed"), None)
    if last is None:
        return ""
    clock = f"{(last.arrived_at or last.answered_at or last.at).astimezone(zone):%H:%M}"
    match last.answer:
        case "accepted" if last.arrived_at is not None:
            return f"{last.name}: patient arrived {clock}"
        case "accepted":
            return f"{last.name} accepted {clock}, {last.by}"
        case "declined":
            return f"{last.name} declined {clock}: {last.reason}"
        case "transferred":
            return f"{last.name} transfers the patient {last.reason} {clock}"
        case "nobody":
            return "no further department: call one"
        case _:
            return f"{last.name} told {clock}, no answer yet"


def others_said(departments: Sequence[Told], key: str, zone: tzinfo) -> tuple[str, ...]:
    """Return what every department but `key` has answered about this patient, in the order told; times of `zone`."""
    answered_it = {"accepted", "declined", "transferred"}
    others = (told for told in departments if told.key != key and told.answer in answered_it)
    return tuple(words([told], zone) for told in others)


def waits_for_patient(departments: Sequence[Told], key: str) -> bool:
    """Whether the department `key` accepted a patient who has not arrived there."""
    own = _last_of(departments, key)
    return own is not None and own.answer == "accepted" and own.arrived_at is None


def sent_to(departments: Sequence[Told], key: str) -> str:
    """Return the key of the department to which `key` has transferred the patient; empty when it has not."""
    own = _last_of(departments, key)
    return own.onward if own is not None and own.answer == "transferred" else ""


def _of_one(incident: Incident, number: int, start: datetime, reason: str) -> Iterator[Page]:
    prefix = prefix_of(number)
    yield _page(prefix, "sms", reason, start)
    yield _page(f"{prefix}.voice", "voice", reason, start)
    called = incident.has_fired(f"{prefix}.voice")
    if called is None:
        return
    if called.failed_at is not None:
        yield _page(f"{prefix}.code", "sms", "the call with the code was not received", called.failed_at)
    yield _page(f"{prefix}.again", "voice", "the department has not answered", start + CALL_AGAIN_AFTER)


def _given_up(incident: Incident, number: int, told: Told | None) -> tuple[datetime | None, str]:
    """Return when the turn passes to the next department and why; None while it does not."""
    if told is not None and told.answer in _PASSED_ON:
        return told.answered_at, _PASSED_ON[told.answer]
    prefix = prefix_of(number)
    fired = [incident.has_fired(key) for key in (prefix, f"{prefix}.voice")]
    failed = [one.failed_at for one in fired if one is not None and one.failed_at is not None]
    if len(failed) < len(fired):
        return None, ""
    return max(failed), "the department was not reached"


def _page(key: str, channel: Channel, reason: str, due_at: datetime) -> Page:
    return Page(
        key=key,
        role="emergency_department",
        channel=channel,
        person=None,
        message="ed_notice",
        reason=reason,
        due_at=due_at,
    )


def _last_of(departments: Sequence[Told], key: str) -> Told | None:
    return next((told for told in reversed(departments) if told.key == key), None)


def _changed(incident: Incident, key: str, change: _Change) -> Incident:
    """Change the last entry of that department."""
    places = [place for place, told in enumerate(incident.departments) if told.key == key]
    if not places:
        return incident
    departments = list(incident.departments)
    departments[places[-1]] = change(departments[places[-1]])
    return replace(incident, departments=tuple(departments))
