"""Decides what is said of a patient alone: clinicians' grades, explained signs, own limits, what is usual. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from console.views import wording
from console.views.cells import Line, Tone
from monitor.assessment import Assessment
from monitor.overview import Attribution, EntryLine
from monitor.record import Limit

GROUPS = {
    "oximetry": "SpO2 %",
    "blood_pressure": "systolic mmHg",
    "temperature": "temperature C",
    "respiratory_rate": "breaths /min",
}


def own_lines(
    usual: Mapping[str, Decimal],
    limits: Sequence[tuple[str, Limit]],
    attributions: Sequence[Attribution],
    now: datetime,
    zone: tzinfo,
) -> tuple[Line, ...]:
    """Return the attributions with their countdown, the limits with their end, and the baseline in force."""
    return (
        *(Line(text=attribution_words(each, now, zone), tone=Tone.WATCH) for each in attributions if now < each.until),
        *_limit_lines(limits, now, zone),
        Line(text=_usual_words(usual), tone=Tone.PLAIN if usual else Tone.UNSEEN),
    )


def grade_lines(
    answer: Assessment | None, entries: Sequence[EntryLine], now: datetime, zone: tzinfo
) -> tuple[Line, ...]:
    """Return the clinicians' grades that stand, with whose and when, and whether the computed one differs.

    `entries` reach back as far as the screen does: an older grade stands without its name.
    """
    if answer is None:
        return ()
    lines = []
    for name, graded in (("CRS", answer.crs), ("ICANS", answer.icans)):
        if graded.clinician_grade is None:
            continue
        said = f"{name} grade {graded.clinician_grade}"
        own = [each for each in entries if each.kind == "clinician_grade" and each.text.startswith(said)]
        newest = max((each for each in own if not each.voided), key=lambda each: each.entered_at, default=None)
        words = f"{said} by a clinician, entered earlier"
        if newest is not None:
            words = f"{wording.one_line(newest.text)}, {wording.clock_time(newest.at, zone, now)}"
        computed = "none can be computed" if graded.grade is None else f"computed: {graded.grade}"
        differs = f"; {computed}, they differ" if graded.disagrees else "; the computed grade agrees"
        lines.append(Line(text=f"{words}{differs}", tone=Tone.WATCH if graded.disagrees else Tone.PLAIN))
    return tuple(lines)


def attribution_words(given: Attribution, now: datetime, zone: tzinfo) -> str:
    """Return what explains a sign, how long that still holds, until when, and what it means."""
    left, until = wording.span(given.until - now), wording.clock_time(given.until, zone, now)
    cause = wording.one_line(given.cause)
    return f"{given.sign} attributed to {cause}: {left} left, until {until}; meanwhile it does not count for the grade"


def left_words(attributions: Sequence[Attribution], now: datetime) -> tuple[str, ...]:
    """Return `fever attributed, 5 h 12 min left` for each that holds."""
    return tuple(
        f"{each.sign} attributed, {wording.span(each.until - now)} left" for each in attributions if now < each.until
    )


def shortest_left(attributions: Sequence[Attribution], now: datetime) -> str | None:
    """Return how long the attribution that ends first still holds, as `attr 5h`; None when none does."""
    left = [each.until - now for each in attributions if now < each.until]
    return f"attr {wording.age(min(left))}" if left else None


def _limit_lines(limits: Sequence[tuple[str, Limit]], now: datetime, zone: tzinfo) -> Iterator[Line]:
    for group, limit in limits:
        columns = [
            f"{name} below {wording.whole(value)}"
            for name, value in (("urgent", limit.urgent), ("emergency", limit.emergency))
            if value is not None
        ]
        by = wording.one_line(f"{limit.by or 'nobody named'}: {limit.why or 'no reason given'}")
        ended = limit.until is not None and limit.until <= now
        until = "" if limit.until is None else wording.clock_time(limit.until, zone, now)
        span = f"RAN OUT {until}, the general ones count" if ended else f"until {until}" if until else "without an end"
        said = f"own limits of {GROUPS.get(group, group)}: {', '.join(columns)}, {span} ({by})"
        yield Line(text=said, tone=Tone.WATCH if ended else Tone.PLAIN)


def _usual_words(usual: Mapping[str, Decimal]) -> str:
    if not usual:
        return "what is usual is not known: the rules relative to it are off (e, then b, enters it)"
    pressure = "/".join(wording.whole(usual[key]) for key in ("systolic_mmhg", "diastolic_mmhg") if key in usual)
    parts = [
        f"{wording.temperature(usual['temperature_c'])} C" if "temperature_c" in usual else "",
        f"{pressure} mmHg" if pressure else "",
        f"SpO2 {wording.whole(usual['spo2_pct'])} %" if "spo2_pct" in usual else "",
        f"pulse {wording.whole(usual['pulse_bpm'])}" if "pulse_bpm" in usual else "",
    ]
    return f"usual: {', '.join(part for part in parts if part)}"
