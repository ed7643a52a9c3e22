"""Decides what the shift report says of one patient: how ill, who, why, what is open, what comes. Pure.

A patient who is seen and routine, to whom nothing happened and about whom nothing is open, gets one line.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from alerts.shift_story import Confirmation
from console.views import wording
from console.views.cells import GROUP_TONE, Group, Incident, Tone
from console.views.devices import BATTERY_LOW_PCT, QUIET_AFTER, HubSight
from console.views.patient import head_words, state_words
from console.views.rows import (
    REQUIRED_GROUPS,
    crs_words,
    dose_words,
    group_of,
    is_watched,
    measured_of,
    overdue_groups,
    value_tone,
)
from console.views.shift_changes import changes
from console.views.shift_values import Fact, Material, PatientReport, Topic
from monitor.assessment import Assessment
from monitor.overview import Measured, Overview

STANDINGS = {
    Group.EMERGENCY: "EMERGENCY",
    Group.URGENT: "URGENT",
    Group.UNSEEN: "NOT SEEN",
    Group.WATCH: "WATCH",
    Group.REST: "routine",
}
SHOWN = (
    ("temperature", "temperature", "C"),
    ("oximetry", "SpO2", "%"),
    ("blood_pressure", "pressure", "mmHg"),
    ("pulse", "pulse", "/min"),
)
WORD_OF = {group: name for group, name, _ in SHOWN}
LABEL_WIDTH = 12


def patient_report(found: Material, confirmed: Confirmation | None, now: datetime, zone: tzinfo) -> PatientReport:
    """Return one patient's part of the report made at `now`."""
    overview = found.overview
    group = group_of(overview, found.incidents, now)
    illness = Fact(topic="illness", text=_illness(group, overview.assessment), tone=GROUP_TONE[group])
    tasks = (*_open(found, now, zone), *_actions(found, now, zone))
    eventful = group is not Group.REST or bool(tasks) or _happened(found)
    facts = (
        illness,
        *_summary(found, now, zone),
        *changes(found.past, found.stories, now, zone, eventful=eventful),
        *_why(overview.assessment),
        *tasks,
        *_guidance(overview.assessment),
        *_ahead(found, now, zone),
    )
    return PatientReport(
        patient_id=overview.patient_id,
        code=overview.code,
        group=group,
        eventful=eventful,
        brief=_brief(overview, now, zone),
        facts=facts,
        pressing=found.pressing,
        confirmed=confirmed,
    )


def _illness(group: Group, answer: Assessment | None) -> str:
    """Return where the board has the patient, and where they differ what the values alone say; then the grades."""
    if answer is None:
        return f"{STANDINGS[group]}: not assessed yet"
    alone = "" if STANDINGS[group].casefold() == answer.urgency else f" (the values: {answer.urgency})"
    return f"{STANDINGS[group]}{alone}: {', '.join(state_words(answer).split('  ')[1:])}"


def _happened(found: Material) -> bool:
    """Whether anything but measuring on time happened in the shift, or still runs."""
    past = found.past
    entered = any(not each.expected for each in past.entries)
    refused = any(not each.graded for each in past.points)
    # An ICE answered in full lets a grade 0 be known again: that is no event by itself.
    seen = [past.before] if past.before is not None else []
    stood = any(
        one.urgency != "routine" or one.crs_grade or one.masked or one.icans_grade or one.clinician_grade or one.blind
        for one in (*seen, *past.standings)
    )
    places = {one.place for one in (*seen, *past.standings)}
    return bool(entered or refused or stood or len(places) > 1 or found.stories or past.running or past.before is None)


def _brief(overview: Overview, now: datetime, zone: tzinfo) -> str:
    """Return `P-0012  tec D1 6h  CRS 0  36.8 62m  97 62m  124/78 62m  ICE due 08:00`."""
    hours = None if overview.dose_at is None else (now - overview.dose_at) / timedelta(hours=1)
    values = "  ".join(
        wording.aged_value(measured_of(overview, group), now, celsius=group == "temperature")
        for group in REQUIRED_GROUPS
    )
    due = min(_due_times(overview.assessment), default=None)
    coming = "nothing is due"
    if due is not None:
        coming = f"{due[1]} {'was due' if due[0] <= now else 'due'} {_at(due[0], now, zone)}"
    dose = f"{dose_words(overview, LABEL_WIDTH)} {wording.hours_since(hours)}"
    return f"{overview.code}  {dose}  CRS {crs_words(overview.assessment)}  {values}  {coming}"


