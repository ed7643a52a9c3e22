"""Other causes to think of, prompted by what was measured. Pure; none excludes cytokine release syndrome.

Triggers and words: monitor/data/panels.toml. In sentences: docs/behaviour.md, "Guidance".
"""

from datetime import datetime, timedelta
from decimal import Decimal

from monitor.findings import Findings
from monitor.panels import Panels, Prompt, hours
from monitor.state import State


def prompted(state: State, found: Findings, panels: Panels, now: datetime) -> tuple[Prompt, ...]:
    """Return the prompts that hold at `now`, in the order in which the file names them."""
    return tuple(prompt for prompt in panels.prompts if _holds(prompt, state, found, now))


def _holds(prompt: Prompt, state: State, found: Findings, now: datetime) -> bool:
    fever = found.fever is True
    match prompt.kind:
        case "outside_the_window":
            return fever and found.window.phase == "closed"
        case "after_resolution":
            return fever and state.episode is not None and state.episode.open and state.episode.number > 1
        case "no_defervescence":
            return fever and _stays(prompt, state)
        case "possible_neutropenia":
            return fever and _is_neutropenic_fever(prompt, state)
        case "long_symptoms":
            at = long_symptoms_at(state, prompt)
            return at is not None and now >= at
        case "attributed_fever":
            return fever and "fever" in found.attributed


def long_symptoms_at(state: State, prompt: Prompt) -> datetime | None:
    """Return when the open episode has lasted long enough for the prompt, None when none is open."""
    after = hours(prompt.lasted_h)
    if after is None or state.episode is None or not state.episode.open:
        return None
    return state.episode.onset + after


def _stays(prompt: Prompt, state: State) -> bool:
    """Whether one fever lasts from before a treatment until longer than that treatment needs."""
    newest, since = state.tracks["temperature"].newest, state.fever_since
    if newest is None or since is None:
        return False
    needs = {"antipyretic": hours(prompt.after_antipyretic_h), "anticytokine": hours(prompt.after_anticytokine_h)}
    return any(
        since <= taken_at and newest.at >= taken_at + span
        for taken_at, drug in state.masks
        if (span := needs.get(drug.kind)) is not None
    )


def _is_neutropenic_fever(prompt: Prompt, state: State) -> bool:
    """Whether the newest fever counts by its height or by how long it lasted, as far as readings show."""
    newest, since = state.tracks["temperature"].newest, state.fever_since
    if newest is None:
        return False
    high = newest.numbers[0] >= (prompt.once_c or Decimal("Infinity"))
    kept = hours(prompt.kept_for_h) or timedelta.max
    return high or (since is not None and newest.at - since >= kept)
