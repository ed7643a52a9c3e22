"""Decides what each section of the patient screen says beside the charts. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from console.views import onset, wording
from console.views.cells import Incident, Line, Tone, pressing
from console.views.correspondence import page_line
from console.views.record import TrailLine
from console.views.rows import measured_of
from monitor.assessment import Assessment, NextDose, Window
from monitor.dossier import Dossier
from monitor.next_dose_sheet import Statement
from monitor.overview import OnsetCurve, Overview

SECTIONS: Final = (
    ("W", "reasons", "why"),
    ("C", "trends", "charts"),
    ("N", "now", "now (reference)"),
    ("O", "window", "onset window"),
    ("D", "next-dose", "next dose (reference)"),
    ("L", "own", "this patient's own"),
    ("P", "planned", "planned doses"),
    ("E", "episodes", "episodes"),
    ("K", "missing", "missing in the enrolment"),
    ("R", "entries", "record (x corrects)"),
    ("M", "messages", "messages"),
)
"""The sections of a patient's screen in the order of the page: key, name, title. The audit trail is read on demand."""

DAY_HOURS = 24
NOT_OPEN = "no reaction since the first dose"
INDENT = "   "


def why(
    overview: Overview, behind: Dossier, incidents: Sequence[Incident], now: datetime, zone: tzinfo
) -> Iterator[Line]:
    """Say who was called, what the answer rests on, what is overdue, by which rules, and what nobody recorded."""
    for each in sorted(incidents, key=pressing):
        yield page_line(each, now, zone)
    answer = overview.assessment
    if answer is None:
        yield Line(text="not assessed yet", tone=Tone.UNSEEN)
        return
    for reason in answer.reasons:
        yield Line(text=wording.one_line(reason))
    for group in answer.sight.overdue:
        measured = measured_of(overview, group)
        name = group.replace("_", " ")
        when = "never measured" if measured is None else f"last {wording.age(now - measured.measured_at)} ago"
        yield Line(text=f"{name} overdue, {when}", tone=Tone.UNSEEN)
    if overview.late_values:
        yield Line(text=f"{overview.late_values} values arrived late: see the record", tone=Tone.WATCH)
    yield Line(text=_axes(answer), tone=Tone.DIM)
    for note in behind.thresholds.notes:
        yield Line(text=wording.one_line(note), tone=Tone.DIM)
    if behind.missing:
        yield Line(text=f"missing: {wording.one_line('; '.join(behind.missing))}", tone=Tone.DIM)
    yield Line(text=_rules(overview, answer, now), tone=Tone.DIM)


def _axes(answer: Assessment) -> str:
    """Return the parts of the grade: `CRS from fever yes, pressure 2 at least, oxygen 0`."""
    crs = answer.crs
    fever = {True: "yes", False: "no", None: "not known"}[crs.fever]
    axes = ", ".join(
        f"{name} {'not known' if grade is None else grade}"
        for name, grade in (("pressure", crs.hypotension_grade), ("oxygen", crs.hypoxia_grade))
    )
    unseen = "; a home cannot see fluids, vasopressors or oxygen given" if crs.at_least else ""
    return f"CRS from fever {fever}, {axes}{unseen}"


def _rules(overview: Overview, answer: Assessment, now: datetime) -> str:
    when = f"assessed {wording.age(now - overview.assessed_at)} ago, " if overview.assessed_at else ""
    score = "--" if answer.news2.score is None else f"{answer.news2.score}{'' if answer.news2.complete else ' partial'}"
    index = "--" if answer.shock_index is None else f"{answer.shock_index:.2f}"
    return f"NEWS2 {score}, shock index {index}; {when}rules {answer.rules_version}"


def guidance_now(answer: Assessment | None, behind: Dossier) -> Iterator[Line]:
    """Say what the grade asks for now, then every statement with its source; reference, never an order."""
    if answer is None:
        return
    sourced = (*behind.label, *behind.second, *behind.prompted)
    for text in answer.guidance.now:
        # What a statement below says with its source is not said twice.
        if not any(each.says in text for each in sourced):
            yield Line(text=wording.one_line(text))
    for each in sourced:
        yield from statement(each)


def statement(told: Statement) -> Iterator[Line]:
    """Say one thing that a source says, then which source and how sure; what is doubtful says so first."""
    doubt = "UNCERTAIN " if told.doubt else ""
    tone = Tone.UNSEEN if told.doubt else Tone.PLAIN
    yield Line(text=wording.one_line(f"{doubt}{told.about}: {told.says}"), tone=tone)
    checked = f", checked {told.checked}" if told.checked else ""
    yield Line(text=wording.one_line(f"{INDENT}{told.source}; {told.confidence}{checked}"), tone=Tone.DIM)


