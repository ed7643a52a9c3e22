"""Takes a dose into the state: which step of which schedule it is, and which windows it opens."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.catalogue import Drug, Schedule, Step, choose_schedule, fits, match, normalise
from monitor.observation import watches
from monitor.onset import Onset
from monitor.record import DoseGiven, Regimen
from monitor.restart import Followed
from monitor.rules import NeuroWatch, Rules
from monitor.state import State
from monitor.window import DoseSeen, dose_risk, keep_open_while_likely


def take_dose(state: State, event: DoseGiven, rules: Rules, regimen: Regimen) -> None:
    """Take a dose into `state`: match it, and every earlier one again, as it may tell which schedule is followed.

    The same dose entered twice is one dose.
    """
    if any(
        replace(seen.dose, ref=event.ref, by=event.by, entered_at=event.entered_at) == event for seen in state.doses
    ):
        return
    given = [*(seen.dose for seen in state.doses), event]
    drug = rules.catalogue.find(regimen.drug)
    schedule = choose_schedule(drug, regimen.schedule, given) if drug else None
    steps = match(schedule, given) if schedule else (None,) * len(given)
    seen = []
    for dose, step in zip(given, steps, strict=True):
        engager = schedule is None or not schedule.gives_before(dose)
        onset = rules.onset.find(drug, schedule, step)
        seen.append(
            DoseSeen(
                dose=dose,
                step=step,
                onset=onset,
                remark=_dose_remark(dose, step, drug, onset),
                limits=onset.limits(dose.at) if onset else (),
                risk=dose_risk(onset, step, rules.onset.risk) if engager else None,
                engager=engager,
            )
        )
    state.doses, state.schedule = keep_open_while_likely(seen, rules.onset.risk), schedule
    state.delays, state.watches = None, watches(seen)
    named = schedule is not None and normalise(regimen.schedule or "") == normalise(schedule.id)
    state.other_schedules = () if named or drug is None else tuple(also_followed(drug, schedule, given))
    _watch_neurology(state, event.at, rules.neuro.of(drug))
    state.attributions = ()


def also_followed(drug: Drug, chosen: Schedule | None, given: Sequence[DoseGiven]) -> Iterator[Followed]:
    """Give every other schedule that fits the doses given, with a table for delays, and the doses as its steps."""
    for schedule in drug.schedules:
        if schedule is not chosen and schedule.restart and fits(schedule, given):
            yield (
                schedule,
                tuple(
                    DoseSeen(dose=dose, step=step, onset=None, engager=not schedule.gives_before(dose))
                    for dose, step in zip(given, match(schedule, given), strict=True)
                ),
            )


def _watch_neurology(state: State, at: datetime, watch: NeuroWatch) -> None:
    """Ask about neurotoxicity from the first dose on; a dose after the end of it begins it anew."""
    if state.neuro_until is None or at >= state.neuro_until:
        state.neuro_since = at
    state.neuro_until = max(at + watch.after_dose, state.doses[0].dose.at + watch.from_start)


def _dose_remark(dose: DoseGiven, step: Step | None, drug: Drug | None, onset: Onset | None) -> str | None:
    name = dose.step or "the dose"
    if drug is None:
        return "drug not in the catalogue: window unknown, treated as open"
    if step is None:
        where = "that of the drug or its route" if onset is not None else "unknown, treated as open"
        return f"{name} matches no step of the schedule: window is {where}"
    return "no onset figures for this drug: window unknown, treated as open" if onset is None else None
