"""Everything a pharmacist checks before a next dose, on one sheet, each statement with its source. Pure.

Reference, never an order; nothing here is calculated from a patient's weight.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from monitor.assessment import NextDose
from monitor.catalogue import Drug, Schedule, Step
from monitor.catalogue_facts import Medicine, Observation
from monitor.catalogue_origin import Origin
from monitor.course import Course
from monitor.differentials import prompted
from monitor.earlier_syndromes import answer
from monitor.icans_event import icans_severity
from monitor.next_dose import Label, Ruling, delay_words, label_of, next_dose, rulings
from monitor.panels import Panels
from monitor.restart import Delay, following_steps
from monitor.state import State

NOTICE = "reference from the label data, not an order: check each line against the current label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing a source says. `about` is what it is about; `doubt` is set where it must not be relied on."""

    about: str
    says: str
    source: str
    confidence: str
    checked: date | None
    doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDose:
    """The dose given last, as it was entered."""

    step: str | None
    at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What holds if the next dose were given `at`. Lists are empty where there is nothing to say."""

    patient: str
    at: datetime
    drug: str | None
    schedule: str | None
    last_dose: LastDose | None
    next_dose: NextDose
    label: tuple[Statement, ...]
    restart: Statement | None
    gives: tuple[str, ...]
    premedication: tuple[Statement, ...]
    observation: tuple[Statement, ...]
    second_reference: tuple[Statement, ...]
    other_causes: tuple[Statement, ...]
    notice: str = NOTICE


def sheet(course: Course, at: datetime) -> Sheet:
    """Return the sheet of one patient for a dose that would be given `at`, from everything known by then."""
    found = course.find(at)
    state, rules = course.state, course.rules
    drug = rules.catalogue.find(course.regimen.drug)
    label = label_of(drug)
    happened = rulings(state, label, at, icans_at_least=found.icans.at_least)
    delay = state.delays.at(at) if state.delays is not None else None
    last = state.doses[-1].dose if state.doses else None
    gives = _gives(state, drug, delay)
    return Sheet(
        patient=course.profile.code,
        at=at,
        drug=drug.name if drug else course.regimen.drug,
        schedule=state.schedule.id if state.schedule else course.regimen.schedule,
        last_dose=LastDose(step=last.step, at=last.at, ended_at=last.ended_at) if last else None,
        next_dose=next_dose(label, happened, delay, at),
        label=tuple(_of_label(happened)),
        restart=_of_delay(state, delay),
        gives=gives,
        premedication=tuple(_of_medicines(drug, state.schedule, gives)),
        observation=tuple(_of_observations(state, gives, at)),
        second_reference=tuple(_second(state, found.crs.grade, found.icans.grade, happened, label, rules.panels)),
        other_causes=tuple(
            _statement(prompt.kind.replace("_", " "), prompt.text, prompt)
            for prompt in prompted(state, found, rules.panels, at)
        ),
    )


def _statement(about: str, says: str, origin: Origin) -> Statement:
    return Statement(
        about=about,
        says=says,
        source=origin.source,
        confidence=origin.confidence,
        checked=origin.checked,
        doubt=origin.confidence == "uncertain",
    )


def _of_label(happened: tuple[Ruling, ...]) -> Iterator[Statement]:
    for ruling in happened:
        about = ruling.words.partition(":")[0]
        if not ruling.rules:
            yield Statement(
                about=about,
                says="no rule is known: ask a pharmacist",
                source="none",
                confidence="not known",
                checked=None,
                doubt=True,
            )
        for rule in ruling.rules:
            yield _statement(about, ruling.ends_because or rule.text, rule)


def _of_delay(state: State, delay: Delay | None) -> Statement | None:
    if delay is None or state.delays is None:
        return None
    about = f"after {state.delays.after}"
    if delay.row is not None:
        return _statement(about, delay_words(delay), delay.row)
    known = delay.kind == "on_time"
    return Statement(
        about=about,
        says=delay_words(delay),
        source="the drug's schedule" if known else "none",
        confidence="as the schedule's days" if known else "not known",
        checked=None,
        doubt=not known,
    )


def _gives(state: State, drug: Drug | None, delay: Delay | None) -> tuple[str, ...]:
    """Return the steps to give in order: the label's after a delay, else the schedule's next; empty is not known."""
    if delay is not None and delay.kind != "on_time":
        return delay.row.give if delay.row else ()
    if state.schedule is not None:
        return following_steps(state.doses, state.schedule)
    schedules = drug.schedules if drug and not state.doses else ()
    return (schedules[0].steps[0].name,) if len(schedules) == 1 and schedules[0].steps else ()


def _step(schedule: Schedule | None, gives: tuple[str, ...]) -> Step | None:
    steps = schedule.steps if schedule else ()
    return next((step for step in steps if gives and step.name == gives[0]), None)


def _of_medicines(drug: Drug | None, schedule: Schedule | None, gives: tuple[str, ...]) -> Iterator[Statement]:
    for medicine in drug.premedication if drug else ():
        wrong_schedule = medicine.schedules and schedule is not None and schedule.id not in medicine.schedules
        if wrong_schedule or (medicine.steps and gives and gives[0] not in medicine.steps):
            continue
        yield _statement("around the dose", _medicine_words(medicine), medicine)


def _medicine_words(medicine: Medicine) -> str:
    parts = [medicine.medicine, medicine.dose, medicine.timing, medicine.condition]
    return ", ".join(part for part in parts if part)


def _of_observations(state: State, gives: tuple[str, ...], at: datetime) -> Iterator[Statement]:
    schedule = state.schedule
    step = _step(schedule, gives)
    seen = step.observations if step else schedule.later_observations if schedule and gives else ()
    for observation in seen:
        said = f": {answer(observation.earlier, state, at).words}" if observation.earlier is not None else ""
        yield _statement(f"after {gives[0]}", _observation_words(observation) + said, observation)


def _observation_words(observation: Observation) -> str:
    hours = f" {observation.hours} h from {observation.counted_from.replace('_', ' ')}" if observation.hours else ""
    kind = observation.kind.replace("_", " ")
    limits = "".join(f", {part}" for part in (observation.when, observation.condition) if part)
    return f"{kind}{hours}{limits}"


def _second(
    state: State,
    crs: int | None,
    icans: int | None,
    happened: tuple[Ruling, ...],
    label: Label,
    panels: Panels,
) -> Iterator[Statement]:
    """Give the panel of the present grades, else of the grades that were reached since the last dose."""
    peaks = {ruling.syndrome: ruling.grade for ruling in happened}
    present_crs = max(crs or 0, state.crs_opinion or 0) or peaks.get("crs", 0)
    present_icans = (icans_severity(icans, state.icans_opinion) or 0) or peaks.get("icans", 0)
    scope = "" if panels.written_for(label.drug.target if label.drug else None) else ", written for myeloma drugs"
    for row in (panels.row("crs", present_crs), panels.row("icans", present_icans)):
        if row is not None:
            yield _statement(f"{panels.name}, {row.syndrome.upper()} grade {row.grade}{scope}", row.text, row)
