"""Reads the rules, the catalogue and the onset table from monitor/data, and refuses rows without an origin."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from gateway.plausibility_limits import load_limits
from monitor import rules as shapes
from monitor.catalogue import Catalogue, Clock, Drug, Observation, Place, Schedule, Step, SyndromeFacts, normalise
from monitor.catalogue_rates import Rate
from monitor.catalogue_rules import NextDoseRule
from monitor.onset_file import onset_table
from monitor.panels import Panels
from monitor.panels_file import SHIPPED as PANELS
from monitor.panels_file import PanelsError, load_panels

HERE = Path(__file__).parent / "data"
SHIPPED = HERE / "rules.toml"
_CATALOGUE = HERE / "catalogue.toml"
_ONSET = HERE / "onset.toml"
_ORIGIN = ("source", "confidence", "checked")
_SUFFIXES = {"_min": timedelta(minutes=1), "_h": timedelta(hours=1), "_hours": timedelta(hours=1)}


_Shape = TypeVar("_Shape")


class RulesError(Exception):
    """The rules cannot be used; the message names the file, the row and the remedy."""


@lru_cache(maxsize=4)
def load_rules(file: Path | None = None, signed_by: str | None = None, signed_on: str | None = None) -> shapes.Rules:
    """Return the rules of `file`, by default those shipped.

    Raises
    ------
    RulesError
        When a row is missing, lacks its source, confidence or date, or is no number.
    """
    path = file or SHIPPED
    tree = _read(path)
    number = _Numbers(path.name, tree)
    return shapes.Rules(
        version=_version(tree, path),
        signed_by=signed_by,
        signed_on=signed_on,
        temperature=number.fill(shapes.TemperatureRules, "temperature"),
        blood_pressure=number.fill(shapes.PressureRules, "blood_pressure"),
        oximetry=number.fill(shapes.OximetryRules, "oximetry"),
        pulse=number.fill(shapes.PulseRules, "pulse"),
        respiratory_rate=number.fill(shapes.BreathRules, "respiratory_rate"),
        ice=number.fill(shapes.IceRules, "ice", best_of=timedelta(days=number.whole("ice", "best_of_days"))),
        emergency_ends=number.fill(shapes.EmergencyEndRules, "emergency_ends"),
        late=number.fill(shapes.LateRules, "late"),
        symptoms=number.fill(shapes.SymptomRules, "symptoms"),
        cadence=_cadence(number),
        crs=number.fill(shapes.CrsRules, "crs", **_oxygen(tree, path.name)),
        masked=number.fill(shapes.MaskedRules, "masked"),
        masking=_masking(tree, path.name),
        limit_bounds=_bounds(number),
        adult_from_years=number.whole("limit_bounds", "adult_from_years"),
        doses_of_last=timedelta(days=number.whole("window", "doses_of_last_days")),
        plausibility=load_limits(),
        onset=onset_table(_read(_ONSET), require_origin),
        catalogue=_catalogue(_read(_CATALOGUE)),
        panels=_panels(),
    )


def _panels() -> Panels:
    try:
        return load_panels()
    except PanelsError as error:
        raise RulesError(str(error)) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError as error:
        raise RulesError(f"{path}: no such file; set rules.file to a readable rule file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(f"{path}: not valid TOML: {error}") from error


def _version(tree: Mapping[str, Any], path: Path) -> str:
    """Return the file's own version with a digest of all three files: two different rule sets never share one."""
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in (path, _CATALOGUE, _ONSET, PANELS)))
    return f"{tree['version']}+{digest.hexdigest()[:8]}"


