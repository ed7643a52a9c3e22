"""Decides what the shift report says of the ward: duty, holes in it, the system, telephones, enrolments. Pure.

The words are those of the screens, so that a report says nothing that a screen does not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from alerts.shift_story import Confirmation, ShiftIncident
from console.views import wording
from console.views.cells import Fault, Incident, Line, Tone
from console.views.duty import DutyBook, duty_view
from console.views.shift_changes import changes
from console.views.shift_values import Fact, WardReport
from console.views.system import Part, system_view
from gateway.reading import PatientCode
from monitor.shift_past import Past

NOTHING = Past(before=None)
WELL = frozenset({Tone.PLAIN, Tone.CALM, Tone.DIM})


def ward_report(
    duty: DutyBook,
    parts: Sequence[Part],
    incidents: Sequence[Incident],
    faults: Sequence[Fault],
    stories: Sequence[ShiftIncident],
    incomplete: Mapping[PatientCode, tuple[str, ...]],
    *,
    patients: int,
    pressing: str,
    confirmed: Confirmation | None,
    now: datetime,
    zone: tzinfo,
) -> WardReport:
    """Return the ward's part of the report made at `now`.

    Parameters
    ----------
    stories
        The technical incidents of the shift.
    incomplete
        What the enrolment of each patient does not hold; patients with all of it are left out.
    patients
        How many there are.
    """
    roster = duty_view(duty, now, zone)
    system = system_view(parts, incidents, faults, now, zone, failure=None)
    telephones = [line for line in roster.telephones if line.tone not in WELL]
    technical = changes(NOTHING, stories, now, zone, eventful=False)
    return WardReport(
        sections=(
            ("on duty", (*_facts((roster.head,)), *_facts(roster.on_call))),
            ("hours nobody covers, next 7 days", _facts(roster.gaps) or _none("none")),
            ("put on duty by hand", _facts(roster.overrides) or _none("nobody")),
            ("can it see, can it call", _facts((system.seeing, system.calling))),
            ("technical conditions now", _facts(system.conditions) or _none("none")),
            ("technical incidents of this shift", technical or _none("none")),
            ("telephones to be tried", _facts(telephones) or _none("none: every one that is listed was verified")),
            ("enrolments with something missing", tuple(_incomplete(incomplete, patients)) or _none("none")),
        ),
        pressing=pressing,
        confirmed=confirmed,
    )


def _facts(lines: Iterable[Line]) -> tuple[Fact, ...]:
    return tuple(Fact(topic="summary", text=line.text, tone=line.tone, struck=line.struck) for line in lines)


def _none(words: str) -> tuple[Fact, ...]:
    return (Fact(topic="summary", text=words, tone=Tone.DIM),)


def _incomplete(found: Mapping[PatientCode, tuple[str, ...]], total: int) -> Iterator[Fact]:
    """Yield what is missing, patients with the same gaps together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for code, missing in sorted(found.items()):
        together.setdefault(missing, []).append(code)
    for missing, codes in together.items():
        whose = f"all {total} patients" if len(codes) == total > 1 else ", ".join(codes)
        text = f"{whose}: no {wording.one_line(', '.join(missing))}"
        yield Fact(topic="summary", text=text, tone=Tone.WATCH)
