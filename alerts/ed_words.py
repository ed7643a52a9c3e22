"""Puts the page for the emergency department into words, once; every form prints these and no others. Pure.

Written for somebody who has never heard of the drug and has 20 seconds: what this is, how bad, whom to call, what not
to assume; then the values, what was taken, and the references. Lists are cut so that the page stays one sheet.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from alerts.ed_headline import course_lines, drug_lines, grade_lines
from alerts.ed_sheet import Callee, EdSheet
from alerts.ed_vitals import VitalRow, vital_row
from alerts.paper_words import NOT_RECORDED, Item, Section, ago, clock, plain
from monitor.handover import Handover, Remark, TakenTold
from monitor.next_dose_sheet import Statement

REASONS, MEDICINES, LABEL_LINES = 8, 6, 7
"""How many lines of each the sheet has room for; what is left out is said."""
_AWAKENS = {
    "spontaneous": "awake by themselves",
    "voice": "awakens to voice",
    "tactile": "awakens to touch",
    "unarousable": "cannot be woken",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EdWords:
    """The page. `calls` pairs who with the number; `first` says what not to assume.

    `drug` is the drug and its dose, `grades` how bad it is, `course` since when and when it usually begins.
    """

    code: str
    urgency: str
    made: str
    drug: tuple[str, ...]
    grades: tuple[str, ...]
    course: tuple[str, ...]
    first: tuple[Item, ...]
    calls: tuple[tuple[str, str], ...]
    vitals: tuple[VitalRow, ...]
    sections: tuple[Section, ...]
    footer: str

    @property
    def headline(self) -> tuple[str, ...]:
        """What this is, before anything else."""
        return (*self.drug, *self.grades, *self.course)

    @property
    def bold(self) -> frozenset[str]:
        """The lines of the headline that are read first."""
        return frozenset((self.drug[0], *self.grades))


def words(sheet: EdSheet) -> EdWords:
    """Return the page in words; times are those of the patient's home, as in the reasons of the answer."""
    told, zone = sheet.handover, ZoneInfo(sheet.handover.profile.timezone)
    label = "What label and guidelines say now (reference, never an order)"
    sections = (
        Section(key="taken", title="Taken, and when (as recorded)", items=tuple(_taken(told, zone))),
        Section(key="patient", title="Patient", items=tuple(_patient(told, zone))),
        Section(key="neuro", title="Neurology", items=tuple(_neuro(told, zone))),
        Section(key="label", title=label, items=tuple(_label(told))),
        Section(
            key="tocilizumab",
            title="Tocilizumab (reference, never an order)",
            items=tuple(_tocilizumab(sheet, zone)),
        ),
        Section(key="think", title="Think of too", items=tuple(_think(told))),
        Section(key="missing", title="Missing or not known", items=tuple(_missing(told))),
        Section(key="why", title="Why this grade and urgency", items=tuple(_why(told))),
    )
    return EdWords(
        code=told.profile.code,
        urgency=told.assessment.urgency.upper(),
        made=f"Made {clock(told.at, zone)} {told.at.astimezone(zone):%Y}, times in {zone.key}"
        + (f". Page {sheet.page_code}" if sheet.page_code else ""),
        drug=tuple(drug_lines(told, zone)),
        grades=tuple(grade_lines(told)),
        course=tuple(course_lines(told, zone)),
        first=tuple(_remarks(told.remarks.first)),
        calls=tuple((_callee(one), one.number) for one in sheet.calls),
        vitals=tuple(vital_row(one, told.at, zone) for one in told.vitals),
        sections=tuple(section for section in sections if section.items),
        footer=_footer(told),
    )


def _why(told: Handover) -> Iterator[Item]:
    reasons = told.assessment.reasons
    yield from (Item(text=reason) for reason in reasons[:REASONS])
    yield from _left_out(len(reasons) - REASONS)
    scores = told.assessment
    parts = []
    if scores.news2.score is not None:
        parts.append(f"NEWS2 {scores.news2.score}{'' if scores.news2.complete else ' at least (incomplete)'}")
    if scores.shock_index is not None:
        parts.append(f"shock index {scores.shock_index:.2f}")
    if parts:
        yield Item(text=", ".join(parts))


def _taken(told: Handover, zone: ZoneInfo) -> Iterator[Item]:
    # One that may hide a fever is never the one left out.
    hiding_first = sorted(told.taken, key=lambda one: not _hides(one, told.at))
    for one in hiding_first[:MEDICINES]:
        amount = f" {plain(one.amount)} {one.unit or ''}".rstrip() if one.amount is not None else ""
        purpose = f", {one.purpose}" if one.purpose else ""
        until = one.hides_fever_until
        hides = ""
        if until is not None:
            hidden = _hides(one, told.at)
            hides = f"; may hide fever until {clock(until, zone)}" if hidden else "; no longer hides fever"
        yield Item(text=f"{one.name}{amount}, {clock(one.at, zone)} ({ago(one.at, told.at)}){purpose}{hides}")
    yield from _left_out(len(told.taken) - MEDICINES)
    if not told.taken:
        yield Item(text="No medicine recorded in the last 10 days, premedication included: fever may be hidden")
    if told.support is not None:
        given = told.support.words
        yield Item(text=f"Support entered {clock(told.support.at, zone)}: {'none given' if given == 'none' else given}")


def _hides(taken: TakenTold, at: datetime) -> bool:
    return taken.hides_fever_until is not None and taken.hides_fever_until > at