class _Numbers:
    """Looks up `section.name` rows and converts them to the type the rules ask for."""

    def __init__(self, file: str, tree: Mapping[str, Any]) -> None:
        self._file = file
        self._tree = tree

    def text(self, section: str, name: str) -> str:
        row = self._tree.get(section, {}).get(name)
        if not isinstance(row, Mapping) or "value" not in row:
            raise RulesError(f"{self._file}: {section}.{name} is missing; add it with value, source and date")
        require_origin(row, f"{self._file}: {section}.{name}")
        return str(row["value"])

    def exact(self, section: str, name: str) -> Decimal:
        try:
            return Decimal(self.text(section, name))
        except InvalidOperation as error:
            raise RulesError(f"{self._file}: {section}.{name} must be a number") from error

    def whole(self, section: str, name: str) -> int:
        return int(self.exact(section, name))

    def span(self, section: str, name: str) -> timedelta:
        """Return the row `name` with the unit its suffix says."""
        for suffix, unit in _SUFFIXES.items():
            if name + suffix in self._tree.get(section, {}):
                return float(self.exact(section, name + suffix)) * unit
        raise RulesError(f"{self._file}: {section}.{name}_min (or _h) is missing; add it with value, source and date")

    def fill(self, shape: type[_Shape], section: str, **given: Any) -> _Shape:
        """Build `shape` from the rows of `section`, converting by the field's type."""
        values = dict(given)
        for name, kind in get_type_hints(shape).items():
            if name not in values:
                values[name] = self._convert(kind, section, name)
        return shape(**values)

    def _convert(self, kind: Any, section: str, name: str) -> Any:
        if kind is Decimal:
            return self.exact(section, name)
        if kind is int:
            return self.whole(section, name)
        if kind is timedelta:
            return self.span(section, name)
        words = tuple(word.strip() for word in self.text(section, name).split(","))
        return frozenset(words) if kind == frozenset[str] else tuple(int(word) for word in words)


def require_origin(row: Mapping[str, Any], where: str) -> None:
    """Refuse a row without source, confidence and the date it was checked."""
    missing = [key for key in _ORIGIN if not row.get(key)]
    if missing or not isinstance(row["checked"], date):
        raise RulesError(f"{where} lacks {', '.join(missing) or 'a date in `checked`'}; every number names its origin")


def _cadence(number: _Numbers) -> shapes.CadenceRules:
    def pace(name: str, grace: str) -> shapes.Pace:
        return shapes.Pace(
            interval=number.span("cadence", f"{name}_interval"),
            grace=number.span("cadence", f"{grace}_grace"),
        )

    return number.fill(
        shapes.CadenceRules,
        "cadence",
        calm=pace("calm", "calm"),
        window=pace("window", "window"),
        episode_first=pace("episode_first", "episode"),
        episode=pace("episode", "episode"),
        emergency=pace("emergency", "emergency"),
        episode_first_for=number.span("cadence", "episode_first"),
        discharged_for=number.span("cadence", "discharged"),
        travelling_for=number.span("cadence", "travelling"),
    )


def _oxygen(tree: Mapping[str, Any], file: str) -> dict[str, Any]:
    grades: dict[str, int] = {}
    high = 0
    for row in tree["oxygen"]:
        require_origin(row, f"{file}: oxygen {row.get('device')}")
        grades[row["device"]] = row["grade"]
        high = row.get("above_l_min_grade", high)
    return {"oxygen_grade": grades, "nasal_cannula_high_grade": high}


def _masking(tree: Mapping[str, Any], file: str) -> dict[str, shapes.MaskingDrug]:
    drugs: dict[str, shapes.MaskingDrug] = {}
    for row in tree["masking"]:
        require_origin(row, f"{file}: masking {row.get('name')}")
        drug = shapes.MaskingDrug(name=row["name"], kind=row["kind"], lasts=timedelta(hours=row["hours"]))
        drugs.update({normalise(alias): drug for alias in row["names"]})
    return drugs


def _bounds(number: _Numbers) -> dict[str, tuple[Decimal, Decimal]]:
    groups = ("temperature", "oximetry", "blood_pressure", "respiratory_rate")
    return {
        group: (number.exact("limit_bounds", f"{group}_from"), number.exact("limit_bounds", f"{group}_to"))
        for group in groups
    }


def _catalogue(tree: Mapping[str, Any]) -> Catalogue:
    return Catalogue(drugs=tuple(_drug(row) for row in tree["drug"]))


