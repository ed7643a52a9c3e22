"""Decides what the patient screen says: the head line, charts, reasons, guidance, record and messages. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from console.views import onset, wording
from console.views.cells import COLUMNS, GROUP_TONE, Cell, Incident, Line, Text, Tone, pressing
from console.views.chart import NOT_GRADED, POINT, SECOND_POINT, Chart, Dot, Limit, Mark
from console.views.correspondence import message_line, page_line
from console.views.enrolment import missing_lines
from console.views.own_lines import grade_lines, left_words, own_lines
from console.views.planned_doses import planned_lines
from console.views.record import ChartLimits, PatientRecord
from console.views.record_list import entry_lines
from console.views.rows import group_of, measured_of, row, value_tone
from monitor.assessment import Assessment, NextDose, Window
from monitor.overview import Measured, Overview, Point

SHOWN_HOURS = 48
"""Hours of the past in the charts: the stretch in which most first reactions to a step-up dose begin."""

MARKS = {"dose": "D", "medication": "m", "support": "s", "symptom": "y", "ice": "i", "capd": "i"}
DAY_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientView:
    """The patient screen: `head` names the patient and dose, `state` says how they are."""

    head: Cell
    state: Cell
    charts: tuple[Chart, ...]
    why: tuple[Line, ...]
    now: tuple[Line, ...]
    next_dose: tuple[Line, ...]
    window: tuple[Line, ...]
    entries: tuple[Line, ...]
    messages: tuple[Line, ...]
    own: tuple[Line, ...]
    planned: tuple[Line, ...]
    missing: tuple[Line, ...]


def patient_view(
    record: PatientRecord, now: datetime, *, zone: tzinfo, failure: str | None = None
) -> PatientView | None:
    """Return the screen of one patient at `now`; None when nothing is known of the patient.

    `failure` says why the record cannot be read at present: the state line says so and nothing is calm.
    """
    overview = record.overview
    if overview is None:
        return None
    answer = overview.assessment
    line = row(overview, record.incidents, now, zone, blind=failure is not None)
    explained = "".join(f"  {each}" for each in left_words(overview.attributions, now))
    state = Cell(text=f"{state_words(answer)}{explained}", tone=_state_tone(overview, record.incidents, now))
    if failure is not None:
        old = wording.stopwatch(now - record.read_at)
        state = Cell(text=f"CANNOT READ THE RECORD, this is {old} old. {state.text}", tone=Tone.EMERGENCY)
    holder = line.cells[COLUMNS.index("who has it")]
    return PatientView(
        head=Cell(text=head_words(overview, now, zone)),
        state=Cell(text=f"{state.text}  {holder.text}".rstrip(), tone=state.tone),
        charts=_charts(record, overview, now),
        why=_why(overview, record.incidents, now, zone),
        now=tuple(Line(text=wording.one_line(each)) for each in answer.guidance.now) if answer else (),
        next_dose=_next_dose(answer.guidance.next_dose, now, zone) if answer else (),
        window=_window(overview, answer, now),
        entries=tuple(line for _, line in entry_lines(record.history.entries, now, zone)),
        messages=_messages(record.texts, now, zone),
        own=(
            *grade_lines(answer, record.history.entries, now, zone),
            *own_lines(overview.usual, record.own_limits, overview.attributions, now, zone),
        ),
        missing=() if record.checklist is None else missing_lines(record.checklist),
        planned=planned_lines(
            record.planned,
            now,
            ZoneInfo(overview.timezone),
            next_dose=answer.guidance.next_dose if answer is not None else None,
        ),
    )


def head_words(overview: Overview, now: datetime, zone: tzinfo) -> str:
    """Return `P-0042  teclistamab us_weekly  SUD2 0.3 mg/kg  Mon 19:10, 31h ago`."""
    regimen = f"{overview.drug or 'drug not known'} {overview.schedule or ''}".rstrip()
    if overview.dose_at is None:
        return f"{overview.code}  {regimen}  no dose given yet"
    dose = f"{overview.dose_step or 'step not known'} {overview.dose_amount or ''}".rstrip()
    given = wording.clock_time(overview.dose_at, zone, now)
    return f"{overview.code}  {regimen}  {dose}  {given}, {wording.age(now - overview.dose_at)} ago"


def state_words(answer: Assessment | None) -> str:
    """Return how the patient is in one sentence: urgency, certainty, grade, ICANS, place."""
    if answer is None:
        return "NOT ASSESSED YET"
    words = [answer.urgency.upper() if answer.urgency != "routine" else "routine", crs_sentence(answer)]
    icans = answer.icans
    if icans.grade is not None:
        least = "at least " if icans.at_least else ""
        score = f"CAPD {icans.capd}" if icans.capd is not None else None if icans.ice is None else f"ICE {icans.ice}"
        asked = "" if score is None else f" ({score})"
        words.append(f"ICANS {least}{icans.grade}{asked}{' without CRS' if icans.without_crs else ''}")
    else:
        words.append("ICANS not asked")
    if icans.disagrees and icans.clinician_grade is not None:
        words.append(f"clinician says ICANS {icans.clinician_grade}")
    if answer.place != "home":
        words.append(wording.PLACES[answer.place])
    return "  ".join(words)


def crs_sentence(answer: Assessment) -> str:
    """Return the CRS grade in words; suspected is never printed as confirmed."""
    crs = answer.crs
    clinician = f", clinician says {crs.clinician_grade}" if crs.clinician_grade is not None else ""
    if crs.grade is None:
        return f"CRS cannot be graded{clinician}"
    if crs.grade == 0:
        hidden = ", fever may be hidden" if crs.fever_masked else ""
        return f"CRS grade 0{hidden}{clinician}"
    least = "at least " if crs.at_least else ""
    certainty = "" if crs.certainty == "none" else f"{crs.certainty} "
    return f"{certainty}CRS, {least}grade {crs.grade}{clinician}"


def _state_tone(overview: Overview, incidents: Sequence[Incident], now: datetime) -> Tone:
    tone = GROUP_TONE[group_of(overview, incidents, now)]
    answer = overview.assessment
    if tone is not Tone.PLAIN or answer is None:
        return tone
    hidden = answer.crs.fever_masked or overview.attributions
    calm = answer.crs.grade == 0 and not hidden and answer.sight.state == "seen"
    return Tone.CALM if calm else Tone.PLAIN


def _charts(record: PatientRecord, overview: Overview, now: datetime) -> tuple[Chart, ...]:
    limits, points, start = record.limits, record.history.points, now - timedelta(hours=SHOWN_HOURS)
    marks = tuple(
        Mark(at=each.at, letter=MARKS[each.kind])
        for each in record.history.entries
        if each.kind in MARKS and not each.voided
    )
    temperature = Chart(
        title="temperature C",
        newest=_newest(overview.temperature, now, celsius=True),
        dots=_dots(points, "temperature", 0, POINT, limits),
        limits=(
            Limit(value=float(limits.fever_c), tone=Tone.URGENT),
            Limit(value=float(limits.temperature_emergency_c), tone=Tone.EMERGENCY),
        ),
        low=36.0,
        high=40.0,
        start=start,
        end=now,
        marks=marks,
        curve=overview.curve,
        dose_at=overview.dose_at,
    )
    pressure = Chart(
        title="pressure mmHg ●sys ○dia",
        newest=_newest(overview.blood_pressure, now),
        dots=(
            *_dots(points, "blood_pressure", 1, SECOND_POINT, limits),
            *_dots(points, "blood_pressure", 0, POINT, limits),
        ),
        limits=(
            Limit(value=float(limits.systolic_urgent_mmhg), tone=Tone.URGENT),
            Limit(value=float(limits.systolic_emergency_mmhg), tone=Tone.EMERGENCY),
        ),
        low=50.0,
        high=150.0,
        start=start,
        end=now,
    )
    oxygen = Chart(
        title="oxygen SpO2 %",
        newest=_newest(overview.oximetry, now),
        dots=_dots(points, "oximetry", 0, POINT, limits),
        limits=(
            Limit(value=float(limits.spo2_urgent_pct), tone=Tone.URGENT),
            Limit(value=float(limits.spo2_emergency_pct), tone=Tone.EMERGENCY),
        ),
        low=86.0,
        high=100.0,
        start=start,
        end=now,
    )
    return temperature, pressure, oxygen


def _newest(measured: Measured | None, now: datetime, *, celsius: bool = False) -> Cell:
    site = f" {measured.site}" if measured and measured.site else ""
    return Cell(text=wording.aged_value(measured, now, celsius=celsius) + site, tone=value_tone(measured))


def _dots(points: Iterable[Point], group: str, index: int, character: str, limits: ChartLimits) -> tuple[Dot, ...]:
    return tuple(
        Dot(
            at=each.at,
            value=float(each.values[index]),
            character=character if each.graded else NOT_GRADED,
            tone=_dot_tone(group, index, float(each.values[index]), limits),
        )
        for each in points
        if each.group == group and len(each.values) > index
    )


def _dot_tone(group: str, index: int, value: float, limits: ChartLimits) -> Tone:
    """Return the tone of a point against the drawn limits alone; urgency is decided by the monitor, not here."""
    if group == "temperature":
        if value >= float(limits.temperature_emergency_c):
            return Tone.EMERGENCY
        return Tone.URGENT if value >= float(limits.fever_c) else Tone.PLAIN
    if group == "blood_pressure":
        urgent, emergency = limits.systolic_urgent_mmhg, limits.systolic_emergency_mmhg
    else:
        urgent, emergency = limits.spo2_urgent_pct, limits.spo2_emergency_pct
    if index > 0 or value >= float(urgent):
        return Tone.PLAIN if index == 0 else Tone.DIM
    return Tone.EMERGENCY if value < float(emergency) else Tone.URGENT


def _why(overview: Overview, incidents: Sequence[Incident], now: datetime, zone: tzinfo) -> tuple[Line, ...]:
    lines = [page_line(each, now, zone) for each in sorted(incidents, key=pressing)]
    answer = overview.assessment
    if answer is None:
        return (*lines, Line(text="not assessed yet", tone=Tone.UNSEEN))
    lines.extend(Line(text=wording.one_line(each)) for each in answer.reasons)
    for group in answer.sight.overdue:
        measured = measured_of(overview, group)
        name = group.replace("_", " ")
        when = "never measured" if measured is None else f"last {wording.age(now - measured.measured_at)} ago"
        lines.append(Line(text=f"{name} overdue, {when}", tone=Tone.UNSEEN))
    if overview.late_values:
        lines.append(Line(text=f"{overview.late_values} values arrived late: see the chart", tone=Tone.WATCH))
    rules = f"assessed {wording.age(now - overview.assessed_at)} ago, " if overview.assessed_at else ""
    score = "--" if answer.news2.score is None else f"{answer.news2.score}{'' if answer.news2.complete else ' partial'}"
    index = "--" if answer.shock_index is None else f"{answer.shock_index:.2f}"
    lines.append(Line(text=f"NEWS2 {score}, shock index {index}; {rules}rules {answer.rules_version}", tone=Tone.DIM))
    return tuple(lines)


def _next_dose(dose: NextDose, now: datetime, zone: tzinfo) -> tuple[Line, ...]:
    allowed = {True: "may be given", False: "not now", None: "not decided here"}[dose.allowed]
    earliest = "" if dose.earliest is None else f", earliest {wording.clock_time(dose.earliest, zone, now)}"
    lines = [Line(text=f"{allowed}{earliest}", tone=Tone.PLAIN if dose.allowed else Tone.WATCH)]
    if dose.actions:
        lines.append(Line(text=", ".join(each.replace("_", " ") for each in dose.actions)))
    lines.append(Line(text=wording.one_line(dose.text)))
    lines.append(Line(text=f"source: {wording.one_line(dose.source)}", tone=Tone.DIM))
    return tuple(each for each in lines if each.text)


def _window(overview: Overview, answer: Assessment | None, now: datetime) -> tuple[Line, ...]:
    hours = None if overview.dose_at is None else (now - overview.dose_at) / timedelta(hours=1)
    curve = onset.sparkline(overview.curve, hours, bins=DAY_HOURS)
    lines = [Line(text=f"{curve} {wording.hours_since(hours)}")]
    if answer is not None:
        lines.append(Line(text=wording.PHASES[answer.window.phase]))
        if answer.window.quantile is not None:
            lines.append(Line(text=f"{answer.window.quantile:.0%} of first fevers have begun by this hour"))
        lines += [Line(text=told) for told in _odds(answer.window)]
    if overview.curve is None:
        lines.append(Line(text="no onset distribution known for this drug", tone=Tone.UNSEEN))
    else:
        lines.append(Line(text=f"published median from dose to onset: {overview.curve.median}", tone=Tone.DIM))
        source = f"source: {wording.one_line(overview.curve.source)} ({overview.curve.confidence})"
        lines.append(Line(text=source, tone=Tone.DIM))
    return tuple(lines)


def _odds(window: Window) -> Iterator[str]:
    """Say what a fever would mean and what risk is left without one; neither excludes an infection."""
    if window.crs_probability is not None:
        told = f"a fever now would be CRS with probability {window.crs_probability:.0%}"
        if window.crs_probability_range is not None:
            low, high = window.crs_probability_range
            told += f" ({low:.0%} to {high:.0%})"
        yield f"{told}; infection is not excluded"
    if window.residual_risk is not None:
        yield f"no fever seen since the dose: CRS still to come in {window.residual_risk:.0%}"


def _messages(texts: Sequence[Text], now: datetime, zone: tzinfo) -> tuple[Line, ...]:
    return tuple(message_line(each, now, zone) for each in texts)
