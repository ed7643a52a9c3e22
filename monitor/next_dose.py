"""What the label says about the next dose: reference with its source, never an order. Pure.

Which row applies when: docs/behaviour.md, "Guidance". The rows: monitor/data/drugs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from monitor.assessment import NextDose
from monitor.catalogue import Drug, same_unit
from monitor.catalogue_rules import Action, NextDoseRule, Syndrome
from monitor.episode import confirmed_grade3_for, grade2_for
from monitor.icans_event import back_to, lasted
from monitor.restart import Delay
from monitor.state import EpisodeNow, IcansEvent, State

_DISCONTINUE: Action = "discontinue_permanently"
_WITHHOLD: Action = "withhold_until_resolved"
_PROCEED: Action = "proceed"
_ASK: Action = "ask_pharmacist"
_WORDS: Mapping[Syndrome, str] = {"crs": "CRS", "icans": "ICANS"}
_LONG_FROM = 3
_WORST = 4
_DOUBTFUL = frozenset({"uncertain"})


@dataclass(frozen=True, slots=True)
class Label:
    """The next-dose rows of one drug by syndrome and grade; of an unknown drug there are none."""

    drug: Drug | None
    rules: Mapping[tuple[Syndrome, int], tuple[NextDoseRule, ...]] = field(default_factory=dict)

    def of(self, syndrome: Syndrome, grade: int | None) -> tuple[NextDoseRule, ...]:
        """Return the rows of a grade; a grade beyond the table is managed as its last."""
        return self.rules.get((syndrome, min(grade or 0, _WORST)), ())


def label_of(drug: Drug | None) -> Label:
    """Return the rows of `drug`, ready to be looked up at every answer."""
    rules: dict[tuple[Syndrome, int], tuple[NextDoseRule, ...]] = {}
    for rule in drug.next_dose if drug else ():
        key = (rule.syndrome, rule.grade)
        rules[key] = (*rules.get(key, ()), rule)
    return Label(drug, rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the label says about one syndrome that happened since the last dose.

    `rules` holds the one row that applies; none is not known; several mean that what decides between them is not
    known. `over_at` is since when it is back to where the label lets treatment go on, None while it is not.
    `unsure` says that the grade may be worse than what is known of it. `ends_because` is why treatment ends whatever
    the row says.
    """

    syndrome: Syndrome
    grade: int
    recurrent: bool
    rules: tuple[NextDoseRule, ...]
    over_at: datetime | None
    unsure: bool = False
    ends_because: str = ""

    @property
    def stops(self) -> bool:
        """Whether treatment ends for good, whichever row applies."""
        ends = bool(self.rules) and all(_DISCONTINUE in rule.actions for rule in self.rules)
        return ends or bool(self.ends_because)

    @property
    def goes_on(self) -> bool:
        """Whether the label lets treatment go on in spite of it."""
        return bool(self.rules) and all(_PROCEED in rule.actions for rule in self.rules)

    @property
    def holds_back(self) -> bool:
        """Whether the next dose has to wait for it to be over."""
        return self.over_at is None and not self.goes_on

    @property
    def settled(self) -> bool:
        """Whether one row applies."""
        return len(self.rules) == 1

    @property
    def earliest(self) -> datetime | None:
        """When the next dose may be given as far as this syndrome goes; None while it is not over or need not be."""
        if self.over_at is None or self.goes_on:
            return None
        return self.over_at + max((_symptom_free(rule) for rule in self.rules), default=timedelta(0))

    @property
    def words(self) -> str:
        """What happened, and what the label says of it."""
        name = f"{_WORDS[self.syndrome]} grade {self.grade}{' again' if self.recurrent else ''}"
        if not self.rules:
            return f"{name}: no rule is known for it, ask a pharmacist (label section 2)"
        if self.ends_because:
            return f"{name}: {self.ends_because}: discontinue permanently"
        said = " or ".join(dict.fromkeys(rule.text + _doubt(rule.confidence) for rule in self.rules))
        return f"{name}: {said}"


def _symptom_free(rule: NextDoseRule) -> timedelta:
    return timedelta(hours=float(rule.symptom_free_h or 0))


def _doubt(confidence: str) -> str:
    return " (uncertain)" if confidence in _DOUBTFUL else ""


