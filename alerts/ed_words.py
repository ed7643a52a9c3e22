"""Puts the page for the emergency department into words, once; every form prints these and no others. Pure.

Written for somebody who has never heard of the drug and has 20 seconds: what this is, how bad, whom to call, what not
to assume; then the values, what was taken, and the references. Lists are cut so that the page stays one sheet.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from alerts.ed_sheet import Callee, EdSheet
from monitor.handover import Handover, Remark
from monitor.handover_vitals import Point, VitalTold, spell
from monitor.next_dose_sheet import Statement

REASONS, MEDICINES, LABEL_LINES = 8, 6, 7
"""How many lines of each the sheet has room for; what is left out is said."""
CHANGE_OVER = timedelta(hours=6)
NOT_RECORDED = "not recorded"
NAMES = {
    "temperature": "Temperature",
    "blood_pressure": "Blood pressure",
    "oximetry": "SpO2 (home, on air unless stated)",
    "pulse": "Pulse",
    "respiratory_rate": "Breaths",
}
_PHASES = {
    "before": "no dose yet",
    "open": "now: before the usual peak",
    "peak": "now: at the usual peak",
    "closing": "now: after the usual peak, still in the window",
    "closed": "now: outside the usual window. Look hard for infection; CRS still possible",
    "unknown": "not known for this drug: treat any hour as in the window",
}
PLACES = {
    "home": "at home",
    "travelling": "on the way",
    "emergency_department": "in the emergency department",
    "admitted": "admitted",
    "discharged": "discharged, at home",
    "ended": "watch ended",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line, with its source where it is a statement of somebody else."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its lines. `key` names it for FHIR and for tests."""

    key: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalRow:
    """One vital as printed. `alarming` is whether it is urgent or worse by itself."""

    name: str
    newest: str
    earlier: str
    well: str
    alarming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EdWords:
    """The page. `calls` pairs who with the number; `headline` says what this is, `first` what not to assume."""

    code: str
    urgency: str
    made: str
    headline: tuple[str, ...]
    first: tuple[Item, ...]
    calls: tuple[tuple[str, str], ...]
    vitals: tuple[VitalRow, ...]
    sections: tuple[Section, ...]
    footer: str


def words(sheet: EdSheet) -> EdWords:
    """Return the page in words; times are those of the site."""
    told, zone = sheet.handover, ZoneInfo(sheet.timezone)
    sections = (
        Section(key="why", title="Why this grade and urgency", items=tuple(_why(told))),
        Section(key="taken", title="Taken, and when (as recorded)", items=tuple(_taken(told, zone))),
        Section(key="patient", title="Patient", items=tuple(_patient(told))),
        Section(key="neuro", title="Neurology", items=tuple(_neuro(told, zone))),
        Section(key="missing", title="Missing or not known", items=tuple(_missing(told))),
        Section(key="think", title="Think of too", items=tuple(_think(told))),
        Section(key="label", title="What the label says now (reference, never an order)", items=tuple(_label(told))),
        Section(key="tocilizumab", title="Tocilizumab (reference, never an order)", items=tuple(_tocilizumab(sheet))),
    )
    return EdWords(
        code=told.profile.code,
        urgency=told.assessment.urgency.upper(),
        made=f"Made {clock(told.at, zone)} {told.at.astimezone(zone):%Y}, times in {sheet.timezone}"
        + (f". Page {sheet.page_code}" if sheet.page_code else ""),
        headline=tuple(_headline(told, zone)),
        first=tuple(_remarks(told.remarks.first)),
        calls=tuple((_callee(one), one.number) for one in sheet.calls),
        vitals=tuple(_vital(one, told.at, zone) for one in told.vitals),
        sections=tuple(section for section in sections if section.items),
        footer=_footer(told),
    )


