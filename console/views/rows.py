"""Decides one patient's line on the board: its group, its words, its tones, its place in the order. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from console.views import onset, wording
from console.views.cells import COLUMNS, GROUP_MARK, GROUP_TONE, Cell, Group, Incident, Row, Tone, pressing, rank
from console.views.own_lines import shortest_left
from monitor.assessment import Assessment
from monitor.overview import Measured, Overview

LABEL_WIDTH = 20
SHORT_LABEL_WIDTH = 4
REQUIRED_GROUPS = ("temperature", "oximetry", "blood_pressure")
IN_HOSPITAL = frozenset({"emergency_department", "admitted"})
LONGEST_GRACE = timedelta(minutes=30)
"""The longest grace of the cadence table: past it a due time counts as missed here even if nobody has said so yet."""


def overdue_groups(overview: Overview, now: datetime) -> tuple[str, ...]:
    """Return the required groups that are past due and grace; also where the stored answer is too old to say so."""
    answer = overview.assessment
    if answer is None:
        return ()
    due = answer.next_due
    late = {
        "temperature": due.temperature,
        "oximetry": due.oximetry,
        "blood_pressure": due.blood_pressure,
    }
    return tuple(
        group
        for group in REQUIRED_GROUPS
        if group in answer.sight.overdue or ((at := late[group]) is not None and now - at > LONGEST_GRACE)
    )


def oldest_overdue(overview: Overview, now: datetime) -> timedelta | None:
    """Return the age of the oldest overdue value; since the dose for one never measured; None when none is overdue."""
    groups = overdue_groups(overview, now)
    since = [measured_of(overview, group) for group in groups]
    ages = [now - each.measured_at for each in since if each is not None]
    if len(ages) < len(since) and overview.dose_at is not None:
        ages.append(now - overview.dose_at)
    return max(ages, default=timedelta(0)) if groups else None


def measured_of(overview: Overview, group: str) -> Measured | None:
    """Return the newest value of a vital group."""
    match group:
        case "temperature":
            return overview.temperature
        case "oximetry":
            return overview.oximetry
        case "blood_pressure":
            return overview.blood_pressure
        case _:
            return None


def is_watched(overview: Overview) -> bool:
    """Return whether home measurements are expected of this patient. An unanswered question counts as yes."""
    return overview.assessment is None or overview.assessment.place in {"home", "discharged"}


def ice_unanswered(overview: Overview) -> bool:
    """Return whether a due ICE, or a child's CAPD, was not answered for too long: for the nurse's list, no page."""
    return overview.assessment is not None and overview.assessment.icans.unanswered_since is not None


def ice_due(overview: Overview, now: datetime) -> bool:
    """Return whether ICE, or a child's CAPD, is to be asked now."""
    answer = overview.assessment
    return answer is not None and answer.next_due.ice is not None and answer.next_due.ice <= now


def group_of(overview: Overview, incidents: Sequence[Incident], now: datetime) -> Group:
    """Return where on the board a patient stands: the worse of the values' urgency and that of the open page.

    A patient whom a hospital has needs nobody here: at most watch, unless a page about them is unanswered.
    """
    answer = overview.assessment
    asked = [each for each in incidents if each.kind != "technical"]
    worst = max([rank(answer.urgency) if answer else 0, *(rank(each.urgency) for each in asked)])
    if answer is not None and answer.place in IN_HOSPITAL and not any(each.unanswered_since for each in asked):
        return Group.WATCH if worst else Group.REST
    if worst == rank("emergency"):
        return Group.EMERGENCY
    if worst == rank("urgent"):
        return Group.URGENT
    if answer is None or (is_watched(overview) and (answer.sight.state == "blind" or answer.crs.grade is None)):
        return Group.UNSEEN
    if worst == rank("watch") or (is_watched(overview) and _part_unseen(overview, answer, now)):
        return Group.WATCH
    return Group.REST