def next_dose(dose: NextDose, behind: Dossier, now: datetime, zone: tzinfo) -> Iterator[Line]:
    """Say whether and when the next dose may be given by the label, then what belongs around it."""
    allowed = {True: "may be given", False: "not now", None: "not decided here"}[dose.allowed]
    earliest = "" if dose.earliest is None else f", earliest {wording.clock_time(dose.earliest, zone, now)}"
    yield Line(text=f"{allowed}{earliest}", tone=Tone.PLAIN if dose.allowed else Tone.WATCH)
    if dose.text:
        yield Line(text=wording.one_line(dose.text))
    if dose.actions:
        yield Line(text=", ".join(each.replace("_", " ") for each in dose.actions))
    yield Line(text=f"{INDENT}source: {wording.one_line(dose.source)}", tone=Tone.DIM)
    for each in behind.around:
        yield from statement(each)


def window(overview: Overview, answer: Assessment | None, now: datetime) -> Iterator[Line]:
    """Say where the present hour lies in the onset of this drug at this dose, and how sure that is."""
    hours = None if overview.dose_at is None else (now - overview.dose_at) / timedelta(hours=1)
    curve = overview.curve
    yield Line(text=f"{onset.sparkline(curve, hours, bins=DAY_HOURS)} {wording.hours_since(hours)}")
    if answer is not None:
        yield Line(text=wording.PHASES[answer.window.phase])
        if answer.window.quantile is not None:
            yield Line(text=f"{answer.window.quantile:.0%} of first fevers have begun by this hour")
        for told in _odds(answer.window):
            yield Line(text=told)
    if curve is None:
        yield Line(text="no onset distribution known for this drug", tone=Tone.UNSEEN)
        return
    yield from _published(curve)


def _published(curve: OnsetCurve) -> Iterator[Line]:
    if curve.basis != "dose":
        of = {"drug": "other doses of this drug", "route": "other drugs given this way"}.get(curve.basis, curve.basis)
        yield Line(text=f"UNCERTAIN: this dose has no distribution of its own, it is that of {of}", tone=Tone.UNSEEN)
    elif curve.uncertain:
        yield Line(text="UNCERTAIN: the text it rests on is doubtful", tone=Tone.UNSEEN)
    yield Line(text=f"published median from dose to onset: {curve.median}", tone=Tone.DIM)
    if curve.half_h is not None and curve.most_h is not None:
        half, most = (f"{low:g} to {high:g} h" for low, high in (curve.half_h, curve.most_h))
        yield Line(text=f"half of the onsets at {half}, 95 % at {most}", tone=Tone.DIM)
    yield Line(text=f"source: {wording.one_line(curve.source)} ({curve.confidence})", tone=Tone.DIM)


def _odds(told: Window) -> Iterator[str]:
    """Say what a fever would mean and what risk is left without one; neither excludes an infection."""
    if told.crs_probability is not None:
        words = f"a fever now would be CRS with probability {told.crs_probability:.0%}"
        if told.crs_probability_range is not None:
            low, high = told.crs_probability_range
            words += f" ({low:.0%} to {high:.0%})"
        yield f"{words}; infection is not excluded"
    if told.residual_risk is not None:
        yield f"no fever seen since the dose: CRS still to come in {told.residual_risk:.0%}"


def episodes(behind: Dossier, now: datetime, zone: tzinfo) -> Iterator[Line]:
    """Say every episode, the newest first: after which dose, how long, how bad, how it ended."""
    runs: list[tuple[datetime, Line]] = []
    for each in behind.episodes:
        after = f"after {wording.one_line(each.dose)}" if each.dose else "after a dose not known"
        peak = "never graded" if each.peak is None else f"peak grade {each.peak}"
        told = f", a clinician said {each.told}" if each.told else ""
        words = f"CRS {each.number} {after}: {_run(each.onset, each.resolved, now, zone)}, {peak}{told}"
        if each.resolved_while_masked:
            words += ", resolved while fever may have been hidden"
        if each.closed_by_clinician:
            words += ", called over by a clinician"
        runs.append((each.onset, Line(text=words, tone=Tone.WATCH if each.resolved is None else Tone.PLAIN)))
    for neuro in behind.neuro:
        words = f"ICANS: {_run(neuro.onset, neuro.ended, now, zone)}, peak grade {neuro.peak}"
        runs.append((neuro.onset, Line(text=words, tone=Tone.WATCH if neuro.ended is None else Tone.PLAIN)))
    for _, line in sorted(runs, key=lambda run: run[0], reverse=True):
        yield line


def _run(begin: datetime, end: datetime | None, now: datetime, zone: tzinfo) -> str:
    began = wording.clock_time(begin, zone, now)
    if end is None:
        return f"since {began}, {wording.age(now - begin)}, OPEN"
    return f"{began} to {wording.clock_time(end, zone, now)}, {wording.age(end - begin)}"


def trail(lines: Sequence[TrailLine], now: datetime, zone: tzinfo) -> Iterator[Line]:
    """Say what the audit log holds about this patient, newest first: who did what, and to what."""
    for each in reversed(lines):
        at = wording.clock_time(each.at, zone, now)
        by = f" by {wording.one_line(each.actor)}" if each.actor else ""
        detail = "; ".join(f"{key.replace('_', ' ')} {value}" for key, value in each.detail.items())
        words = f"{at}  {each.kind}{by}  {each.subject}{f'  {detail}' if detail else ''}"
        yield Line(text=wording.one_line(words))