def rulings(state: State, label: Label, now: datetime, *, icans_at_least: bool) -> tuple[Ruling, ...]:
    """Return what the label says of each syndrome that no dose has followed yet, CRS first.

    Of each syndrome the latest event counts, and every earlier one after which treatment ends.
    """
    episodes = () if state.episode is None else (*state.episodes_before, state.episode)
    events = () if state.icans_event is None else (*state.icans_events_before, state.icans_event)
    crs = [_crs_ruling(state, label, episodes[: place + 1], now) for place in range(len(episodes))]
    icans = [
        _icans_ruling(state, label, events[: place + 1], now, at_least=icans_at_least) for place in range(len(events))
    ]
    return tuple(
        ruling
        for found in (crs, [_told_ruling(state, label)], icans)
        for place, ruling in enumerate(found, 1)
        if ruling is not None and (place == len(found) or ruling.stops)
    )


def _crs_ruling(state: State, label: Label, episodes: Sequence[EpisodeNow], now: datetime) -> Ruling | None:
    """Return the ruling on the last of `episodes`; None when a dose followed its resolution.

    The grade is the episode's peak, or the worst that a clinician gave while it was open.
    """
    *before, episode = episodes
    if not episode.open and _dosed_since(state, episode.resolved):
        return None
    grade = max(episode.peak or 0, episode.told)
    if not grade and not episode.open:
        return None
    recurrent = any(max(earlier.peak or 0, earlier.told) >= grade for earlier in before)
    long = confirmed_grade3_for(episode, now) if grade >= _LONG_FROM else grade2_for(episode, now)
    hours = _hours(long)
    rules = tuple(rule for rule in label.of("crs", grade) if rule.covers(recurrent=recurrent, lasted_h=hours))
    return Ruling(syndrome="crs", grade=grade, recurrent=recurrent, rules=rules, over_at=episode.resolved)


def _told_ruling(state: State, label: Label) -> Ruling | None:
    """Return the ruling on CRS that a clinician graded without an episode; None when there is none."""
    told = state.told_crs
    if told is None or _dosed_since(state, told.ended):
        return None
    episodes = () if state.episode is None else (*state.episodes_before, state.episode)
    recurrent = any(max(episode.peak or 0, episode.told) >= told.peak for episode in episodes)
    found = label.of("crs", told.peak)
    rules = tuple(rule for rule in found if rule.covers(recurrent=recurrent, lasted_h=Decimal(0)))
    return Ruling(syndrome="crs", grade=told.peak, recurrent=recurrent, rules=rules, over_at=told.ended)


def _icans_ruling(
    state: State, label: Label, events: Sequence[IcansEvent], now: datetime, *, at_least: bool
) -> Ruling | None:
    """Return the ruling on the last of `events`; None when a dose followed it.

    `at_least` says that the present grade may be worse: then a grade that is mild enough is not yet so.
    """
    *before, event = events
    if _dosed_since(state, event.ended):
        return None
    returned = [rule for each in before for rule in label.of("icans", each.peak) if rule.any_recurrence]
    recurrent = bool(returned) or any(each.peak >= event.peak for each in before)
    rules = tuple(returned[:1]) or tuple(_icans_rules(state, label, event, now, recurrent=recurrent))
    seizures = sum(len(each.seizures_at) for each in events)
    too_many = any(rule.stops_after_seizures is not None and seizures > rule.stops_after_seizures for rule in rules)
    over_at = back_to(event, min((rule.until_grade for rule in rules), default=0))
    mild_enough = over_at is not None or any(_PROCEED in rule.actions for rule in rules)
    return Ruling(
        syndrome="icans",
        grade=event.peak,
        recurrent=recurrent,
        rules=rules,
        over_at=over_at,
        ends_because=f"{seizures} seizures" if too_many else "",
        unsure=at_least and event.ended is None and mild_enough,
    )


def _icans_rules(
    state: State, label: Label, event: IcansEvent, now: datetime, *, recurrent: bool
) -> Iterator[NextDoseRule]:
    """Give every row that may apply: more than one when it is not known at which dose it happened."""
    known = _at_starting_dose(state, label, event)
    starting = (True, False) if known is None else (known,)
    for rule in label.of("icans", event.peak):
        hours = _hours(lasted(event, rule.lasted_counts, now))
        if any(rule.covers(recurrent=recurrent, lasted_h=hours, at_starting_dose=at) for at in starting):
            yield rule


