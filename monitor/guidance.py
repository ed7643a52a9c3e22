"""What the label says about the next dose, as reference with its source. Never an order.

Which rule applies when: docs/behaviour.md, "Guidance".
"""

from datetime import datetime, timedelta
from decimal import Decimal

from monitor.assessment import Guidance, NextDose
from monitor.catalogue import Drug
from monitor.catalogue_rules import NextDoseRule
from monitor.episode import confirmed_grade3_for
from monitor.findings import Findings
from monitor.rules import Rules
from monitor.state import EpisodeNow, State

_DISCONTINUE = "discontinue_permanently"
_WITHHOLD = "withhold_until_resolved"
_NOW = {
    None: "cannot be graded: measure temperature, blood pressure and oxygen now",
    0: "no sign of cytokine release syndrome in what is fresh",
    1: "suspected grade 1: look for infection at the same time; see the label for this drug",
    2: "suspected grade 2 or more: to be seen in an emergency department; see the label for this drug",
    3: "grade 3: intensive care level; see the label for this drug",
    4: "grade 4: intensive care level; see the label for this drug",
}


def guidance(state: State, findings: Findings, drug: Drug | None, rules: Rules, now: datetime) -> Guidance:
    """Return the reference text for now and for the next dose."""
    lines = [_NOW[findings.crs.grade]]
    if findings.window.phase == "closed" and findings.fever:
        lines.append("outside the usual window: look hard for infection, CRS still possible")
    if findings.icans.grade:
        lines.append("ICANS suspected: no driving, neurological check, see the label for this drug")
    return Guidance(now=tuple(lines), next_dose=next_dose(state, findings, drug, rules.crs.symptom_free, now))


def next_dose(state: State, findings: Findings, drug: Drug | None, symptom_free: timedelta, now: datetime) -> NextDose:
    """Return whether, when and how the next dose may be given according to the label data.

    `symptom_free` is how long the drugs whose label asks for it wait after resolution.
    """
    episode = state.episode
    if episode is not None and not episode.open and _dosed_since(state, episode.resolved):
        episode = None
    lasted = confirmed_grade3_for(episode, now) if episode else timedelta(0)
    crs_rule = _crs_rule(drug, state, _severity(state, episode), lasted) if episode else None
    icans_grade = findings.icans.grade or 0
    icans_rule = _rule(drug, "icans", icans_grade, recurrent=False, lasted=timedelta(0))
    rules = [rule for rule in (crs_rule, icans_rule) if rule is not None]
    if any(_DISCONTINUE in rule.actions for rule in rules):
        return _answer(rules, allowed=False, earliest=None, actions=[_DISCONTINUE])
    actions: list[str] = list(dict.fromkeys(action for rule in rules for action in rule.actions))
    if (episode is not None and episode.open) or icans_grade:
        missing = [] if rules else ["ask_pharmacist"]
        actions = list(dict.fromkeys([_WITHHOLD, *actions, *missing]))
        return _answer(rules, allowed=False, earliest=None, actions=actions)
    if episode is not None and episode.peak and episode.resolved is not None:
        if crs_rule is None:
            return _unknown("no rule for this drug and grade in the catalogue")
        wait = symptom_free if "symptom_free_72h" in actions else timedelta(0)
        earliest = episode.resolved + wait
        return _answer(rules, allowed=now >= earliest, earliest=earliest, actions=actions)
    if drug is None:
        return _unknown("drug not in the catalogue")
    return NextDose(
        allowed=None,
        earliest=None,
        actions=("proceed",),
        text="no episode: as the schedule says",
        source="monitor/data/catalogue.toml",
    )


def _severity(state: State, episode: EpisodeNow) -> int:
    """Return the grade whose rule applies: a clinician's worse opinion counts."""
    return max(episode.peak or 0, state.crs_opinion or 0 if episode.open else 0)


def _dosed_since(state: State, at: datetime | None) -> bool:
    return at is not None and bool(state.doses) and state.doses[-1].dose.at >= at


def _rule(
    drug: Drug | None, syndrome: str, severity: int, *, recurrent: bool, lasted: timedelta
) -> NextDoseRule | None:
    if drug is None:
        return None
    hours = Decimal(lasted // timedelta(seconds=1)) / 3600
    rules = [rule for rule in drug.next_dose if rule.syndrome == syndrome and rule.grade == severity]
    return next((rule for rule in rules if rule.covers(recurrent=recurrent, lasted_h=hours)), None)


def _crs_rule(drug: Drug | None, state: State, severity: int, lasted: timedelta) -> NextDoseRule | None:
    recurrent = any((before.peak or 0) >= severity for before in state.episodes_before)
    return _rule(drug, "crs", severity, recurrent=recurrent, lasted=lasted)


def _answer(rules: list[NextDoseRule], *, allowed: bool, earliest: datetime | None, actions: list[str]) -> NextDose:
    texts = [rule.text for rule in rules if rule.text]
    sources = [f"{rule.source} ({rule.confidence})" for rule in rules]
    return NextDose(
        allowed=allowed,
        earliest=earliest,
        actions=tuple(actions),
        text="; ".join(texts) or ", ".join(action.replace("_", " ") for action in actions),
        source="; ".join(dict.fromkeys(sources)) or "engineering",
    )


def _unknown(why: str) -> NextDose:
    return NextDose(
        allowed=None,
        earliest=None,
        actions=("ask_pharmacist",),
        text=f"not known ({why}): ask a pharmacist",
        source="none",
    )
