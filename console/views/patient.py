"""Decides what the patient screen says: the head line, charts, reasons, guidance, record and messages. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from console.views import sections, wording
from console.views.axis import SPANS, Span
from console.views.cells import COLUMNS, GROUP_TONE, Cell, Incident, Line, Tone
from console.views.correspondence import message_line
from console.views.enrolment import lines_on_screen
from console.views.own_lines import grade_lines, left_words, own_lines
from console.views.planned_doses import planned_lines
from console.views.record import PatientRecord
from console.views.record_list import entry_lines
from console.views.rows import group_of, row
from console.views.trends import Trends, trends
from monitor.assessment import Assessment
from monitor.overview import Overview


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientView:
    """The patient screen: `head` names the patient and dose, `state` says how they are."""

    head: Cell
    state: Cell
    trends: Trends
    why: tuple[Line, ...]
    now: tuple[Line, ...]
    next_dose: tuple[Line, ...]
    window: tuple[Line, ...]
    episodes: tuple[Line, ...]
    entries: tuple[Line, ...]
    messages: tuple[Line, ...]
    own: tuple[Line, ...]
    planned: tuple[Line, ...]
    missing: tuple[Line, ...]


def patient_view(
    record: PatientRecord, now: datetime, *, zone: tzinfo, failure: str | None = None, span: Span = SPANS[0]
) -> PatientView | None:
    """Return the screen of one patient at `now`; None when nothing is known of the patient.

    `span` is the stretch that the charts show. `failure` says why the record cannot be read at present: the state line
    says so and nothing is calm.
    """
    overview, behind = record.overview, record.dossier
    if overview is None or behind is None:
        return None
    answer = overview.assessment
    line = row(overview, record.incidents, now, zone, blind=failure is not None)
    explained = "".join(f"  {each}" for each in left_words(overview.attributions, now))
    state = Cell(text=f"{state_words(answer)}{explained}", tone=_state_tone(overview, record.incidents, now))
    if failure is not None:
        old = wording.stopwatch(now - record.read_at)
        state = Cell(text=f"CANNOT READ THE RECORD, this is {old} old. {state.text}", tone=Tone.EMERGENCY)
    holder = line.cells[COLUMNS.index("who has it")]
    held = "" if not holder.text or state.text.endswith(holder.text) else f"  {holder.text}"
    return PatientView(
        head=Cell(text=head_words(overview, now, zone)),
        state=Cell(text=f"{state.text}{held}", tone=state.tone),
        trends=trends(record, overview, behind, span, now, zone),
        why=tuple(sections.why(overview, behind, record.incidents, now, zone)),
        now=tuple(sections.guidance_now(answer, behind)),
        next_dose=tuple(sections.next_dose(answer.guidance.next_dose, behind, now, zone)) if answer else (),
        window=tuple(sections.window(overview, answer, now)),
        episodes=tuple(sections.episodes(behind, now, zone)),
        entries=tuple(line for _, line in entry_lines(record.history.entries, now, zone)),
        own=(
            *grade_lines(answer, record.history.entries, now, zone),
            *own_lines(overview.usual, record.own_limits, overview.attributions, now, zone),
        ),
        missing=() if record.checklist is None else lines_on_screen(record.checklist),
        messages=tuple(message_line(each, now, zone) for each in record.texts),
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
