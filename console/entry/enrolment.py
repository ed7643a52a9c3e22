"""Understands the enrolment form as a whole: what would be saved, read back in full, or everything that is asked. Pure.

What each field means for a patient: docs/behaviour.md, "Enrolment".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.entry.enrolment_fields import PATIENT_FIELDS, Values
from console.entry.enrolment_reading import EnrolmentSetting, FormReading
from console.entry.moment import Asks
from console.entry.telephones import Caregiver
from gateway.reading import HubName

NOTHING = "Nothing is changed yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolling:
    """An enrolment ready to be saved once somebody has read `read_back` and agreed.

    `version` is the enrolment that it corrects, None for a new one. `profile` is the whole patient object; `contacts`
    are the telephones of the home, `unbinds` the numbers that are left out now. `start` is the first planned dose, None
    where nothing is planned now. `sets_limits` says that it changes own limits.
    """

    code: str
    version: int | None
    profile: Mapping[str, Any]
    drug: str | None
    schedule: str | None
    contacts: tuple[Caregiver, ...]
    unbinds: tuple[str, ...]
    hub: HubName | None
    start: datetime | None
    later: int
    sets_limits: bool
    read_back: str


def understand_enrolment(values: Values, setting: EnrolmentSetting) -> Enrolling | tuple[Asks, ...]:
    """Return the enrolment, or everything that is asked, in the order of the fields."""
    form = FormReading(values, setting)
    asked = tuple(form.read())
    if asked:
        return asked
    said = "\n".join(_said(form))
    return _enrolling(form, said) if said else (Asks(question=NOTHING),)


def _enrolling(form: FormReading, said: str) -> Enrolling:
    limits = dict(form.profile.get("limits") or {})
    for each in form.limits:
        limits.pop(each.group, None)
        if each.limit is not None:
            until = each.limit.until
            limits[each.group] = {
                "urgent": each.limit.urgent,
                "emergency": each.limit.emergency,
                "by": each.limit.by,
                "why": each.limit.why,
                "until": None if until is None else until.isoformat(),
            }
    profile = {key: value for key, value in form.profile.items() if key != "limits"}
    return Enrolling(
        code=str(profile["code"]),
        version=form.seen.version,
        profile=profile | ({"limits": limits} if limits else {}),
        drug=form.drug.name if form.drug else form.values.get("drug") or None,
        schedule=form.schedule.id if form.schedule else form.values.get("schedule") or None,
        contacts=tuple(form.contacts),
        unbinds=tuple(each.number for each in _gone(form)),
        hub=_new_hub(form),
        start=form.start,
        later=form.later,
        sets_limits=bool(form.limits),
        read_back=said,
    )


def _new_hub(form: FormReading) -> HubName | None:
    kit = form.values.get("kit", "")
    return HubName(kit) if kit and kit != form.seen.hub else None


def _gone(form: FormReading) -> tuple[Caregiver, ...]:
    kept = {each.number for each in form.contacts}
    return tuple(each for each in form.seen.contacts if each.number not in kept)


def _said(form: FormReading) -> Iterator[str]:
    """Give what is saved: of a new enrolment everything, of one that is corrected what changes."""
    seen = form.seen
    told = []
    for each in PATIENT_FIELDS:
        old, new = seen.values.get(each.name, ""), form.values.get(each.name, "")
        if (old == new and seen.code is not None) or not (old or new) or each.name.startswith(("first", "limit")):
            continue
        told.append(f"{each.label} {new}" if seen.code is None else f"{each.label}: {old or 'none'} -> {new or 'none'}")
    if told:
        yield "; ".join(told)
    if form.planned:
        yield f"planned doses: {', '.join(form.planned)}"
    yield from (each.read_back for each in form.limits)
    known = {each.number: each for each in seen.contacts}
    for caregiver in form.contacts:
        if caregiver.number not in known:
            yield f"new telephone, a test text is sent: {caregiver.words}"
        elif caregiver != known[caregiver.number]:
            yield f"telephone: {caregiver.words}"
    for gone in _gone(form):
        yield f"NO LONGER TEXTED: {gone.name} {gone.number}"
    if (hub := _new_hub(form)) is not None:
        yield f"{hub} stands in this home from now on"


def questions_by_field(asked: Sequence[Asks]) -> Mapping[str, str]:
    """Return the first question of each field."""
    found: dict[str, str] = {}
    for each in asked:
        found.setdefault(each.field, each.question)
    return found