def _part_unseen(overview: Overview, answer: Assessment, now: datetime) -> bool:
    if answer.sight.state != "seen" or overdue_groups(overview, now):
        return True
    values = (overview.temperature, overview.oximetry, overview.blood_pressure)
    return any(each is None or not each.fresh for each in values)


def crs_words(answer: Assessment | None) -> str:
    """Return the grade as the board says it: `>=2 susp`, `1 conf`, `0`, `0 masked`, `not seen`, `no grade`.

    A clinician's different grade follows as `dr3`, an ICANS grade above 0 as `ic2`.
    """
    if answer is None:
        return "no answer"
    crs = answer.crs
    if crs.grade is None:
        words = "not seen" if answer.sight.state == "blind" else "no grade"
    elif crs.grade == 0:
        words = "0 masked" if crs.fever_masked else "0"
    else:
        certainty = {"confirmed": " conf", "suspected": " susp", "none": ""}[crs.certainty]
        words = f"{'>=' if crs.at_least else ''}{crs.grade}{certainty}"
    if crs.clinician_grade is not None and crs.disagrees:
        words += f" dr{crs.clinician_grade}"
    if answer.icans.grade:
        words += f" ic{answer.icans.grade}"
    return words


def _crs_cell(answer: Assessment | None, group: Group, attributed: str | None) -> Cell:
    """Return the grade; a sign that another cause explains is named with the time left, and is never calm."""
    text = crs_words(answer)
    if attributed is not None:
        text, group = f"{'0' if text == '0 masked' else text} {attributed}", min(group, Group.WATCH)
    if answer is None or answer.crs.grade is None:
        return Cell(text=text, tone=Tone.UNSEEN)
    if answer.crs.grade == 0 and answer.crs.fever_masked and not answer.icans.grade:
        return Cell(text=text, tone=GROUP_TONE[min(max(group, Group.UNSEEN), Group.WATCH)])
    if answer.crs.grade == 0 and not answer.icans.grade:
        calm = group is Group.REST and answer.sight.state == "seen"
        return Cell(text=text, tone=Tone.CALM if calm else GROUP_TONE[max(group, Group.UNSEEN)])
    return Cell(text=text, tone=Tone.EMERGENCY if max(answer.crs.grade, answer.icans.grade or 0) > 1 else Tone.URGENT)


def value_tone(measured: Measured | None) -> Tone:
    """Return the tone of a value: its own urgency while fresh, `unseen` once it is stale or was never measured."""
    if measured is None or not measured.fresh:
        return Tone.UNSEEN
    return {
        "emergency": Tone.EMERGENCY,
        "urgent": Tone.URGENT,
        "watch": Tone.WATCH,
        "routine": Tone.PLAIN,
    }[measured.urgency]


def dose_words(overview: Overview, label_width: int) -> str:
    """Return drug and step as `tec SUD2`; `?` stands for what is not known, `no dose` before the first."""
    drug = (overview.drug or "?")[:3]
    if overview.dose_at is None and overview.dose_step is None:
        return f"{drug} no dose"
    return f"{drug} {wording.squeeze(overview.dose_step or '?', label_width)}"


