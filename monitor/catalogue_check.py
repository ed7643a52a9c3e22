"""What a drug file must hold to be trusted: every case answered once, every gap said aloud, labels that exist."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from monitor.catalogue import Drug, Schedule
from monitor.catalogue_rules import NextDoseRule, RestartRow

_MOMENT = Decimal("0.001")


def faults(drug: Drug) -> Iterator[str]:
    """Yield what is wrong with a drug, each with its key and the remedy; nothing when it can be used."""
    yield from _cases(drug.next_dose)
    for schedule in drug.schedules:
        yield from _steps(schedule)
        yield from _restarts(schedule)
    yield from _labels(drug)
    yield from _gaps(drug)


def unanswered(rules: Iterable[NextDoseRule]) -> Iterator[tuple[bool, Decimal, bool, int]]:
    """Yield every case that the rules of one syndrome and grade do not answer exactly once.

    A case is: recurrent, hours it lasted, at the starting dose; with it the number of rules that answer it. The hours
    tried are each bound, a moment before and a moment after: between two bounds nothing changes.
    """
    rows = list(rules)
    bounds = {bound for row in rows for bound in row.bounds_h}
    hours = {Decimal(0), *bounds, *(bound + _MOMENT for bound in bounds), *(bound - _MOMENT for bound in bounds)}
    for recurrent, lasted, starting in itertools.product((False, True), sorted(hours), (False, True)):
        answers = sum(
            row.covers(recurrent=recurrent, lasted_h=lasted, at_starting_dose=starting) for row in rows if lasted >= 0
        )
        if answers != 1 and lasted >= 0:
            yield recurrent, lasted, starting, answers


def _cases(rules: Sequence[NextDoseRule]) -> Iterator[str]:
    for syndrome, grade in sorted({(rule.syndrome, rule.grade) for rule in rules}):
        rows = [rule for rule in rules if (rule.syndrome, rule.grade) == (syndrome, grade)]
        for recurrent, lasted, starting, answers in unanswered(rows):
            case = f"{'recurrent' if recurrent else 'first'}, {lasted} h{', at the starting dose' if starting else ''}"
            remedy = "close the gap" if answers == 0 else "make the rows exclude each other"
            yield f"next_dose {syndrome} grade {grade}: {answers} rows answer the case {case}; {remedy}"
            break


def _steps(schedule: Schedule) -> Iterator[str]:
    names = [step.name for step in schedule.steps]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        yield f"schedules.{schedule.id}: two steps are named {doubled!r}; give each its own name"
    for before, after in itertools.pairwise(schedule.steps):
        first, second = ((step.cycle or 1, step.day or 0) for step in (before, after))
        if first[1] and second[1] and first >= second:
            yield f"schedules.{schedule.id}: {after.name} does not come after {before.name}; correct cycle and day"
        if before.amount is not None and after.amount is not None and before.amount > after.amount:
            yield f"schedules.{schedule.id}: {after.name} is less than {before.name}; a step-up never falls"
        if before.unit != after.unit:
            yield f"schedules.{schedule.id}: {after.name} and {before.name} have different units; use one"


def _restarts(schedule: Schedule) -> Iterator[str]:
    for one, other in itertools.combinations(schedule.restart, 2):
        if set(one.labels) & set(other.labels) and _meet(one, other):
            yield f"schedules.{schedule.id}.restart: two rows after {one.after!r} hold on the same day; part their days"


def _meet(one: RestartRow, other: RestartRow) -> bool:
    days = max(one.first_day, other.first_day) < min(one.end_day, other.end_day)
    far = float("inf")
    hours = max(one.hours_from or 0, other.hours_from or 0) < min(one.hours_below or far, other.hours_below or far)
    return days and hours


def _labels(drug: Drug) -> Iterator[str]:
    ids = {schedule.id for schedule in drug.schedules}
    if len(ids) < len(drug.schedules):
        yield "schedules: two have the same id; rename one"
    facts = (*drug.crs.rates, *drug.icans.rates), (*drug.crs.timings, *drug.icans.timings), drug.premedication
    for named in {named for rows in facts for row in rows for named in row.schedules} - ids:
        yield f"a row names the schedule {named!r}, which does not exist; known are {', '.join(sorted(ids))}"
    steps = {step.name for schedule in drug.schedules for step in schedule.steps}
    for named in {named for medicine in drug.premedication for named in medicine.steps} - steps:
        yield f"premedication: no step is named {named!r}; known are {', '.join(sorted(steps))}"
    for schedule in drug.schedules:
        known = set(schedule.labels)
        for named in {named for row in schedule.restart for named in (*row.labels, *row.give)} - known:
            yield f"schedules.{schedule.id}.restart: no dose is named {named!r}; known are {', '.join(sorted(known))}"
        asked = (each.earlier for step in schedule.steps for each in step.observations if each.earlier)
        for dose in {each.dose for each in asked} - {None, "previous", *(step.name for step in schedule.steps)}:
            yield f"schedules.{schedule.id}: an observation asks about {dose!r}; name a step, or `previous`"


def _gaps(drug: Drug) -> Iterator[str]:
    missing = set(missing_topics(drug))
    told = {row.topic for row in drug.not_known}
    for topic in sorted(missing):
        if not any(topic == row or topic.startswith(f"{row}.") for row in told):
            yield f"{topic} is neither given nor in not_known; give it with its source, or say what was looked for"
    for row in sorted(told):
        if not any(topic == row or topic.startswith(f"{row}.") for topic in missing):
            yield f"not_known {row}: nothing of that name is missing; remove the row or correct its topic"


def missing_topics(drug: Drug) -> Iterator[str]:
    """Yield the topic of everything a pharmacist looks for and the file does not give."""
    told = {"indication": drug.indication, "rems": drug.rems, "driving": drug.driving}
    yield from (topic for topic, fact in told.items() if fact is None)
    rules = {(rule.syndrome, rule.grade) for rule in drug.next_dose}
    for name in ("crs", "icans"):
        yield from (f"next_dose.{name}.{grade}" for grade in (1, 2, 3, 4) if (name, grade) not in rules)
    if not drug.schedules:
        yield "schedules"
    for schedule in drug.schedules:
        yield from _missing_facts(drug, schedule)
        yield from _missing_of(schedule)


def _missing_facts(drug: Drug, schedule: Schedule) -> Iterator[str]:
    """Yield what the drug's own rows leave open for one of its schedules."""
    told = any(fact.topic == "premedication" for fact in drug.facts)
    if not told and not any(schedule.id in (row.schedules or (schedule.id,)) for row in drug.premedication):
        yield f"premedication.{schedule.id}"
    for name, facts in (("crs", drug.crs), ("icans", drug.icans)):
        rates = [rate for rate in facts.rates if rate.what == "any grade"]
        if not any(schedule.id in (rate.schedules or (schedule.id,)) for rate in rates):
            yield f"{name}.rate.{schedule.id}"
        for what in ("onset", "duration"):
            timings = [timing for timing in facts.timings if timing.what == what]
            if not any(schedule.id in (timing.schedules or (schedule.id,)) for timing in timings):
                yield f"{name}.{what}.{schedule.id}"


def _missing_of(schedule: Schedule) -> Iterator[str]:
    if not schedule.steps:
        yield f"steps.{schedule.id}"
    for step in schedule.steps:
        if step.crs_pct is None:
            yield f"dose_rate.{schedule.id}.{step.name}"
        if not step.observations:
            yield f"observation.{schedule.id}.{step.name}"
        if step.spacing is None and step.ordinal > 1:
            yield f"spacing.{schedule.id}.{step.name}"
    for label in (*(step.name for step in schedule.steps), *(dose.name for dose in schedule.later)):
        if not any(label in row.labels for row in schedule.restart):
            yield f"restart.{schedule.id}.{label}"
