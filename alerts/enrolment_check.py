"""Lists what is still missing for a patient to be watched over and helped at home. Pure; it stops nothing.

Monitoring begins with the first reading, whatever is missing here. In sentences: docs/behaviour.md, "Enrolment".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from alerts.directory import STOCK_CHECKED_WITHIN, Department, Directory
from monitor.catalogue import Drug, normalise
from monitor.planned_doses import DoseCalendar
from monitor.record import Baseline, Profile, Regimen

CONTACTS_NEEDED = 2
WITHIN_REACH_MIN = 60
"""A way to tocilizumab of more minutes is said to be far (engineering, 2026-11-21; programmes ask for 30 to 90)."""
LIMITS_END_SOON = timedelta(days=14)

Standing = Literal["done", "open", "waiting", "too late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing an enrolment needs. `waiting` is for somebody else to do; `too late` cannot be made up any more."""

    key: str
    what: str
    standing: Standing
    says: str = ""
    remedy: str = ""

    @property
    def missing(self) -> bool:
        """Whether it keeps the enrolment from being complete."""
        return self.standing in {"open", "waiting"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """Everything an enrolment needs, in the order in which it is asked for."""

    items: tuple[Item, ...]

    @property
    def missing(self) -> tuple[Item, ...]:
        """What keeps it from being complete."""
        return tuple(item for item in self.items if item.missing)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSeen:
    """A caregiver's telephone: whether it was tested, and what was said about being texted values."""

    name: str
    state: Literal["unverified", "asked", "verified", "failed"]
    consent: Literal["agreed", "refused", "not asked"]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one patient, from wherever it is kept.

    `profile` holds the baseline as it stands now, with what was entered since. `asked_before_dose` says whether ICE,
    or a child's CAPD, was asked before the first dose.
    """

    code: str
    profile: Profile
    regimen: Regimen
    drug: Drug | None
    contacts: Sequence[ContactSeen]
    hubs: Sequence[str]
    calendar: DoseCalendar
    dosed: bool
    asked_before_dose: bool
    minor: bool
    child: bool


def checklist(known: Known, directory: Directory, now: datetime) -> Checklist:
    """Return what the enrolment of one patient needs and how each stands at `now`."""
    return Checklist(
        items=(
            *_medicine(known),
            *_person(known, now),
            *_contacts(known),
            _department(known, directory, now),
            _kit(known),
            _baseline_answers(known),
        )
    )


def _item(key: str, what: str, said: str | None, missing: str, remedy: str) -> Item:
    """Return an item that is done when something is `said`, else open."""
    if said is not None:
        return Item(key=key, what=what, standing="done", says=said)
    return Item(key=key, what=what, standing="open", says=missing, remedy=remedy)


def _medicine(known: Known) -> Iterator[Item]:
    enroll = f"stepguard enroll {known.code}"
    drug = known.regimen.drug
    unknown = "not named: onset window and label rules are off"
    if drug is not None and known.drug is None:
        unknown = f"{drug} is not in the catalogue: onset window and label rules are off"
    named = drug if known.drug is not None else None
    yield _item("drug", "drug", named, unknown, f"{enroll} --drug, see stepguard drugs")
    schedules = {schedule.id: schedule for schedule in known.drug.schedules} if known.drug else {}
    chosen = next((each for each in schedules if normalise(each) == normalise(known.regimen.schedule or "")), None)
    if chosen is None and len(schedules) == 1:
        chosen = next(iter(schedules))
    title = schedules[chosen].title if chosen is not None else ""
    said = f"{chosen} ({title})" if title else chosen
    choice = f"not named; one of {', '.join(schedules)}" if schedules else "not named"
    yield _item("schedule", "schedule", said, choice, f"{enroll} --schedule")
    over = known.calendar.entries or known.dosed
    planned = _next_dose(known) or ("nothing is planned any more" if over else None)
    yield _item("doses", "planned doses", planned, "none on the calendar", f"stepguard doses plan {known.code} --start")


def _next_dose(known: Known) -> str | None:
    """Return the next planned dose in words, by the clock at home; None when there is none."""
    coming = known.calendar.next
    if coming is None:
        return None
    due = coming.due.astimezone(ZoneInfo(known.profile.timezone))
    late = ", late: none entered" if coming.state == "late" else ""
    return f"next {coming.step} {due:%Y-%m-%d %H:%M}{late}"


def _usual(own: Baseline) -> str:
    return (
        f"{own.temperature_c} C, {own.systolic_mmhg}/{own.diastolic_mmhg} mmHg, SpO2 {own.spo2_pct} %,"
        f" pulse {own.pulse_bpm}"
    )


def _person(known: Known, now: datetime) -> Iterator[Item]:
    profile, enroll = known.profile, f"stepguard enroll {known.code}"
    yield _item(
        "born", "date of birth", profile.born, "not known: judged as an adult, CAPD is not asked", f"{enroll} --born"
    )
    if known.minor:
        yield _limits_of_a_minor(known, now)
    weight = None if profile.weight_kg is None else f"{profile.weight_kg} kg"
    yield _item("weight", "weight", weight, "not known: the emergency department has to weigh", f"{enroll} --weight-kg")
    allergies = None if profile.allergies is None else ", ".join(profile.allergies) or "none known"
    yield _item("allergies", "allergies", allergies, "nobody asked", f"{enroll} --allergy or --no-allergies")
    own = profile.baseline
    lacking = [
        name
        for name, value in (
            ("temperature", own.temperature_c),
            ("upper pressure", own.systolic_mmhg),
            ("lower pressure", own.diastolic_mmhg),
            ("oxygen", own.spo2_pct),
            ("pulse", own.pulse_bpm),
        )
        if value is None
    ]
    yield _item(
        "baseline",
        "usual values",
        None if lacking else _usual(own),
        f"no {', '.join(lacking)}: rules relative to it are off",
        f"{enroll} --temperature-c --systolic-mmhg --diastolic-mmhg --spo2-pct --pulse-bpm",
    )
    yield _item(
        "language",
        "language and time zone",
        None if profile.language is None else f"{profile.language}, {profile.timezone}",
        f"no language; the clock is that of {profile.timezone}",
        f"{enroll} --language --timezone",
    )


def _limits_of_a_minor(known: Known, now: datetime) -> Item:
    limits, today = dict(known.profile.limits), now
    remedy = f"a physician: stepguard enroll {known.code} --profile FILE with patient.limits"
    for group in ("blood_pressure", "oximetry"):
        limit, name = limits.get(group), group.replace("_", " ")
        if limit is None or (limit.until is not None and limit.until <= today):
            said = f"under 18, and no limits of {name} are in force: it is not judged"
            return Item(key="limits", what="own limits", standing="open", says=said, remedy=remedy)
        if limit.until is not None and limit.until - today < LIMITS_END_SOON:
            said = f"under 18, and the limits of {name} end on {limit.until:%Y-%m-%d}"
            return Item(key="limits", what="own limits", standing="open", says=said, remedy=remedy)
    return Item(key="limits", what="own limits", standing="done", says="pressure and oxygen, under 18")


def _contacts(known: Known) -> Iterator[Item]:
    found = list(known.contacts)
    add = f"stepguard contact add {known.code}"
    for place, which in enumerate(("first", "second")[:CONTACTS_NEEDED]):
        name = found[place].name if place < len(found) else None
        missing = "nobody at home can be reached" if place == 0 else "one telephone alone: nobody else when it is off"
        yield _item(f"contact{place + 1}", f"{which} contact", name, missing, add)
    if not found:
        return
    untested = [each for each in found if each.state != "verified"]
    if any(each.state == "failed" for each in untested):
        failed = ", ".join(f"{each.name}: {each.why}" for each in untested if each.state == "failed")
        remedy = f"check the number; stepguard contact verify {known.code}"
        yield Item(key="test", what="test replies", standing="open", says=failed, remedy=remedy)
    elif any(each.state == "unverified" for each in untested):
        names = ", ".join(each.name for each in untested if each.state == "unverified")
        remedy = f"stepguard contact verify {known.code}"
        yield Item(key="test", what="test replies", standing="open", says=f"never tested: {names}", remedy=remedy)
    elif untested:
        names = ", ".join(each.name for each in untested)
        remedy = f"ask them to text the code back; stepguard contact verify {known.code} sends another"
        yield Item(key="test", what="test replies", standing="waiting", says=f"no answer yet: {names}", remedy=remedy)
    else:
        yield Item(key="test", what="test replies", standing="done", says="each has answered")
    unasked = [each.name for each in found if each.consent == "not asked"]
    said = ", ".join(f"{each.name} {each.consent}" for each in found)
    yield _item(
        "consent",
        "consent to texting values",
        None if unasked else said,
        f"not asked: {', '.join(unasked)}; no values are texted to them",
        f"stepguard contact consent {known.code} NUMBER yes|no",
    )


def _department(known: Known, directory: Directory, now: datetime) -> Item:
    """Say whether one department within reach has tocilizumab, as far as anybody asked; the nearest such is named."""
    today = now.astimezone(ZoneInfo(directory.timezone)).date()
    minutes = dict(known.profile.department_minutes)
    chosen = directory.order(known.profile.departments, now)
    key, what = "department", "department with tocilizumab within reach"
    remedy = f"stepguard enroll {known.code} --department KEY --minutes KEY=25; stepguard ed list"
    if not chosen:
        said = "the site has no directory (site.departments)"
        return Item(key=key, what=what, standing="open", says=said, remedy="set site.departments")

    def amiss(one: Department) -> str | None:
        if one.key not in minutes:
            return "how far it is from home is not known"
        if minutes[one.key] > WITHIN_REACH_MIN:
            return f"{minutes[one.key]} min away"
        asked = one.tocilizumab_checked is not None and today - one.tocilizumab_checked <= STOCK_CHECKED_WITHIN
        return None if one.tocilizumab == "yes" and asked else one.stock_words(today)

    near = sorted((one for one in chosen if one.key in minutes), key=lambda one: minutes[one.key])
    good = next((one for one in near if amiss(one) is None), None)
    if good is not None:
        said = f"{good.name}, {minutes[good.key]} min, {good.stock_words(today)}"
        return Item(key=key, what=what, standing="done", says=said)
    said = "; ".join(f"{one.name}: {amiss(one)}" for one in (near or chosen)[:2])
    return Item(key=key, what=what, standing="open", says=said, remedy=remedy)


def _kit(known: Known) -> Item:
    hubs = ", ".join(known.hubs) or None
    remedy = f"stepguard device assign KIT {known.code}; at the console: 4, then p"
    return _item("kit", "home kit", hubs, "no hub stands in this home: values come by text only", remedy)


def _baseline_answers(known: Known) -> Item:
    questions = "CAPD" if known.child else "ICE"
    what = f"{questions} before the first dose"
    if known.asked_before_dose:
        return Item(key="ice", what=what, standing="done", says="asked")
    if known.dosed:
        return Item(key="ice", what=what, standing="too late", says="not asked, and a dose was given")
    remedy = f"stepguard {questions.lower()} {known.code}; at the console: i"
    return Item(key="ice", what=what, standing="open", says="nothing to compare later answers with", remedy=remedy)