def row(overview: Overview, incidents: Sequence[Incident], now: datetime, zone: tzinfo, *, blind: bool) -> Row:
    """Return one patient's line. `blind` says that the ward cannot be read at present: nothing is calm then."""
    answer = overview.assessment
    group = group_of(overview, incidents, now)
    incident = min(incidents, key=pressing, default=None)
    tone = GROUP_TONE[group]
    hours = None if overview.dose_at is None else (now - overview.dose_at) / timedelta(hours=1)
    spark = onset.sparkline(overview.curve, hours)
    cells: tuple[Cell, ...] = (
        Cell(text=GROUP_MARK[group], tone=tone),
        Cell(text=overview.code, tone=tone),
        Cell(text=dose_words(overview, LABEL_WIDTH)),
        Cell(text=f"{spark:<{onset.BINS + 1}} {wording.hours_since(hours):>3}"),
        _crs_cell(answer, group, shortest_left(overview.attributions, now)),
        Cell(text=wording.aged_value(overview.temperature, now, celsius=True), tone=value_tone(overview.temperature)),
        Cell(text=wording.aged_value(overview.oximetry, now), tone=value_tone(overview.oximetry)),
        Cell(text=wording.aged_value(overview.blood_pressure, now), tone=value_tone(overview.blood_pressure)),
        _holder_cell(overview, incident, group, now, zone),
        Cell(text=wording.aged_value(overview.pulse, now), tone=value_tone(overview.pulse)),
    )
    if blind:
        cells = tuple(_uncalmed(each) for each in cells)
    return Row(
        patient_id=overview.patient_id,
        code=overview.code,
        group=group,
        cells=cells,
        why=tuple(wording.one_line(each) for each in answer.reasons) if answer else ("not assessed yet",),
        short_dose=Cell(text=dose_words(overview, SHORT_LABEL_WIDTH), tone=cells[COLUMNS.index("dose")].tone),
        short_window=Cell(text=wording.hours_since(hours), tone=cells[COLUMNS.index("window")].tone),
        incident=incident,
        flashing=incident is not None and incident.unanswered_since is not None and group <= Group.URGENT,
    )


def _uncalmed(cell: Cell) -> Cell:
    return Cell(text=cell.text, tone=Tone.UNSEEN) if cell.tone in {Tone.CALM, Tone.PLAIN, Tone.DIM} else cell


def _holder_cell(overview: Overview, incident: Incident | None, group: Group, now: datetime, zone: tzinfo) -> Cell:
    if incident is not None and incident.unanswered_since is not None:
        waited = wording.short_age(now - incident.unanswered_since)
        return Cell(text=f"NO ONE {waited}", tone=GROUP_TONE[group] if group <= Group.URGENT else Tone.WATCH)
    place = "" if overview.assessment is None else wording.PLACES[overview.assessment.place]
    if not is_watched(overview):
        return Cell(text=place)
    if incident is not None and incident.holder is not None:
        until = "" if incident.held_until is None else f" to {incident.held_until.astimezone(zone):%H:%M}"
        return Cell(text=f"{wording.one_line(incident.holder).split(' ')[0]}{until}")
    if incident is not None and incident.silence is not None:
        return Cell(text=f"silent to {incident.silence.until.astimezone(zone):%H:%M}", tone=Tone.WATCH)
    if incident is not None and incident.explained_by is not None:
        return Cell(text="outage", tone=GROUP_TONE[group])  # the page about it stands for the first call
    match group:
        case Group.EMERGENCY | Group.URGENT:
            return Cell(text="no page yet", tone=GROUP_TONE[group])
        case Group.UNSEEN | Group.WATCH:
            late = oldest_overdue(overview, now)
            words = "watch" if group is Group.WATCH else "not measured"
            return Cell(text=words if late is None else f"overdue {wording.age(late)}", tone=GROUP_TONE[group])
        case Group.REST:
            if ice_unanswered(overview):
                return Cell(text="ask ICE", tone=Tone.WATCH)
            return Cell(text="" if place == "home" else place, tone=Tone.DIM)


def needs_somebody(row: Row) -> bool:
    """Return whether a narrowed board keeps this patient: whoever is not well and seen, or has anything to be done."""
    standing_out = {Tone.EMERGENCY, Tone.URGENT, Tone.UNSEEN, Tone.WATCH}
    return row.group is not Group.REST or row.incident is not None or any(c.tone in standing_out for c in row.cells)


def order(row: Row, overview: Overview, now: datetime) -> tuple[int, bool, float, timedelta, str]:
    """Group, unanswered, grade, age of the oldest overdue vital, code. No grade sorts above grade 0."""
    grade = overview.assessment.crs.grade if overview.assessment else None
    answered = row.incident is None or row.incident.unanswered_since is None
    late = oldest_overdue(overview, now) or timedelta(0)
    return (row.group, answered, -(0.5 if grade is None else grade), -late, row.code)