def _patient(told: Handover, zone: ZoneInfo) -> Iterator[Item]:
    own = told.profile
    weight = NOT_RECORDED if own.weight_kg is None else f"{plain(own.weight_kg)} kg"
    born = NOT_RECORDED
    if own.born is not None:
        born = f"{own.born} ({_years(own.born, told.at.astimezone(zone).date())} years)"
    yield Item(text=f"Born {born}. Weight {weight}")
    allergies = NOT_RECORDED if own.allergies is None else ", ".join(own.allergies) or "none known"
    yield Item(text=f"Allergies: {allergies}")
    conditions = ", ".join(sorted(name.replace("_", " ") for name in own.conditions))
    if conditions:
        yield Item(text=f"Conditions: {conditions}")


def _years(born: str, today: date) -> int:
    """Return the age in whole years; `born` is an ISO date."""
    birth = date.fromisoformat(born)
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _neuro(told: Handover, zone: ZoneInfo) -> Iterator[Item]:
    old = "" if told.answer_fresh else ", OLD"
    if told.ice is not None:
        ice = told.ice
        parts = (
            f"orientation {ice.orientation}/4, naming {ice.naming}/3, commands {ice.commands}/1, "
            f"writing {ice.writing}/1, attention {ice.attention}/1"
        )
        yield Item(text=f"ICE {ice.score}/10, {clock(ice.at, zone)} ({ago(ice.at, told.at)}{old}): {parts}")
    if told.capd is not None:
        score = "unable" if told.capd.score is None else f"{told.capd.score}/32"
        yield Item(text=f"CAPD {score}, {clock(told.capd.at, zone)} ({ago(told.capd.at, told.at)}{old})")
    if told.neuro is not None:
        seen, past = told.neuro, "" if told.examination_fresh else ", OLD"
        yield Item(
            text=f"Examined {clock(seen.at, zone)} ({ago(seen.at, told.at)}{past}): "
            f"{_AWAKENS[seen.consciousness]}, seizure {seen.seizure}, "
            f"motor weakness {'yes' if seen.motor_weakness else 'no'}, cerebral oedema {seen.cerebral_edema}"
        )
    if told.asks_capd and told.capd is None:
        yield Item(text="CAPD never asked: ask it now, not ICE (8 questions on how the child behaves, 0 to 4 each)")
    elif told.ice is None and told.capd is None:
        yield Item(text="ICE never asked: ask it now (orientation 4, naming 3, command 1, writing 1, counting back 1)")
    if told.symptoms:
        yield Item(text="Told by the home: " + ", ".join(name.replace("_", " ") for name in told.symptoms))


def _missing(told: Handover) -> Iterator[Item]:
    if told.missing:
        yield Item(text="; ".join(told.missing))
    if told.minor:
        yield Item(text="under 18: no usual limits hold, so a value without a mark is not called normal by this page")
    yield from (Item(text=remark.text) for remark in told.remarks.not_here)


def _think(told: Handover) -> Iterator[Item]:
    yield from _statements(told.prompted)
    yield from _remarks(told.remarks.differential)


def _label(told: Handover) -> Iterator[Item]:
    drug = told.drug or "the drug"
    after = [replace(one, about=f"{drug} after {one.about}") for one in told.label_next]
    lines = [*_statements((*told.label, *told.second, *after), about=True)]
    yield from lines[:LABEL_LINES]
    yield from _left_out(len(lines) - LABEL_LINES)
    if not lines:
        yield Item(text="No grade above 0 is known: no row of the label applies")


def _tocilizumab(sheet: EdSheet, zone: ZoneInfo) -> Iterator[Item]:
    given = [one for one in sheet.handover.taken if "tocilizumab" in one.name.casefold()]
    now = sheet.handover.at
    if given:
        times = ", ".join(f"{clock(one.at, zone)} ({ago(one.at, now)})" for one in given)
        yield Item(text=f"Recorded as given {len(given)} time{'s' if len(given) > 1 else ''} in 10 days: {times}")
    else:
        yield Item(text="None recorded as given in the last 10 days")
    if sheet.department is not None:
        yield Item(text=f"{sheet.department.name}: {sheet.department.stock_words(now.astimezone(zone).date())}")
    yield from _remarks(sheet.handover.remarks.tocilizumab)


def _callee(one: Callee) -> str:
    return f"{one.duty}, {one.name}" if one.name else one.duty


def _remarks(remarks: Iterable[Remark]) -> Iterator[Item]:
    for remark in remarks:
        doubt = "UNCERTAIN: " if remark.confidence == "uncertain" else ""
        yield Item(text=f"{doubt}{remark.text}", source=remark.source)


def _statements(statements: Sequence[Statement], *, about: bool = False) -> Iterator[Item]:
    for one in statements:
        doubt = "UNCERTAIN: " if one.doubt else ""
        head = f"{one.about}: " if about else ""
        yield Item(text=f"{doubt}{head}{one.says}", source=one.source)


def _left_out(count: int) -> Iterator[Item]:
    if count > 0:
        yield Item(text=f"and {count} more: ask the treating unit")


def _footer(told: Handover) -> str:
    unsigned = "" if told.unsigned is None else " Thresholds are engineering defaults that nobody has signed."
    return (
        f"Stepguard, rules {told.rules_version}. Not a medical device; decision support, not an order.{unsigned} "
        "Nothing here is calculated from the patient's weight."
    )