def _at_starting_dose(state: State, label: Label, event: IcansEvent) -> bool | None:
    """Return whether it happened at the lowest dose of the drug, None when the dose before it is not known."""
    given = [seen for seen in state.doses if seen.dose.at <= event.onset]
    step = given[-1].step if given else None
    if step is None or step.amount is None or label.drug is None:
        return None
    amounts = [
        other.amount
        for schedule in label.drug.schedules
        for other in schedule.steps
        if other.amount is not None and same_unit(other.unit, step.unit)
    ]
    return step.amount == min(amounts)


def _hours(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(seconds=1)) / 3600


def _dosed_since(state: State, at: datetime | None) -> bool:
    return at is not None and any(seen.engager and seen.dose.at >= at for seen in reversed(state.doses))


def next_dose(label: Label, found: Sequence[Ruling], delay: Delay | None, now: datetime) -> NextDose:
    """Return whether, when and how the next dose may be given according to the label data.

    Parameters
    ----------
    found
        One ruling per syndrome that happened since the last dose.
    delay
        What the time since the last dose asks for, None before any dose.
    """
    stop = [ruling for ruling in found if ruling.stops]
    if stop:
        return _answer(stop, None, allowed=False, earliest=None, actions=[_DISCONTINUE])
    actions: list[Action] = [action for ruling in found for rule in ruling.rules for action in rule.actions]
    unknown = any(not ruling.settled or ruling.unsure for ruling in found)
    if any(ruling.holds_back for ruling in found):
        return _answer(found, None, allowed=False, earliest=None, actions=_tidy([_WITHHOLD, *actions], ask=unknown))
    if label.drug is None:
        return _unknown("drug not in the catalogue")
    late = delay if delay is not None and delay.kind != "on_time" else None
    if late is not None:
        actions += late.row.actions if late.row else [_ASK]
    if not found:
        actions = actions or [_PROCEED]
        return _answer((), late, allowed=None, earliest=None, actions=_tidy(actions, ask=False))
    actions = _tidy(actions, ask=unknown)
    earliest = max((at for ruling in found if (at := ruling.earliest) is not None), default=None)
    allowed = None if _ASK in actions else earliest is None or now >= earliest
    return _answer(found, late, allowed=allowed, earliest=None if unknown else earliest, actions=actions)


def _tidy(actions: Sequence[Action], *, ask: bool) -> list[Action]:
    """Return each code once, `ask_pharmacist` last.

    `proceed` goes when anything is asked beside it. Ending treatment stands alone; where it is only one of the rows
    that may apply, the text says so and a pharmacist is asked.
    """
    kept = list(dict.fromkeys(action for action in actions if action not in {_ASK, _PROCEED, _DISCONTINUE}))
    if _PROCEED in actions and not kept and not ask and _ASK not in actions:
        kept = [_PROCEED]
    return [*kept, _ASK] if ask or _ASK in actions or not kept else kept


def _answer(
    found: Sequence[Ruling],
    late: Delay | None,
    *,
    allowed: bool | None,
    earliest: datetime | None,
    actions: Sequence[Action],
) -> NextDose:
    texts = [ruling.words + ("; ask ICE again first" if ruling.unsure else "") for ruling in found]
    rows = [f"{rule.source} ({rule.confidence})" for ruling in found for rule in ruling.rules]
    if late is not None:
        texts.append(delay_words(late))
        rows += [f"{late.row.source} ({late.row.confidence})"] if late.row else []
    return NextDose(
        allowed=allowed,
        earliest=earliest,
        actions=tuple(actions),
        text="; ".join(texts) or "no episode: as the schedule says",
        source="; ".join(dict.fromkeys(rows)) or ("none" if _ASK in actions else "the drug's schedule"),
    )


def delay_words(delay: Delay) -> str:
    """Return what a delay means, in words."""
    if delay.kind == "on_time":
        return "on time: the next step of the schedule"
    since = f"{delay.from_day} days or more since the last dose"
    if delay.row is None:
        return f"{since}: {delay.why}; not known, ask a pharmacist (label section 2)"
    given = f" [{', '.join(delay.row.give)}]" if delay.row.give else ""
    return f"{since}: {delay.row.text}{given}{_doubt(delay.row.confidence)}"


def _unknown(why: str) -> NextDose:
    return NextDose(
        allowed=None,
        earliest=None,
        actions=(_ASK,),
        text=f"not known ({why}): ask a pharmacist",
        source="none",
    )
