"""The fields of the enrolment form, and what they hold of somebody who is enrolled already. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from console.entry.fields import Field
from console.entry.own_values import BASELINE
from console.entry.telephones import LANGUAGES, Caregiver
from gateway.reading import HubName, PatientCode, PatientId
from monitor.catalogue import Catalogue

Values = Mapping[str, str]
CONDITIONS = ("beta_blocker", "pacemaker", "atrial_fibrillation", "home_oxygen")
NONE_KNOWN = "none"
CONTACT_ROWS = 2

PATIENT_FIELDS: tuple[Field, ...] = (
    Field(name="code", label="code", needed=True, hint="opaque: P-0042, never a name"),
    Field(name="drug", label="drug", hint="↑↓ choose"),
    Field(name="schedule", label="schedule", hint="↑↓ choose, once there is a drug"),
    Field(name="first", label="first dose", hint="2026-03-02 10:00 +4 (4 later)"),
    Field(name="team", label="team", hint="the part of the ward; may stay empty"),
    Field(name="born", label="born", hint="1956-03-01"),
    Field(name="weight", label="weight, kg", hint="71.5"),
    Field(name="allergies", label="allergies", hint=f"with commas; {NONE_KNOWN}: none known"),
    Field(name="language", label="language", words=LANGUAGES),
    Field(name="timezone", label="time zone", hint="Europe/Copenhagen"),
    *(Field(name=name, label=f"usual {name}", hint=f"in {own.unit}") for name, own in BASELINE.items()),
    Field(name="conditions", label="conditions", words=CONDITIONS, many=True),
    Field(name="scale", label="SpO2 scale", words=("1", "2"), hint="2: chronic hypoxia"),
    Field(name="departments", label="departments", hint="minutes from home: north 25"),
    Field(name="limit-systolic", label="limits systol.", hint="85 75 +90d Dr Ito: age 9"),
    Field(name="limit-spo2", label="limits SpO2", hint="94 92 +90d Dr Ito: age 9"),
)
"""The order is that of asking: what the watch needs first, then what whoever helps needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known before the form is filled. `code` is None for a new enrolment.

    `version` is that of the enrolment's history, `profile` the patient object as stored, `values` the fields as they
    stand, `contacts` the telephones bound now, `spare_hubs` those that stand nowhere, `planned` whether a dose is still
    to come on the calendar, `timezone` that of the site, `codes` every code that is taken.
    """

    patient_id: PatientId | None = None
    code: PatientCode | None = None
    version: int | None = None
    profile: Mapping[str, Any] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    contacts: tuple[Caregiver, ...] = ()
    hub: HubName | None = None
    spare_hubs: tuple[HubName, ...] = ()
    departments: tuple[str, ...] = ()
    planned: bool = False
    timezone: str = "UTC"
    codes: tuple[PatientCode, ...] = ()


def values_of(
    profile: Mapping[str, Any], *, drug: str | None, schedule: str | None, timezone: str, hub: str | None = None
) -> dict[str, str]:
    """Return the fields of an enrolment as it stands; the empty form for an empty profile."""
    baseline, minutes = profile.get("baseline") or {}, profile.get("department_minutes") or {}
    allergies = profile.get("allergies")
    ways = (f"{key} {minutes[key]}" if key in minutes else key for key in profile.get("departments") or ())
    found = {
        "code": profile.get("code"),
        "drug": drug,
        "schedule": schedule,
        "team": profile.get("team"),
        "born": profile.get("born"),
        "weight": profile.get("weight_kg"),
        "allergies": None if allergies is None else ", ".join(allergies) or NONE_KNOWN,
        "language": profile.get("language"),
        "timezone": profile.get("timezone") or timezone,
        **{name: baseline.get(own.key) for name, own in BASELINE.items()},
        "conditions": " ".join(profile.get("conditions") or ()),
        "scale": profile.get("spo2_scale"),
        "departments": ", ".join(ways),
        "kit": hub,
    }
    return {name: str(value) for name, value in found.items() if value not in {None, ""}}


def fields_of(seen: Seen, catalogue: Catalogue, drug: str) -> Iterator[Field]:
    """Give every field in order, with what may be chosen here; `drug` is what stands in its field now."""
    found = catalogue.find(drug)
    offered: Mapping[str, Sequence[str]] = {
        "drug": tuple(each.name for each in catalogue.drugs),
        "schedule": tuple(each.id for each in found.schedules) if found else (),
    }
    for each in PATIENT_FIELDS:
        yield _with(each, tuple(offered.get(each.name, ())))
    for place in range(1, max(CONTACT_ROWS, len(seen.contacts) + 1) + 1):
        yield Field(name=f"contact-{place}", label=f"contact {place}", hint="name +number da yes (values)")
    yield _with(Field(name="kit", label="home kit", hint="a spare hub: ↑↓"), seen.spare_hubs)


def _with(each: Field, offered: Sequence[str]) -> Field:
    return replace(each, offered=tuple(offered)) if offered else each