def _summary(found: Material, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    overview, answer = found.overview, found.overview.assessment
    yield Fact(topic="summary", text=head_words(overview, now, zone).removeprefix(f"{overview.code}  "))
    if answer is not None:
        yield Fact(topic="summary", text=wording.PHASES[answer.window.phase])
    for group, name, unit in SHOWN:
        measured = overview.pulse if group == "pulse" else measured_of(overview, group)
        yield Fact(
            topic="summary", text=f"{name} {_value(group, measured, unit, now, zone)}", tone=value_tone(measured)
        )
    if found.past.support is not None:
        given = found.past.support
        yield Fact(topic="summary", text=f"support: {wording.one_line(given.text)}, since {_at(given.at, now, zone)}")
    elif answer is not None and answer.crs.grade:
        yield Fact(topic="summary", text="support: nothing was entered", tone=Tone.UNSEEN)
    if found.missing:
        missing = ", ".join(found.missing)
        yield Fact(topic="summary", text=f"not recorded: {missing}", tone=Tone.DIM)


def _value(group: str, measured: Measured | None, unit: str, now: datetime, zone: tzinfo) -> str:
    if measured is None:
        return "never measured"
    site = f" {measured.site}" if measured.site else ""
    stale = "" if measured.fresh else ", OLD"
    doubt = f", doubtful: {', '.join(measured.doubts).replace('_', ' ')}" if measured.doubts else ""
    shown = wording.value(measured, celsius=group == "temperature").removesuffix(wording.DOUBT_MARK)
    age = wording.age(now - measured.measured_at)
    return f"{shown} {unit}{site} at {_at(measured.measured_at, now, zone)} ({age} ago{stale}{doubt})"


def _why(answer: Assessment | None) -> Iterator[Fact]:
    if answer is None:
        yield Fact(topic="why", text="not assessed yet", tone=Tone.UNSEEN)
        return
    if answer.reasons:
        yield Fact(topic="why", text="; ".join(wording.one_line(each) for each in answer.reasons))
    if answer.crs.disagrees and answer.crs.clinician_grade is not None:
        text = f"a clinician says CRS {answer.crs.clinician_grade}; both grades stand"
        yield Fact(topic="why", text=text, tone=Tone.WATCH)


def _open(found: Material, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield who has each open incident, or that nobody has."""
    for each in found.incidents:
        text, tone = _holder(each, now, zone)
        what = f"page {each.page_code} {each.urgency.upper()}: {wording.one_line(each.reason)}"
        yield Fact(topic="open", text=f"{what}; {text}", tone=tone)


def _holder(incident: Incident, now: datetime, zone: tzinfo) -> tuple[str, Tone]:
    if incident.unanswered_since is not None:
        tone = Tone.EMERGENCY if incident.urgency == "emergency" else Tone.URGENT
        return f"NOBODY HAS IT since {_at(incident.unanswered_since, now, zone)}", tone
    if incident.holder is not None:
        until = "" if incident.held_until is None else f" until {_at(incident.held_until, now, zone)}"
        offered = "" if incident.offered_to is None else f", offered to {wording.one_line(incident.offered_to)}"
        return f"with {wording.one_line(incident.holder)}{until}{offered}", Tone.PLAIN
    if incident.silence is not None:
        quiet = incident.silence
        until = _at(quiet.until, now, zone)
        by, why = wording.one_line(quiet.by), wording.one_line(quiet.why)
        return f"silenced until {until} by {by}: {why}", Tone.WATCH
    return "nobody was called about it yet", Tone.WATCH


def _actions(found: Material, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    overview, answer = found.overview, found.overview.assessment
    overdue = overdue_groups(overview, now) if is_watched(overview) else ()
    if overdue:
        words = ", ".join(WORD_OF[group] for group in overdue)
        yield Fact(topic="actions", text=f"overdue: {words}: get it measured", tone=Tone.UNSEEN)
    if answer is not None and answer.icans.unanswered_since is not None:
        since = _at(answer.icans.unanswered_since, now, zone)
        yield Fact(topic="actions", text=f"ICE or CAPD was due {since} and not answered: ask", tone=Tone.WATCH)
    for hub in found.hubs:
        yield from _hub(hub, now)


def _guidance(answer: Assessment | None) -> Iterator[Fact]:
    for each in () if answer is None else answer.guidance.now:
        yield Fact(topic="actions", text=f"{wording.one_line(each)} (reference)")


def _hub(hub: HubSight, now: datetime) -> Iterator[Fact]:
    if hub.heard_at is None:
        yield Fact(topic="actions", text=f"hub {hub.name} was never heard", tone=Tone.UNSEEN)
    elif hub.online is False or now - hub.heard_at > QUIET_AFTER:
        age = wording.age(now - hub.heard_at)
        yield Fact(topic="actions", text=f"hub {hub.name} is silent, last heard {age} ago", tone=Tone.UNSEEN)
    if hub.battery_pct is not None and hub.battery_pct < BATTERY_LOW_PCT:
        yield Fact(topic="actions", text=f"hub {hub.name}: battery at {hub.battery_pct} %", tone=Tone.WATCH)
    for trouble in hub.troubles:
        yield Fact(topic="actions", text=f"hub {hub.name}: {wording.one_line(trouble)}", tone=Tone.WATCH)


def _ahead(found: Material, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield what comes next in the order it comes, then what to think of if it turns."""
    answer = found.overview.assessment
    coming = [*_due(answer, now, zone), *_ends(found, now, zone)]
    yield from sorted(coming, key=lambda fact: fact.at or now)
    if not any(_due_times(answer)):
        yield Fact(topic="ahead", text="no measurement is due", tone=Tone.DIM)
    if answer is None:
        return
    if answer.window.crs_probability is not None:
        text = f"a fever now would be CRS with probability {answer.window.crs_probability:.0%}; look for infection too"
        yield Fact(topic="ahead", text=text)
    if answer.window.residual_risk is not None:
        yield Fact(
            topic="ahead", text=f"no fever since the dose: CRS still to come in {answer.window.residual_risk:.0%}"
        )
    dose = answer.guidance.next_dose
    allowed = {True: "may be given", False: "not now", None: "not decided here"}[dose.allowed]
    earliest = "" if dose.earliest is None else f", earliest {_at(dose.earliest, now, zone)}"
    said = f": {wording.one_line(dose.text)}" if dose.text else ""
    yield Fact(topic="ahead", text=f"next dose (reference): {allowed}{earliest}{said}")


def _due_times(answer: Assessment | None) -> list[tuple[datetime, str]]:
    if answer is None:
        return []
    due = answer.next_due
    asked = (
        ("temperature", due.temperature),
        ("SpO2", due.oximetry),
        ("pressure", due.blood_pressure),
        ("ICE", due.ice),
    )
    return sorted((at, name) for name, at in asked if at is not None)


def _due(answer: Assessment | None, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    together: dict[datetime, list[str]] = {}
    for at, name in _due_times(answer):
        together.setdefault(at, []).append(name)
    for at, names in together.items():
        late = at <= now
        words = f"{', '.join(names)} {'was due' if late else 'due'} {_at(at, now, zone)}"
        yield Fact(topic="ahead", text=words, at=at, tone=Tone.UNSEEN if late else Tone.PLAIN)


def _ends(found: Material, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield when what holds now ends: the hours of a drug, an attribution, a silence, an acceptance."""
    topic: Topic = "ahead"
    for each in found.past.running:
        latest = " at the latest" if each.at_latest else ""
        text = f"{wording.one_line(each.what)} until {_at(each.until, now, zone)}{latest}"
        yield Fact(topic=topic, text=text, at=each.until)
    for page in found.incidents:
        if page.holder is not None and page.held_until is not None:
            who = wording.one_line(page.holder)
            text = f"page {page.page_code}: what {who} accepted runs out {_at(page.held_until, now, zone)}"
            yield Fact(topic=topic, text=text, at=page.held_until)
        if page.silence is not None:
            text = f"silence of page {page.page_code} ends {_at(page.silence.until, now, zone)}"
            yield Fact(topic=topic, text=text, at=page.silence.until)
        if page.next_step is not None and page.next_at is not None:
            step = wording.next_step(page.next_step, None).removeprefix("next: ")
            text = f"page {page.page_code}: {step} {_at(page.next_at, now, zone)} if nobody accepts"
            yield Fact(topic=topic, text=text, at=page.next_at)


def _at(at: datetime, now: datetime, zone: tzinfo) -> str:
    return wording.clock_time(at, zone, now)