def _drug(row: Mapping[str, Any]) -> Drug:
    any_grade = _rate(row.get("crs_any_pct"), row["name"])
    return Drug(
        name=row["name"],
        brand=row.get("brand"),
        route=row["route"],
        target=row.get("target"),
        crs=SyndromeFacts(rates=any_grade),
        schedules=tuple(
            Schedule(
                id=schedule["id"],
                route=schedule["route"],
                steps=tuple(_step(step, ordinal) for ordinal, step in enumerate(schedule.get("step", ()), 1)),
            )
            for schedule in row.get("schedule", ())
        ),
        next_dose=tuple(case for rule in row.get("next_dose", ()) for case in _next_dose(rule, row)),
    )


def _step(row: Mapping[str, Any], ordinal: int) -> Step:
    names = {row["name"], *row.get("aliases", ()), f"dose {ordinal}"}
    cycle, day = row.get("cycle"), row.get("day")
    if day is not None:
        names |= {f"C{cycle}D{day}"} if cycle is not None else set()
        names |= {f"D{day}", f"day {day}"} if cycle in {1, None} else set()
    seen = row.get("observation")
    return Step(
        name=row["name"],
        names=frozenset(normalise(name) for name in names),
        ordinal=ordinal,
        cycle=cycle,
        day=day,
        amount=Decimal(row["amount"]) if "amount" in row else None,
        unit=row["unit"],
        rates=_rate(row.get("crs_pct"), row["name"]),
        observations=_observation(seen) if seen else (),
        **_origin(row, f"catalogue.toml: step {row.get('name')}"),
    )


def _observation(row: Mapping[str, Any]) -> tuple[Observation, ...]:
    hours = re.findall(r"\d+", str(row["hours"]))
    kinds: dict[str, Place] = {"hospitalize": "hospitalize", "monitor_in_healthcare_setting": "healthcare_setting"}
    kinds["observe_post_infusion"] = "healthcare_setting"
    clock: Clock = "administration"
    if "infusion" in row["from"]:
        clock = "infusion_end" if row["from"].startswith("end") else "infusion_start"
    return (
        Observation(
            kind=kinds.get(row["kind"], "stay_near_facility"),
            hours_min=Decimal(hours[0]) if hours else None,
            hours_max=Decimal(hours[-1]) if hours else None,
            counted_from=clock,
            **_origin(row, "catalogue.toml: an observation"),
        ),
    )


def _next_dose(row: Mapping[str, Any], drug: Mapping[str, Any]) -> Iterator[NextDoseRule]:
    """Yield one rule for each case the row of the file tells apart: first, first but long, recurrent."""
    origin = _origin(row, f"catalogue.toml: next dose of {drug['name']}")
    same = {"syndrome": row["syndrome"], "grade": row["grade"]}
    actions = tuple(row["actions"])
    text = row.get("text") or ", ".join(action.replace("_", " ") for action in actions)
    free = Decimal(72) if "symptom_free_72h" in actions else None
    recurrent, lasted = row.get("recurrent"), row.get("discontinue_if_lasted_h")
    limit = None if lasted is None else Decimal(lasted)
    yield NextDoseRule(
        **same,
        **origin,
        actions=actions,
        text=text,
        symptom_free_h=free,
        occurrence="first" if recurrent else "any",
        lasted_under_h=limit,
    )
    stop: dict[str, Any] = {"actions": ("discontinue_permanently",), "text": "discontinue permanently"}
    if limit is not None:
        yield NextDoseRule(**same, **origin, **stop, occurrence="first", lasted_at_least_h=limit)
    if recurrent == "discontinue":
        yield NextDoseRule(**same, **origin, **stop, occurrence="recurrent")
    elif recurrent:
        worse = next(
            r for r in drug["next_dose"] if r["syndrome"] == row["syndrome"] and r["grade"] == row["grade"] + 1
        )
        yield NextDoseRule(
            **same,
            **origin,
            actions=tuple(worse["actions"]),
            text=worse.get("text") or "as grade 3",
            symptom_free_h=free,
            occurrence="recurrent",
        )


def _rate(row: Mapping[str, Any] | None, where: str) -> tuple[Rate, ...]:
    if row is None:
        return ()
    return (Rate(what="any grade", value=Decimal(row["value"]), **_origin(row, f"catalogue.toml: a rate of {where}")),)


def _origin(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    require_origin(row, where)
    return {key: row[key] for key in _ORIGIN}
