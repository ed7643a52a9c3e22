"""Reads the fields of the enrolment form one by one: what was understood, and every question. Pure; guesses nothing.

What each field means for a patient: docs/behaviour.md, "Enrolment".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.entry.enrolment_fields import CONDITIONS, NONE_KNOWN, Seen, Values
from console.entry.line import Limited, Setting
from console.entry.moment import Asks
from console.entry.own_values import BASELINE, limit
from console.entry.planned import instant_of, the_schedule
from console.entry.telephones import LANGUAGES, Caregiver, understand_caregiver
from console.views import wording
from monitor.age import is_under
from monitor.catalogue import Catalogue, Drug, Schedule, normalise
from monitor.dose_plan import PlanRefusedError, propose
from monitor.profile_object import LONGEST_CODE, LONGEST_TEAM, strange_code
from monitor.record import Profile
from monitor.usual_values import HEAVIEST_KG

MOST_LATER = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentSetting:
    """What the form is understood against. `dialable` gives a number in full, None where nobody could dial it."""

    now: datetime
    seen: Seen
    catalogue: Catalogue
    dialable: Callable[[str], str | None]
    adult_from_years: int


class FormReading:
    """One reading of the fields: what was understood so far, while every question is collected."""

    def __init__(self, values: Values, setting: EnrolmentSetting) -> None:
        self.values = {name: value.strip() for name, value in values.items()}
        self.setting, self.seen = setting, setting.seen
        self.profile: dict[str, Any] = dict(setting.seen.profile)
        self.drug: Drug | None = None
        self.schedule: Schedule | None = None
        self.zone = ZoneInfo(setting.seen.timezone)
        self.start: datetime | None = None
        self.later = 0
        self.planned: tuple[str, ...] = ()
        self.limits: list[Limited] = []
        self.contacts: list[Caregiver] = []

    def read(self) -> Iterator[Asks]:
        """Give every question, each with the name of its field."""
        for name, reader in (
            ("code", self._code),
            ("drug", self._drug),
            ("schedule", self._schedule),
            ("timezone", self._timezone),
            ("first", self._first),
            ("team", self._team),
            ("born", self._born),
            ("weight", self._weight),
            ("language", self._language),
            ("allergies", self._allergies),
            *((key, self._usual(key)) for key in BASELINE),
            ("conditions", self._conditions),
            ("scale", self._scale),
            ("departments", self._departments),
            ("limit-systolic", self._limit("systolic")),
            ("limit-spo2", self._limit("spo2")),
            *((name, self._contact) for name in self.values if name.startswith("contact")),
            ("kit", self._kit),
        ):
            question = reader(self.values.get(name, ""))
            if question is not None:
                yield Asks(question=question, field=name)
        if (lacking := self._lacking_limits()) is not None:
            yield lacking
        numbers = [each.number for each in self.contacts]
        for place, each in enumerate(self.contacts, 1):
            if numbers.count(each.number) > 1:
                yield Asks(question=f"{each.number} stands there twice.", field=f"contact-{place}")
                return

    def _keep(self, key: str, value: object | None) -> None:
        if value is None:
            self.profile.pop(key, None)
        else:
            self.profile[key] = value

    def _code(self, value: str) -> str | None:
        known = self.seen.code
        if known is not None:
            return None if value == known else f"This is the enrolment of {known}: the code stays."
        if strange_code(value) is not None:
            return f"An opaque code of at most {LONGEST_CODE} characters without blanks, never a name: P-0042"
        taken = next((each for each in self.seen.codes if each.casefold() == value.casefold()), None)
        if taken is not None:
            return f"{taken} is enrolled already: open the patient, and H corrects it."
        self.profile["code"] = value
        return None

    def _drug(self, value: str) -> str | None:
        if not value:
            return None
        self.drug = self.setting.catalogue.find(value)
        if self._stands("drug", value):
            return None  # a drug on trial, named at the command line
        return None if self.drug else f"{value!r} is not in the catalogue: stepguard drugs lists it. Empty: not known."

    def _schedule(self, value: str) -> str | None:
        if not value:
            return None
        if self.drug is None:
            return None if self._stand_both() else "Which drug is it a schedule of?"
        chosen = [each for each in self.drug.schedules if normalise(each.id) == normalise(value)]
        self.schedule = chosen[0] if chosen else None
        known = ", ".join(each.id for each in self.drug.schedules)
        if chosen or self._stand_both():
            return None
        return f"{value!r} is no schedule of {self.drug.name}: {known}"

    def _stand_both(self) -> bool:
        """Whether drug and schedule are those of the enrolment as it stands, known to the catalogue or not."""
        return all(self._stands(name, self.values.get(name, "")) for name in ("drug", "schedule"))

    def _stands(self, name: str, value: str) -> bool:
        return self.seen.code is not None and value == self.seen.values.get(name, "")

    def _timezone(self, value: str) -> str | None:
        try:
            self.zone = ZoneInfo(value or self.seen.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return f"{value!r} is no time zone: Europe/Copenhagen"
        self.profile["timezone"] = self.zone.key
        return None

    def _first(self, value: str) -> str | None:
        if not value:
            return None
        if self.seen.planned:
            return "Doses are planned already: S on the patient's screen changes them."
        *words, last = value.split()
        if last.startswith("+"):
            if not last[1:].isdecimal() or int(last[1:]) > MOST_LATER:
                return f"How many doses after the step-up? +4, at most +{MOST_LATER}."
            self.later = int(last[1:])
        else:
            words.append(last)
        start = instant_of(words, self.zone)
        if isinstance(start, Asks):
            return start.question
        schedule = the_schedule(self.drug, self.schedule.id if self.schedule else None)
        if isinstance(schedule, Asks):
            return schedule.question
        try:
            proposal = propose(schedule, self.zone, start=start, later=self.later)
        except PlanRefusedError as error:
            return f"{error}."
        self.start = start
        missing = (f"NOT {each}" for each in proposal.undated)
        self.planned = (
            *(f"{dose.step} {wording.on_day(dose.due, self.zone, self.setting.now)}" for dose in proposal.doses),
            *missing,
        )
        return None

    def _team(self, value: str) -> str | None:
        if len(value) > LONGEST_TEAM:
            return f"A short name, at most {LONGEST_TEAM} characters: north"
        self._keep("team", value or None)
        return None

    def _born(self, value: str) -> str | None:
        try:
            born = date.fromisoformat(value) if value else None
        except ValueError:
            return f"{value!r} is no date: 1956-03-01"
        if born is not None and born > self.setting.now.astimezone(self.zone).date():
            return f"{value} has not come yet."
        self._keep("born", None if born is None else born.isoformat())
        return None

    def _weight(self, value: str) -> str | None:
        weight = _number(value)
        if value and (weight is None or not 0 < weight <= HEAVIEST_KG):
            return f"{value!r} is no weight in kilograms: 71.5"
        self._keep("weight_kg", weight)
        return None

    def _language(self, value: str) -> str | None:
        if value and value not in LANGUAGES:
            return f"One of {', '.join(LANGUAGES)}."
        self._keep("language", value or None)
        return None

    def _allergies(self, value: str) -> str | None:
        named = [each.strip() for each in value.split(",") if each.strip()]
        if any(each.casefold() == NONE_KNOWN for each in named):
            if len(named) > 1:
                return f"{NONE_KNOWN} and an allergy exclude each other."
            named = []
        self._keep("allergies", named if value else None)
        return None

    def _usual(self, name: str) -> Callable[[str], str | None]:
        own = BASELINE[name]

        def read(value: str) -> str | None:
            baseline = dict(self.profile.get("baseline") or {})
            baseline.pop(own.key, None)
            number = _number(value)
            if value and (number is None or number not in own):
                return f"Usual for the patient, {own.range}; empty: not known."
            if number is not None:
                baseline[own.key] = number
            self.profile["baseline"] = baseline
            return None

        return read

    def _conditions(self, value: str) -> str | None:
        named = value.replace(",", " ").split()
        wrong = next((each for each in named if each not in CONDITIONS), None)
        if wrong is not None:
            return f"{wrong!r} is none of {', '.join(CONDITIONS)}"
        self._keep("conditions", named or None)
        return None

    def _scale(self, value: str) -> str | None:
        if value not in {"", "1", "2"}:
            return "1, or 2 for chronic hypoxia."
        self._keep("spo2_scale", int(value) if value else None)
        return None

    def _departments(self, value: str) -> str | None:
        keys: list[str] = []
        minutes: dict[str, int] = {}
        for part in (each.split() for each in value.split(",") if each.strip()):
            key = next((each for each in self.seen.departments if each.casefold() == part[0].casefold()), None)
            if key is None:
                known = ", ".join(self.seen.departments) or "none, set site.departments"
                return f"{part[0]!r} is no department of the site: {known}"
            if len(part) > 2 or (len(part) > 1 and not part[1].isdecimal()):  # noqa: PLR2004 - key and minutes
                return f"Minutes by road after its key: {key} 25"
            keys.append(key)
            if len(part) > 1:
                minutes[key] = int(part[1])
        self._keep("departments", keys or None)
        self._keep("department_minutes", minutes or None)
        return None

    def _limit(self, group: str) -> Callable[[str], str | None]:
        def read(value: str) -> str | None:
            if not value:
                return None
            setting = Setting(
                now=self.setting.now, zone=self.zone, drug=None, schedule=None, medicines=(), standing_support=None
            )
            found = limit([group, *value.split()], setting)
            if not isinstance(found, Limited):
                return found.question if isinstance(found, Asks) else "Write 85 75 +90d Dr Ito: age 9"
            self.limits.append(found)
            return None

        return read

    def _lacking_limits(self) -> Asks | None:
        """Ask for limits of a patient under age: none are shipped, and an enrolment without them is refused."""
        patient = Profile(code="", born=self.profile.get("born"))
        if not is_under(patient, self.setting.now, self.setting.adult_from_years):
            return None
        given = {each.group for each in self.limits if each.limit is not None} | set(self.profile.get("limits") or {})
        given -= {each.group for each in self.limits if each.limit is None}
        for name, group in (("systolic", "blood_pressure"), ("spo2", "oximetry")):
            if group not in given:
                question = f"Under {self.setting.adult_from_years}: a physician sets limits: 85 75 +90d Dr Ito: age 9"
                return Asks(question=question, field=f"limit-{name}")
        return None

    def _contact(self, value: str) -> str | None:
        if not value:
            return None
        default = self.profile.get("language") or LANGUAGES[0]
        found = understand_caregiver(value, default_language=default, dialable=self.setting.dialable)
        if isinstance(found, str):
            return found
        self.contacts.append(found)
        return None

    def _kit(self, value: str) -> str | None:
        if not value or value == self.seen.hub:
            return None
        if value not in self.seen.spare_hubs:
            spare = ", ".join(self.seen.spare_hubs[:6]) or "none: stepguard device add"
            return f"{value!r} is no spare hub: {spare}"
        if self.seen.hub is not None:
            return f"{self.seen.hub} stands there: 4, then x, changes it for another."
        return None


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
