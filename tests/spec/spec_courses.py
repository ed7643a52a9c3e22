"""Makes courses of events for the properties: every type of event, at limits and beside them, late and in bursts.

How many courses are tried: `STEPGUARD_EXAMPLES` (docs/development.md); without it few, so that every run tries some.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st

from monitor.course import Course
from monitor.record import Baseline, Event, Profile, Regimen, Ticked
from monitor.rules import Rules
from monitor.timeline import parse_event
from spec_shorthand import START, timeline
from spec_tables import rules

RULES: Rules = rules()
PROFILE = Profile(
    code="P-0001",
    baseline=Baseline(
        temperature_c=Decimal("36.6"),
        systolic_mmhg=Decimal(124),
        diastolic_mmhg=Decimal(76),
        spo2_pct=Decimal(97),
        pulse_bpm=Decimal(74),
    ),
)
PROFILES = (
    PROFILE,
    replace(PROFILE, timezone="Europe/Copenhagen", conditions=frozenset({"beta_blocker"})),
    replace(PROFILE, timezone="America/New_York", spo2_scale=2),
    replace(PROFILE, baseline=Baseline()),
    replace(PROFILE, born="2018-03-01"),
)
REGIMENS = (
    Regimen(drug="teclistamab", schedule="us_weekly"),
    Regimen(drug="tarlatamab"),
    Regimen(drug="mosunetuzumab"),
    Regimen(drug="unheardof"),
)
_TEMPERATURES = ("T 36.6", "T 37.49", "T 37.5", "T 37.99", "T 38.0", "T 38.4", "T 39.49", "T 39.5", "T 30.0", "T --")
_SITES = ("", "", " axillary", " skin")
_OXIMETRIES = ("S 97/74", "S 95.9", "S 94", "S 93.9/112", "S 92", "S 91.9/131", "S 88", "S 49", "S 0", "S 97/0")
_PRESSURES = ("B 124/76", "B 104/70", "B 100/60/95", "B 94/70", "B 90/60", "B 89.9/60", "B 96/49", "B 49/30", "B --/--")
_FLAGS = ("", "", "", " [cuff_loose]", " [demo]")
_BREATHS = ("", "", " R 16", " R 21", " R 25", " R 30")
_GAPS_MIN = (
    0,
    1,
    5,
    9,
    10,
    11,
    14,
    16,
    29,
    30,
    31,
    59,
    60,
    61,
    90,
    119,
    121,
    180,
    239,
    241,
    270,
    360,
    479,
    600,
    900,
    1441,
)
_DELAYS_MIN = (0, 0, 0, 0, 0, 5, 10, 11, 45, 130, 359, 361, 900)
MEDICINES = ("med acetaminophen", "med ibuprofen", "med dexamethasone", "med tocilizumab", "med ondansetron")
SUPPORTS = (
    "support none",
    "support fluids",
    "support pressors norepinephrine",
    "support pressors a+b",
    "support vasopressin",
    "support O2 nasal_cannula 6",
    "support O2 nasal_cannula 6.1",
    "support O2 nasal_cannula",
    "support O2 cpap",
    "support O2 nasal_cannula 2 chronic",
)
SYMPTOMS = (
    "symptom rigors",
    "symptom fainting",
    "symptom dizziness",
    "symptom confusion",
    "symptom other",
    "symptom none",
)
NEUROLOGY = ("ice 10", "ice 9", "ice 8", "ice 6", "ice 2", "ice 0", "ice 10 changed", "capd 0", "capd 5", "capd 9", "neuro spontaneous", "neuro voice", "neuro brief", "neuro weakness")  # fmt: skip
ATTRIBUTIONS = ("attribute fever", "attribute hypotension", "attribute hypoxia")
OPINIONS = ("crs 0", "crs 1", "crs 3", "crs null", "icans 0", "icans 2", "icans null")
PLACES = (
    "place home",
    "place travelling",
    "place emergency_department",
    "place admitted",
    "place discharged",
    "place ended",
)
DOSES = ("dose SUD2", "dose D1", "dose C1D8", "dose x -")
OTHERS = (
    "baseline B 118",
    "baseline T 37.4 S 93",
    "tick",
    'json {"type":"note","text":"slept well"}',
    'json {"type":"episode_summary","summary":{"number":1}}',
    'json {"type":"quarantined","reason":"no JSON object"}',
)
VOIDS = tuple(f"void e{number}" for number in range(6))
ANYTHING = (*MEDICINES, *SUPPORTS, *SYMPTOMS, *NEUROLOGY, *ATTRIBUTIONS, *OPINIONS, *PLACES, *DOSES, *OTHERS, *VOIDS)
_PARSED: dict[str, dict[str, Any]] = {}


def cases(few: int, share: float = 1.0) -> settings:
    """Return the settings of a property: `few` cases, or `share` of STEPGUARD_EXAMPLES where that is set."""
    asked = os.environ.get("STEPGUARD_EXAMPLES")
    return settings(
        max_examples=few if asked is None else max(1, round(int(asked) * share)),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def event(shorthand: str, minute: int, *, delay: int = 0, ref: str = "") -> Event:
    """Return the event written in the shorthand of the tables, so many minutes after the first dose."""
    if shorthand not in _PARSED:
        _PARSED[shorthand] = timeline(f"0h {shorthand}")["events"][0]
    at = START + timedelta(minutes=minute)
    told = {**_PARSED[shorthand], "at": at.isoformat()}
    if delay:
        told["received_at"] = (at + timedelta(minutes=delay)).isoformat()
    return parse_event(told, RULES.plausibility, ref=ref)


def after(minute: int) -> datetime:
    """Return the instant so many minutes after the first dose."""
    return START + timedelta(minutes=minute)


full_readings = st.builds(
    "{}{} {}{} {}{}{}".format,
    st.sampled_from(_TEMPERATURES),
    st.sampled_from(_SITES),
    st.sampled_from(_OXIMETRIES),
    st.sampled_from(_FLAGS[:4]),
    st.sampled_from(_PRESSURES),
    st.sampled_from(_FLAGS),
    st.sampled_from(_BREATHS),
)
readings = st.one_of(
    full_readings,
    st.sampled_from((*_TEMPERATURES, *_OXIMETRIES, *_PRESSURES, "R 25", "R 30", "well", "well T 38.4", "well")),
)
anything = st.one_of(readings, readings, st.sampled_from(ANYTHING))


@st.composite
def courses(
    draw: st.DrawFn, bodies: st.SearchStrategy[str] = anything, *, late: bool = True, most: int = 10
) -> list[Event]:
    """Return a dose and up to `most` events in the order they happened, some of them heard of late."""
    minute, told = 0, [event("dose SUD1", 0, ref="e0")]
    delays = st.sampled_from(_DELAYS_MIN)
    for number, body in enumerate(draw(st.lists(bodies, min_size=1, max_size=most)), 1):
        minute += draw(st.sampled_from(_GAPS_MIN))
        spoken = body[:4] in {"med ", "dose"} or body.split()[0] in _ENTRIES
        delay = 0 if spoken or not late else draw(delays)
        told.append(event(body, minute, delay=delay, ref=f"e{number}"))
        note(f"{minute}m {f'rx {minute + delay}m ' if delay else ''}#e{number} {body}")
    return told


_ENTRIES = {words.split()[0] for words in ANYTHING}
profiles = st.sampled_from(PROFILES)
regimens = st.sampled_from(REGIMENS)


def course(
    events: Iterable[Event], profile: Profile = PROFILE, regimen: Regimen = REGIMENS[0], by: Rules = RULES
) -> Course:
    """Return a course that has learned the events."""
    return Course(profile, regimen, by, events)


def instants(events: Sequence[Event], *more_hours: float) -> list[datetime]:
    """Return when each event happened or became known, and so many hours after the last."""
    known = sorted({at for one in events for at in (one.at, one.known_at)})
    return [*known, *(known[-1] + timedelta(hours=hours) for hours in more_hours)]


def look(minute: int) -> Event:
    """Return an event that is nothing but time."""
    return Ticked(at=after(minute))