def clock(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as people on the ward say it: `Mon 2 Mar 10:00`."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago `at` was: `4 min ago`, `16 h ago`, `3 d ago`."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 120:  # noqa: PLR2004 - two hours read better as minutes
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 72 else f"{hours // 24} d ago"  # noqa: PLR2004 - three days as hours


def plain(number: Decimal) -> str:
    """Return a number as people write it: `16`, not `16.0`."""
    return f"{number.normalize():f}"


def _headline(told: Handover, zone: ZoneInfo) -> Iterator[str]:
    yield _drug(told)
    yield _dose(told, zone)
    yield _crs(told)
    yield _course(told, zone)
    icans = told.assessment.icans
    if icans.grade:
        least = " or more" if icans.at_least else ""
        yield f"ICANS (neurotoxicity) grade {icans.grade}{least}"
    yield from _window(told)


def _drug(told: Handover) -> str:
    if told.drug is None:
        return f"Drug {NOT_RECORDED}: a T-cell-engaging (bispecific) antibody"
    named = told.drug + (f" ({told.brand})" if told.brand else "")
    target = f", {told.target}" if told.target else ""
    route = {"SC": ", under the skin", "IV": ", by vein", "cIV": ", continuous infusion"}.get(told.route or "", "")
    return f"{named}: T-cell-engaging antibody{target}{route}; can cause cytokine release syndrome (CRS)"


def _dose(told: Handover, zone: ZoneInfo) -> str:
    dose = told.dose
    if dose is None:
        return f"Dose {NOT_RECORDED}"
    amount = f", {plain(dose.amount)} {dose.unit or ''}".rstrip() if dose.amount is not None else ""
    step = f" ({dose.step}{amount})" if dose.step else f" ({amount[2:]})" if amount else ""
    later = len(told.doses) - dose.number
    more = f"; {later} later dose{'s' if later > 1 else ''} given since" if later else ""
    return f"Dose {dose.number}{step} on {clock(dose.at, zone)}: {dose.hours:.0f} h ago{more}"


def _crs(told: Handover) -> str:
    crs = told.assessment.crs
    if crs.grade is None:
        said = "CRS cannot be graded from what is known"
    elif crs.grade == 0:
        said = "No sign of CRS in the values that are fresh"
        said += "; fever may be hidden by a medicine" if crs.fever_masked else ""
    elif crs.certainty == "confirmed":
        said = f"CRS grade {crs.grade}{' or more' if crs.at_least else ''}, CONFIRMED by what staff entered"
    else:
        said = f"CRS grade {crs.grade} or more, SUSPECTED: from home values, nobody has examined the patient"
    if crs.clinician_grade is not None:
        said += f". A clinician graded {crs.clinician_grade}" + (": differs" if crs.disagrees else "")
    return said


def _course(told: Handover, zone: ZoneInfo) -> str:
    """Say since when it has been so, and where the patient is."""
    episode, said = told.assessment.crs.episode, ""
    if episode is not None and episode.resolved is None:
        said = f"Since {clock(episode.onset, zone)} ({ago(episode.onset, told.at)})"
        worse = episode.peak is not None and episode.peak != told.assessment.crs.grade
        said += f", peak so far {episode.peak}. " if worse else ". "
    expected = f", expected by {told.expected_by.astimezone(zone):%H:%M}" if told.expected_by else ""
    return f"{said}Now {PLACES[told.assessment.place]}{expected}"


def _window(told: Handover) -> Iterator[str]:
    onset, phase = told.onset, told.assessment.window.phase
    if onset is None:
        yield f"When CRS begins: {_PHASES[phase]}"
        return
    yield (
        f"CRS after this dose mostly begins {onset.peak_from_h:.0f}-{onset.peak_to_h:.0f} h after it "
        f"(95 in 100: {onset.low_h:.0f}-{onset.high_h:.0f} h); {_PHASES[phase]}"
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
    for one in told.taken[:MEDICINES]:
        amount = f" {plain(one.amount)} {one.unit or ''}".rstrip() if one.amount is not None else ""
        purpose = f", {one.purpose}" if one.purpose else ""
        until = one.hides_fever_until
        hides = ""
        if until is not None:
            hides = f"; may hide fever until {clock(until, zone)}" if until > told.at else "; no longer hides fever"
        yield Item(text=f"{one.name}{amount}, {clock(one.at, zone)} ({ago(one.at, told.at)}){purpose}{hides}")
    yield from _left_out(len(told.taken) - MEDICINES)
    if not told.taken:
        yield Item(text="No medicine recorded in the last 10 days, premedication included: fever may be hidden")
    if told.support is not None:
        given = told.support.words
        yield Item(text=f"Support entered {clock(told.support.at, zone)}: {'none given' if given == 'none' else given}")


def _patient(told: Handover) -> Iterator[Item]:
    own = told.profile
    weight = NOT_RECORDED if own.weight_kg is None else f"{plain(own.weight_kg)} kg"
    yield Item(text=f"Born {own.born or NOT_RECORDED}. Weight {weight}")
    allergies = NOT_RECORDED if own.allergies is None else ", ".join(own.allergies) or "none known"
    yield Item(text=f"Allergies: {allergies}")
    conditions = ", ".join(sorted(name.replace("_", " ") for name in own.conditions))
    if conditions:
        yield Item(text=f"Conditions: {conditions}")


def _neuro(told: Handover, zone: ZoneInfo) -> Iterator[Item]:
    if told.ice is not None:
        ice = told.ice
        parts = (
            f"orientation {ice.orientation}/4, naming {ice.naming}/3, commands {ice.commands}/1, "
            f"writing {ice.writing}/1, attention {ice.attention}/1"
        )
        yield Item(text=f"ICE {ice.score}/10, {clock(ice.at, zone)} ({ago(ice.at, told.at)}): {parts}")
    if told.capd is not None:
        score = "unable" if told.capd.score is None else f"{told.capd.score}/32"
        yield Item(text=f"CAPD {score}, {clock(told.capd.at, zone)} ({ago(told.capd.at, told.at)})")
    if told.neuro is not None:
        seen = told.neuro
        yield Item(
            text=f"Examined {clock(seen.at, zone)}: awakens {seen.consciousness}, seizure {seen.seizure}, "
            f"motor weakness {'yes' if seen.motor_weakness else 'no'}"
        )
    if told.ice is None and told.capd is None:
        yield Item(text="ICE never asked: ask it now (orientation 4, naming 3, command 1, writing 1, counting back 1)")
    if told.symptoms:
        yield Item(text="Told by the home: " + ", ".join(name.replace("_", " ") for name in told.symptoms))


def _missing(told: Handover) -> Iterator[Item]:
    if told.missing:
        yield Item(text="; ".join(told.missing))
    yield from (Item(text=remark.text) for remark in told.remarks.not_here)


def _think(told: Handover) -> Iterator[Item]:
    yield from _statements(told.prompted)
    yield from _remarks(told.remarks.differential)


def _label(told: Handover) -> Iterator[Item]:
    lines = [*_statements(told.label, about=True), *_statements(told.second, about=True)]
    yield from lines[:LABEL_LINES]
    yield from _left_out(len(lines) - LABEL_LINES)
    if not lines:
        yield Item(text="No grade above 0: nothing of the label applies yet")


def _tocilizumab(sheet: EdSheet) -> Iterator[Item]:
    given = [one for one in sheet.handover.taken if "tocilizumab" in one.name.casefold()]
    now, zone = sheet.handover.at, ZoneInfo(sheet.timezone)
    if given:
        times = ", ".join(f"{clock(one.at, zone)} ({ago(one.at, now)})" for one in given)
        yield Item(text=f"Recorded as given {len(given)} time{'s' if len(given) > 1 else ''} in 10 days: {times}")
    else:
        yield Item(text="None recorded as given in the last 10 days")
    if sheet.department is not None:
        yield Item(text=f"{sheet.department.name}: {sheet.department.stock_words(now.astimezone(zone).date())}")
    yield from _remarks(sheet.handover.remarks.tocilizumab)


def _vital(vital: VitalTold, now: datetime, zone: ZoneInfo) -> VitalRow:
    newest = vital.newest
    well = f"{spell(vital.name, vital.baseline)} {vital.unit}" if vital.baseline else NOT_RECORDED
    name = NAMES[vital.name]
    if newest is None:
        return VitalRow(name=name, newest="not measured", earlier="", well=well, alarming=False)
    site = f" {newest.site}" if newest.site else ""
    doubt = f" (doubtful: {newest.doubts[0]})" if newest.doubts else ""
    old = "" if vital.fresh or vital.name in {"pulse", "respiratory_rate"} else ", OLD"
    change = _change(vital, now)
    return VitalRow(
        name=name,
        newest=f"{spell(vital.name, newest.numbers)} {vital.unit}{site}, {ago(newest.at, now)}{old}{doubt}{change}",
        earlier=", ".join(_earlier(vital, point, newest, zone) for point in reversed(vital.points[:-1])),
        well=well,
        alarming=vital.urgency in {"urgent", "emergency"},
    )


def _earlier(vital: VitalTold, point: Point, newest: Point, zone: ZoneInfo) -> str:
    at = point.at.astimezone(zone)
    same_day = at.date() == newest.at.astimezone(zone).date()
    return f"{spell(vital.name, point.numbers)} at {at:%H:%M}" + ("" if same_day else f" {at:%a}")


def _change(vital: VitalTold, now: datetime) -> str:
    """Return how the first number moved over the last hours, empty where there is nothing to compare."""
    newest = vital.points[-1]
    within = [point for point in vital.points[:-1] if newest.at - point.at <= CHANGE_OVER]
    if not within or now - newest.at > CHANGE_OVER:
        return ""
    moved = newest.numbers[0] - within[0].numbers[0]
    if moved == 0:
        return ""
    told = spell(vital.name, (abs(moved),)) if vital.name == "temperature" else f"{abs(moved).normalize():f}"
    minutes = int((newest.at - within[0].at).total_seconds() // 60)
    over = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004 - as in `ago`
    return f"; {'up' if moved > 0 else 'down'} {told} in {over}"


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
