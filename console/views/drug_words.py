"""The rows of the drug catalogue in words, one row to one phrase."""

from decimal import Decimal

from console.views.cited_text import NOT_KNOWN
from monitor.catalogue_facts import Medicine, Observation, Rems, Spacing
from monitor.catalogue_rates import Rate, Timing
from monitor.catalogue_rules import NextDoseRule, RestartRow
from monitor.onset import OnsetRow

_CLOCKS = {
    "infusion_start": "from the start of the infusion",
    "infusion_end": "from the end of the infusion",
    "administration": "from the administration",
}
_PLACES = {
    "hospitalize": "in hospital",
    "healthcare_setting": "in a healthcare setting",
    "stay_near_facility": "near a hospital",
    "daily_checks": "daily checks",
    "decide_individually": "decide for each patient",
    "none_required": "no stay required",
}
_COUNTS = {
    "at_this_grade": "at this grade",
    "until_grade_1": "until no worse than grade 1",
    "until_resolved": "until resolved",
}
_FEW_HOURS = 72


def rems_words(rems: Rems) -> str:
    """Return which programme covers the drug, and as of when."""
    return f"{rems.programme or 'yes' if rems.required else 'none'}, as of {rems.as_of}"


def spacing_words(days: Spacing) -> str:
    """Return the allowed days since the dose before."""
    limits = [
        f"{_count(days.days_min, 'day')} or more" if days.days_min is not None else "",
        f"at most {days.days_max}" if days.days_max is not None else "",
        f"{days.days_max_if_adverse_event} while a side effect resolves" if days.days_max_if_adverse_event else "",
    ]
    return ", ".join(filter(None, limits))


def observation_words(seen: Observation) -> str:
    """Return where the patient stays, how long and from when."""
    hours = f" for {seen.hours} h {_CLOCKS[seen.counted_from]}" if seen.hours else ""
    return f"{_PLACES[seen.kind]}{hours}{f'; {seen.condition}' if seen.condition else ''}"


def delay_words(row: RestartRow) -> str:
    """Return the days, or hours, for which a restart row holds."""
    if row.hours_below is not None:
        return f"less than {row.hours_below} h"
    start = f"{row.hours_from} h" if row.hours_from is not None else f"{row.first_day}"
    return f"{start} days or more" if row.end_day == float("inf") else f"{start} to {int(row.end_day) - 1} days"


def medicine_words(medicine: Medicine) -> str:
    """Return dose, time and whom it is for."""
    steps = f"; steps {', '.join(medicine.steps)}" if medicine.steps else ""
    schedules = f"; schedule {', '.join(medicine.schedules)}" if medicine.schedules else ""
    condition = f"; {medicine.condition}" if medicine.condition else ""
    return f"{medicine.dose or f'dose {NOT_KNOWN}'}, {medicine.timing}{steps}{schedules}{condition}"


def rate_words(rate: Rate) -> str:
    """Return a percentage with what it is a share of."""
    about = f"{rate.qualifier} " if rate.qualifier else ""
    return f"{about}{rate.value} % of {rate.of}{_whom(rate)}"


def timing_words(timing: Timing) -> str:
    """Return a median with its range, or the published words."""
    unit = timing.unit or ""
    middle = f"median {_count(timing.median, unit)}" if timing.median is not None else ""
    spread = f"{timing.low} to {_count(timing.high, unit)}" if timing.high is not None else ""
    start = f"after {timing.counted_from}" if timing.counted_from else ""
    return ", ".join(filter(None, (timing.text, middle, spread, start))) + _whom(timing)


def _whom(row: Rate | Timing) -> str:
    parts = [row.population or "", f"schedule {', '.join(row.schedules)}" if row.schedules else ""]
    told = ", ".join(filter(None, parts))
    return f" ({told})" if told else ""


def window_words(row: OnsetRow) -> str:
    """Return a fitted window with the text it is fitted to."""
    hours = row.onset.hours_text
    fitted = f"median {row.onset.median_text}; {hours} h at 2.5, 25, 50, 75, 97.5, 99.5 %; closes at"
    research = "; NOT VERIFIED: rests on a text recalled and not read again" if row.research else ""
    told = f"fitted to: {row.published}, counted from {row.counted_from}, n = {row.n} ({row.n_basis})"
    return f"{fitted} {row.onset.closes_h:g} h; {told}{research}"


def case_words(rule: NextDoseRule) -> str:
    """Return the case of a rule as a suffix: `, first, under 48 h`; empty when it holds for every case."""
    limits = [
        "" if rule.occurrence == "any" else rule.occurrence,
        "" if rule.lasted_at_least_h is None else f"{_span(rule.lasted_at_least_h)} or longer",
        "" if rule.lasted_over_h is None else f"over {_span(rule.lasted_over_h)}",
        "" if rule.lasted_under_h is None else f"under {_span(rule.lasted_under_h)}",
        "" if rule.lasted_through_h is None else f"up to {_span(rule.lasted_through_h)}",
        "" if rule.at_starting_dose is None else f"{'' if rule.at_starting_dose else 'not '}at the starting dose",
    ]
    told = ", ".join(filter(None, limits))
    return f", {told}" if told else ""


def _span(hours: Decimal) -> str:
    return f"{hours} h" if hours <= _FEW_HOURS else f"{hours / 24:g} d"


def rule_words(rule: NextDoseRule) -> str:
    """Return what a rule says, its treatment now and its action codes."""
    counted = f"; timed {_COUNTS[rule.lasted_counts]}" if rule.bounds_h else ""
    now = f"; treatment: {rule.treatment}" if rule.treatment else ""
    return f"{rule.text}{counted}{now}; actions: {', '.join(rule.actions)}"


def amount_words(amount: Decimal | None, unit: str | None) -> str:
    """Return a dose with its unit; an unknown one says so."""
    return f"amount: {NOT_KNOWN}" if amount is None else f"{amount} {unit}"


def _count(number: Decimal | int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
