"""Reads the rules, the catalogue and the onset table from monitor/data, and refuses rows without an origin."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from gateway.plausibility_limits import SHIPPED as LIMITS
from gateway.plausibility_limits import load_limits
from monitor import rules as shapes
from monitor import site_rules
from monitor.catalogue import Catalogue, normalise
from monitor.catalogue_file import CatalogueError, catalogue_files, load_catalogue
from monitor.onset_file import onset_table
from monitor.panels import Panels
from monitor.panels_file import SHIPPED as PANELS
from monitor.panels_file import PanelsError, load_panels
from monitor.rule_vectors import check_vectors

HERE = Path(__file__).parent / "data"
SHIPPED = HERE / "rules.toml"
_ONSET = HERE / "onset.toml"
_NEURO = HERE / "neurotoxicity.toml"
_BOUNDS = HERE / "rule_bounds.toml"
_ORIGIN = ("source", "confidence", "checked")
_SUFFIXES = {"_min": timedelta(minutes=1), "_h": timedelta(hours=1), "_hours": timedelta(hours=1)}


_Shape = TypeVar("_Shape")


class RulesError(Exception):
    """The rules cannot be used; the message names the file, the row and the remedy."""


def load_rules(
    file: Path | None = None,
    signed_by: str | None = None,
    signed_on: str | None = None,
    signed_version: str | None = None,
) -> shapes.Rules:
    """Return the shipped rules, with what the site's own `file` changes, and who signed them.

    Raises
    ------
    RulesError
        When a row lacks its source, confidence or date, is no number or lies beyond its bounds, when a test vector of
        the site's file is missing or fails, or when the date of the signature is none.
    """
    if signed_on is not None:
        try:
            date.fromisoformat(signed_on)
        except ValueError as error:
            raise RulesError(f"rules.signed_on {signed_on!r} is not a date; write 2026-12-01") from error
    rules = _shipped() if file is None else _of_site(file)
    return replace(rules, signed_by=signed_by, signed_on=signed_on, signed_version=signed_version)


def load_bounds() -> site_rules.Bounds:
    """Return what a site may change, and within what."""
    return site_rules.read_bounds(_read(_BOUNDS))


def shipped_tree() -> dict[str, Any]:
    """Return the shipped rule file as it is written, every row with its unit and origin."""
    return _read(SHIPPED)


def rules_with(values: Mapping[str, Decimal]) -> shapes.Rules:
    """Return the shipped rules with some rows set otherwise, for trying a number; nothing may be graded by them."""
    shipped = _shipped()
    return _built(site_rules.with_values(shipped_tree(), values, {}), "a trial", version=shipped.version, like=shipped)


@lru_cache(maxsize=1)
def _shipped() -> shapes.Rules:
    tree = _read(SHIPPED)
    return _built(tree, SHIPPED.name, version=f"{tree['version']}+{_digest()}", like=None)


def _of_site(file: Path) -> shapes.Rules:
    """Return the rules of a site: the shipped ones with its rows, once its vectors hold."""
    shipped, tree, bounds, content = _shipped(), shipped_tree(), load_bounds(), _bytes(file)
    try:
        site = site_rules.read_site(_parse(content, file), tree, bounds)
        origins = {change.row: change for change in site.changes}
        own = {change.row: change.value for change in site.changes}
        version = f"{tree['version']}+{site.name}.{_digest(content)}"

        def build(other: Mapping[str, Decimal]) -> shapes.Rules:
            changed = site_rules.with_values(tree, {**own, **other}, origins)
            return _built(changed, file.name, version=version, like=shipped)

        held = check_vectors(site, bounds, build)
    except site_rules.SiteRulesError as error:
        raise RulesError(f"{file}: {error}") from error
    return replace(
        build({}), site=shapes.SiteChanges(name=site.name, file=str(file), changes=site.changes, vectors=held)
    )


def _built(tree: Mapping[str, Any], name: str, *, version: str, like: shapes.Rules | None) -> shapes.Rules:
    """Return the rules that `tree` writes; catalogue, onset table and plausibility limits are those of `like`."""
    number = _Numbers(name, tree)
    return shapes.Rules(
        version=version,
        temperature=number.fill(shapes.TemperatureRules, "temperature"),
        blood_pressure=number.fill(shapes.PressureRules, "blood_pressure"),
        oximetry=number.fill(shapes.OximetryRules, "oximetry"),
        pulse=number.fill(shapes.PulseRules, "pulse"),
        respiratory_rate=number.fill(shapes.BreathRules, "respiratory_rate"),
        ice=number.fill(shapes.IceRules, "ice", best_of=timedelta(days=number.whole("ice", "best_of_days"))),
        neuro=like.neuro if like else _neuro_watches(_read(_NEURO)),
        emergency_ends=number.fill(shapes.EmergencyEndRules, "emergency_ends"),
        late=number.fill(shapes.LateRules, "late"),
        symptoms=number.fill(shapes.SymptomRules, "symptoms"),
        cadence=_cadence(number),
        crs=number.fill(shapes.CrsRules, "crs", **_oxygen(tree, name)),
        masked=number.fill(shapes.MaskedRules, "masked"),
        masking=_masking(tree, name),
        limit_bounds=_bounds(number),
        adult_from_years=number.whole("limit_bounds", "adult_from_years"),
        doses_of_last=timedelta(days=number.whole("window", "doses_of_last_days")),
        plausibility=like.plausibility if like else load_limits(),
        onset=(like.onset if like else onset_table(_read(_ONSET), require_origin)).with_background(
            float(number.exact("window", "background_fever_per_day"))
        ),
        catalogue=like.catalogue if like else _catalogue(),
        panels=like.panels if like else _panels(),
    )


def _panels() -> Panels:
    try:
        return load_panels()
    except PanelsError as error:
        raise RulesError(str(error)) from error


def _read(path: Path) -> dict[str, Any]:
    return _parse(_bytes(path), path)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise RulesError(f"{path}: no such file; name a readable rule file (rules.file)") from error
    except OSError as error:
        raise RulesError(f"{path}: cannot be read: {error.strerror}; name a readable rule file (rules.file)") from error


def _parse(content: bytes, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(f"{path}: not valid TOML: {error}") from error


def _digest(site: bytes = b"") -> str:
    """Return a digest of every file that an answer depends on: two different rule sets never share one."""
    shipped = (SHIPPED, *catalogue_files(), _ONSET, _NEURO, LIMITS, PANELS)
    return hashlib.sha256(b"".join(file.read_bytes() for file in shipped) + site).hexdigest()[:8]


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
        drug = shapes.MaskingDrug(name=row["name"], kind=row["kind"], lasts=timedelta(hours=float(row["hours"])))
        drugs.update({normalise(alias): drug for alias in row["names"]})
    return drugs


def _neuro_watches(tree: Mapping[str, Any]) -> shapes.NeuroWatches:
    rows = {}
    for row in tree["watch"]:
        require_origin(row, f"neurotoxicity.toml: {row.get('drug')}")
        rows[row["drug"]] = shapes.NeuroWatch(
            drug=row["drug"],
            after_dose=timedelta(days=row["days_after_dose"]),
            from_start=timedelta(days=row["days_from_start"]),
            published=row["published"],
            source=row["source"],
            confidence=row["confidence"],
        )
    return shapes.NeuroWatches(any_other=rows.pop("any other"), by_drug=rows)


def _bounds(number: _Numbers) -> dict[str, tuple[Decimal, Decimal]]:
    groups = ("temperature", "oximetry", "blood_pressure", "respiratory_rate")
    return {
        group: (number.exact("limit_bounds", f"{group}_from"), number.exact("limit_bounds", f"{group}_to"))
        for group in groups
    }


def _catalogue() -> Catalogue:
    try:
        return load_catalogue()
    except CatalogueError as error:
        raise RulesError(str(error)) from error
