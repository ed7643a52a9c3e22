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
from console.views.shift_ahead import ahead, doses, due_times
from console.views.shift_changes import changes
from console.views.shift_values import Fact, Material, PatientReport
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
ABOUT_A_SCORE = "NEWS2 "
"""Begins the reasons about a score that this report does not give."""

ONE_DAY = timedelta(days=1)


def patient_report(found: Material, confirmed: Confirmation | None, now: datetime, zone: tzinfo) -> PatientReport:
    """Return one patient's part of the report made at `now`."""
    overview = found.overview
    group = group_of(overview, found.incidents, now)
    illness = Fact(topic="illness", text=_illness(group, overview.assessment), tone=GROUP_TONE[group])
    tasks = (*_open(found, now, zone), *_actions(found, now, zone))
    eventful = group is not Group.REST or bool(tasks) or _happened(found, now)
    facts = (
        illness,
        *_summary(found, now, zone),
        *changes(found.past, found.stories, now, zone, eventful=eventful),
        *_why(overview.assessment),
        *tasks,
        *_guidance(overview.assessment),
        *ahead(found, now, zone),
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


def _happened(found: Material, now: datetime) -> bool:
    """Whether anything but measuring on time happened in the shift, still runs, or is planned within a day."""
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
    soon = any(each.due <= now + ONE_DAY for each in found.planned)
    return bool(
        soon or entered or refused or stood or len(places) > 1 or found.stories or past.running or past.before is None
    )


def _brief(overview: Overview, now: datetime, zone: tzinfo) -> str:
    """Return `P-0012  tec D1 6h  CRS 0  36.8 62m  97 62m  124/78 62m  ICE due 08:00`."""
    hours = None if overview.dose_at is None else (now - overview.dose_at) / timedelta(hours=1)
    values = "  ".join(
        wording.aged_value(measured_of(overview, group), now, celsius=group == "temperature")
        for group in REQUIRED_GROUPS
    )
    due = min(due_times(overview.assessment), default=None)
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
    yield from _values(overview, now, zone)
    if found.past.support is not None:
        given = found.past.support
        yield Fact(topic="summary", text=f"support: {wording.one_line(given.text)}, since {_at(given.at, now, zone)}")
    elif answer is not None and answer.crs.grade:
        yield Fact(topic="summary", text="support: nothing was entered", tone=Tone.UNSEEN)
    if found.missing:
        missing = ", ".join(found.missing)
        yield Fact(topic="summary", text=f"not recorded: {missing}", tone=Tone.DIM)


def _values(overview: Overview, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield every value that alarms by itself, then the others on one line."""
    quiet = []
    for group, name, unit in SHOWN:
        measured = overview.pulse if group == "pulse" else measured_of(overview, group)
        text, tone = f"{name} {_value(group, measured, unit, now, zone)}", value_tone(measured)
        if tone in {Tone.EMERGENCY, Tone.URGENT}:
            yield Fact(topic="summary", text=text, tone=tone)
        else:
            quiet.append((text, tone))
    unseen = any(tone is Tone.UNSEEN for _, tone in quiet)
    if quiet:
        said = "; ".join(text for text, _ in quiet)
        yield Fact(topic="summary", text=said, tone=Tone.UNSEEN if unseen else Tone.PLAIN)


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
    told = [wording.one_line(each) for each in answer.reasons if not each.startswith(ABOUT_A_SCORE)]
    if told:
        yield Fact(topic="why", text="; ".join(told))
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
    yield from (fact for fact in doses(found, now, zone) if fact.topic == "actions")
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


def _at(at: datetime, now: datetime, zone: tzinfo) -> str:
    return wording.clock_time(at, zone, now)
