"""The summary of an episode in words, once for text and PDF, and for FHIR's narratives. Pure; times are the patient's.

What nobody recorded is said. What was inferred from home values is called suspected, never more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from alerts.episode_calls import Answered, Called, DepartmentTold, EpisodeCalls
from alerts.paper_words import NAMES, PLACES, Item, Section, clock, plain
from monitor.episode_summary import EpisodeSummary, GradeTurn, Treatment, UrgencyTurn, Worst

LINES = 24
"""Of one list; a longer one says how much was left out, and the record has all of it."""
_ENDED = {
    "resolved": "Resolved",
    "clinician": "Closed by a clinician's grade 0",
    "watch_ended": "Not resolved when the watch ended",
}
_ROLES = {"second_nurse": "second nurse", "emergency_department": "emergency department"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeWords:
    """The summary. `headline` says what it was and how it ended; `made` what it was made from."""

    title: str
    made: str
    headline: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str


def episode_words(summary: EpisodeSummary, calls: EpisodeCalls, made_at: datetime, zone: ZoneInfo) -> EpisodeWords:
    """Return a summary and its calls in words, as made at `made_at`."""
    lists = (
        ("grades", "CRS grade, from what is known now", [_grade(one, zone) for one in summary.grades]),
        ("urgency", "Urgency, from what is known now", [_urgency(one, zone) for one in summary.urgencies]),
        ("worst", "Worst home values", [_worst(one, zone) for one in summary.worst]),
        ("treatments", "Medicines and support, as recorded", [_treatment(one, zone) for one in summary.treatments]),
        ("said", "Entered by people", list(_said(summary, zone))),
        ("departments", "Emergency departments", [_department(one, zone) for one in calls.departments]),
        ("calls", "Who was called", [_called(one, zone) for one in calls.calls]),
        (
            "answers",
            "What was answered",
            [_answered(one, zone) for one in calls.answers],
        ),
    )
    nothing = {"treatments": "None recorded", "calls": "Nobody was called", "worst": "Nothing was measured at home"}
    sections = (
        Section(key=key, title=title, items=tuple(_items(lines or [nothing[key]] if key in nothing else lines)))
        for key, title, lines in lists
    )
    return EpisodeWords(
        title=f"Episode {summary.number} of {summary.code}: cytokine release syndrome (CRS)",
        made=f"Made {clock(made_at, zone)} {made_at.astimezone(zone):%Y}, times in {zone.key}",
        headline=tuple(_headline(summary, zone)),
        sections=tuple(section for section in sections if section.items),
        footer=_footer(summary),
    )


def _headline(told: EpisodeSummary, zone: ZoneInfo) -> Iterator[str]:
    drug = " ".join(filter(None, (told.drug or "drug not recorded", (told.schedule or "").replace("_", " "))))
    if told.dose is None:
        yield f"{drug}; the dose before it is not recorded"
    else:
        amount = f", {plain(told.dose.amount)} {told.dose.unit or ''}".rstrip() if told.dose.amount is not None else ""
        step = told.dose.step or "step not recorded"
        yield f"{drug}, {step}{amount} on {clock(told.dose.at, zone)}; began {plain(told.dose.hours)} h after it"
    yield f"Began {clock(told.onset, zone)}. {_end(told, zone)}"
    yield _peak(told, zone)
    opinions = [f"CRS {told.clinician_peak}"] if told.clinician_peak is not None else []
    neuro = "ICANS never graded" if told.icans_peak is None else f"ICANS at worst grade {told.icans_peak}"
    yield f"Worst grade by a clinician: {', '.join(opinions) or 'none given'}. {neuro}"
    severe = f"confirmed grade 3 or more for {_span(told.confirmed_grade3_minutes)}"
    yield f"Grade 2 or more for {_span(told.grade2_minutes)}; {severe}"
    if told.attributed:
        yield "A sign was attributed to another cause meanwhile: see below"


def _end(told: EpisodeSummary, zone: ZoneInfo) -> str:
    if told.ended_at is None or told.ended is None:
        return "Still open: what follows may change"
    masked = ", while a medicine could hide fever" if told.masked_at_end else ""
    hours = (told.ended_at - told.onset).total_seconds() / 3600
    return f"{_ENDED[told.ended]} {clock(told.ended_at, zone)}, after {hours:.0f} h{masked}"


def _peak(told: EpisodeSummary, zone: ZoneInfo) -> str:
    if told.peak is None:
        return "CRS could never be graded from what is known"
    peak = told.peak
    basis = (
        "CONFIRMED by what staff entered"
        if peak.certainty == "confirmed"
        else "SUSPECTED: from home values alone"
        if peak.certainty == "suspected"
        else "no sign"
    )
    axes = (("low pressure", peak.hypotension_grade), ("low oxygen", peak.hypoxia_grade))
    by = ", ".join(f"{name} {grade}" for name, grade in axes if grade)
    least = " or more" if peak.at_least else ""
    return f"Worst CRS grade {peak.grade}{least}, {clock(peak.at, zone)}, {basis}" + (f" ({by})" if by else "")


def _span(minutes: int) -> str:
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004 - two hours read better as minutes


def _grade(turn: GradeTurn, zone: ZoneInfo) -> str:
    if turn.grade is None:
        return f"{clock(turn.at, zone)}: cannot be graded"
    least = " or more" if turn.at_least else ""
    certainty = "" if turn.certainty == "none" else f", {turn.certainty}"
    return f"{clock(turn.at, zone)}: {turn.grade}{least}{certainty}"


def _urgency(turn: UrgencyTurn, zone: ZoneInfo) -> str:
    causes = ", ".join(name.replace("_", " ") for name in turn.causes)
    return f"{clock(turn.at, zone)}: {turn.urgency}" + (f" ({causes})" if causes else "")


def _worst(worst: Worst, zone: ZoneInfo) -> str:
    numbers = "/".join(plain(number) for number in worst.numbers)
    name = NAMES.get(worst.vital, worst.vital)
    return f"{name}: {numbers} {worst.unit}, {clock(worst.at, zone)}"


def _treatment(given: Treatment, zone: ZoneInfo) -> str:
    amount = "" if given.amount is None else f" {plain(Decimal(given.amount))} {given.unit or ''}".rstrip()
    purpose = f", {given.purpose}" if given.purpose else ""
    what = f"support: {given.what}" if given.kind == "support" else f"{given.what}{amount}{purpose}"
    return f"{clock(given.at, zone)}: {what}{_by(given.by)}"


def _said(told: EpisodeSummary, zone: ZoneInfo) -> Iterator[str]:
    for one in told.said:
        what = PLACES.get(one.what, one.what) if one.kind == "place" else one.what
        yield f"{clock(one.at, zone)}: {'attributed, ' if one.kind == 'attribution' else ''}{what}{_by(one.by)}"


def _department(told: DepartmentTold, zone: ZoneInfo) -> str:
    said = "no answer"
    if told.answer is not None and told.answered_at is not None:
        said = f"{told.answer} {clock(told.answered_at, zone)}{_by(told.by)}{_note(told.reason)}"
    arrived = f"; patient arrived {clock(told.arrived_at, zone)}" if told.arrived_at is not None else ""
    return f"{told.name}, told {clock(told.told_at, zone)}: {said}{arrived}"


def _called(call: Called, zone: ZoneInfo) -> str:
    way = "call" if call.channel == "voice" else "text"
    arrived = f", arrived {clock(call.arrived_at, zone)}" if call.arrived_at is not None else f", {call.outcome}"
    whom = f" {call.person}" if call.person else ""
    return f"{clock(call.at, zone)}: {way} to {_ROLES.get(call.role, call.role)}{whom}{arrived}"


def _answered(one: Answered, zone: ZoneInfo) -> str:
    return f"{clock(one.at, zone)}: {one.what}{_by(one.by)}{_note(one.note)}"


def _by(by: str | None) -> str:
    return f", by {by}" if by else ""


def _note(note: str) -> str:
    return f": {note}" if note else ""


def _items(lines: Sequence[str]) -> Iterator[Item]:
    yield from (Item(text=line) for line in lines[:LINES])
    if len(lines) > LINES:
        yield Item(text=f"and {len(lines) - LINES} more in the record")


def _footer(told: EpisodeSummary) -> str:
    unsigned = "" if told.unsigned is None else " Thresholds are engineering defaults that nobody has signed."
    return (
        f"Stepguard, rules {told.rules_version}.{unsigned} Made from everything recorded, late values and corrections "
        "included; grades are decision support, not a diagnosis."
    )
