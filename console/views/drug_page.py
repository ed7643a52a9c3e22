"""A drug as a page that a pharmacist can check line by line against the label."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from console.views.cited_text import LEGEND, NOT_KNOWN, CitedText, heading, lines, wrapped
from console.views.drug_words import (
    amount_words,
    case_words,
    delay_words,
    medicine_words,
    observation_words,
    rate_words,
    rems_words,
    rule_words,
    spacing_words,
    timing_words,
    window_words,
)
from monitor.catalogue import Drug, Schedule, Step, SyndromeFacts, normalise
from monitor.catalogue_origin import Reference, origins
from monitor.onset import OnsetRow


def drug_page(
    drug: Drug, references: Mapping[str, Reference], onset: Sequence[OnsetRow], unsigned: str | None
) -> Iterator[str]:
    """Yield the page: what is known with its source, what is doubtful in words, what is not known as such."""
    dates = sorted({row.checked for row in origins(drug)})
    text = CitedText(references, dates[-1] if dates else None)
    yield from _head(drug, dates, unsigned)
    yield from _basics(drug, text)
    for schedule in drug.schedules:
        yield from _schedule(schedule, text)
    yield from _premedication(drug, text)
    for name, facts in (("CRS", drug.crs), ("ICANS", drug.icans)):
        yield from _syndrome(name, facts, drug, text)
    yield from _next_dose(drug, text)
    yield from _window(drug, onset, text)
    if drug.facts:
        yield from heading("further")
        for fact in drug.facts:
            place = f", {fact.region}" if fact.region else ""
            yield from text.row(f"{fact.topic}{place}", fact.text, fact, fact.other)
    if drug.not_known:
        yield from heading("not known: ask a pharmacist")
        for gap in drug.not_known:
            yield from lines(gap.topic.replace("_", " "), f"{gap.looked_for} (looked for, {gap.checked})")
    yield from heading("sources")
    yield from text.foot()


def _head(drug: Drug, dates: Sequence[date], unsigned: str | None) -> Iterator[str]:
    yield ", ".join(_names(drug))
    if drug.investigational:
        yield "INVESTIGATIONAL: a trial drug without a label; figures are those of reviews."
    if unsigned:
        yield from wrapped(f"UNSIGNED: {unsigned}.")
    yield "Reference, never an order. A pharmacist checks each line against the current label before use."
    checked = f"Every row was checked on {dates[-1]} unless it says another day. " if dates else ""
    yield from wrapped(f"{checked}{LEGEND}.")


def _names(drug: Drug) -> tuple[str, str, str]:
    names = ", ".join(filter(None, (drug.brand, *drug.names)))
    return f"{drug.name}{f' ({names})' if names else ''}", drug.route, drug.target or "target not known"


def _basics(drug: Drug, text: CitedText) -> Iterator[str]:
    yield from heading("the drug")
    yield from text.row("name, route, target", ", ".join(_names(drug)), drug)
    for label, fact in (("indication", drug.indication), ("driving", drug.driving)):
        if fact is None:
            yield from lines(label, NOT_KNOWN)
        else:
            yield from text.row(label, fact.text, fact, fact.other)
    if drug.rems is None:
        yield from lines("REMS", NOT_KNOWN)
    else:
        yield from text.row("REMS", rems_words(drug.rems), drug.rems)


def _schedule(schedule: Schedule, text: CitedText) -> Iterator[str]:
    region = f", {schedule.region}" if schedule.region else ""
    cycle = f", cycles of {schedule.cycle_days} days" if schedule.cycle_days else ""
    yield from heading(f"schedule {schedule.id}")
    yield from wrapped(f"  {schedule.title}, {schedule.route}{region}{cycle}  ({text.origin(schedule)})", indent=4)
    if not schedule.steps:
        yield from lines("steps", NOT_KNOWN)
    for medicine in schedule.before:
        yield from text.row(medicine.medicine, f"{medicine.dose}, {medicine.timing}", medicine)
    for step in schedule.steps:
        yield from _step(step, text)
    for dose in schedule.later:
        every = f" every {dose.every_days} days" if dose.every_days else ""
        yield from text.row(dose.name, f"{amount_words(dose.amount, dose.unit)}{every}", dose)
    if schedule.maintenance:
        yield from text.row("then", schedule.maintenance.text, schedule.maintenance, schedule.maintenance.other)
    if schedule.later_spacing:
        yield from text.row("  apart", spacing_words(schedule.later_spacing), schedule.later_spacing)
    for seen in schedule.later_observations:
        yield from text.row(seen.when or "later", observation_words(seen), seen, seen.other)
    if schedule.steps:
        yield from _restarts(schedule, text)


def _step(step: Step, text: CitedText) -> Iterator[str]:
    cycle = f"cycle {step.cycle} " if step.cycle is not None else ""
    when = f"{cycle}day {step.day}" if step.day is not None else step.day_text or "day not known"
    yield from text.row(step.name, f"{amount_words(step.amount, step.unit)}, {when}", step, step.other)
    if step.aliases:
        yield from lines("", f"also called {', '.join(step.aliases)}")
    if step.spacing is not None:
        yield from text.row("  after the dose before", spacing_words(step.spacing), step.spacing, step.spacing.other)
    elif step.ordinal > 1:
        yield from lines("  after the dose before", f"spacing: {NOT_KNOWN}")
    for rate in step.rates:
        yield from text.row(f"  CRS, {rate.what}", rate_words(rate), rate, rate.other)
    if step.crs_pct is None:
        yield from lines("  CRS, any grade", f"share of patients: {NOT_KNOWN}")
    for seen in step.observations:
        yield from text.row("  observation", observation_words(seen), seen, seen.other)
    if not step.observations:
        yield from lines("  observation", NOT_KNOWN)


def _restarts(schedule: Schedule, text: CitedText) -> Iterator[str]:
    yield "  If the next dose is late (whole days since the last one, both ends included):"
    for labels in dict.fromkeys(row.labels for row in schedule.restart):
        yield f"  after {' or '.join(labels)}"
        for row in schedule.restart:
            if row.labels == labels:
                give = f"; give {', then '.join(row.give)}" if row.give else ""
                actions = f"; actions: {', '.join(row.actions)}"
                yield from text.row(f"  {delay_words(row)}", f"{row.text}{give}{actions}", row, row.other)
    told = {label for row in schedule.restart for label in row.labels}
    for label in schedule.labels[len(schedule.before) :]:
        if label not in told:
            yield from lines(f"after {label}", NOT_KNOWN)
    if schedule.restart:
        yield from lines("any other delay", NOT_KNOWN)


def _premedication(drug: Drug, text: CitedText) -> Iterator[str]:
    yield from heading("premedication")
    for medicine in drug.premedication:
        yield from text.row(medicine.medicine, medicine_words(medicine), medicine, medicine.other)
    if any(fact.topic == "premedication" for fact in drug.facts):
        yield from lines("", "see below, further")
    else:
        yield from _open("any", [medicine.schedules for medicine in drug.premedication], drug)


def _syndrome(name: str, facts: SyndromeFacts, drug: Drug, text: CitedText) -> Iterator[str]:
    yield from heading(f"{name} over all doses")
    for rate in facts.rates:
        yield from text.row(rate.what, rate_words(rate), rate, rate.other)
    yield from _open("any grade", [rate.schedules for rate in facts.rates if rate.what == "any grade"], drug)
    for what in ("onset", "duration"):
        timings = [timing for timing in facts.timings if timing.what == what]
        for timing in timings:
            yield from text.row(what, timing_words(timing), timing, timing.other)
        yield from _open(what, [timing.schedules for timing in timings], drug)


def _open(what: str, told: Sequence[tuple[str, ...]], drug: Drug) -> Iterator[str]:
    """Yield the schedules for which nothing is told; an empty tuple stands for all of them."""
    ids = [
        schedule.id for schedule in drug.schedules if not any(schedule.id in (row or (schedule.id,)) for row in told)
    ]
    if ids:
        which = f" (schedule {', '.join(ids)})" if told else ""
        yield from lines(what, f"{NOT_KNOWN}{which}")


def _next_dose(drug: Drug, text: CitedText) -> Iterator[str]:
    yield from heading("the next dose after CRS or ICANS")
    for name in ("crs", "icans"):
        for grade in (1, 2, 3, 4):
            rules = [rule for rule in drug.next_dose if (rule.syndrome, rule.grade) == (name, grade)]
            for rule in rules:
                yield from text.row(
                    f"{name.upper()} grade {grade}{case_words(rule)}", rule_words(rule), rule, rule.other
                )
            if not rules:
                yield from lines(f"{name.upper()} grade {grade}", NOT_KNOWN)


def _window(drug: Drug, onset: Sequence[OnsetRow], text: CitedText) -> Iterator[str]:
    yield from heading("expected onset after a dose, as fitted")
    if not onset:
        yield from lines("", "no distribution of its own: the window falls back to the route")
    steps = [step for schedule in drug.schedules for step in schedule.steps]
    for row in onset:
        named = [step.name for label in sorted(row.steps) for step in steps if label in step.names][:1]
        ids = [schedule.id for schedule in drug.schedules if normalise(schedule.id) in row.schedules]
        where = f" (schedule {', '.join(ids)})" if ids else ""
        label = ", ".join(named or sorted(row.steps)) or "every dose"
        yield from lines(label, f"{window_words(row)}  ({text.source(row.cites, row.onset.confidence)}){where}")
        for other in row.other:
            yield from lines("", f"other source: {other}", deeper=2)
