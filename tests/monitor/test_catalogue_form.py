"""A drug file that a pharmacist could not check is refused by file, drug, key and remedy."""

import copy
import datetime as dt
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from monitor.catalogue_file import (
    SHIPPED,
    CatalogueError,
    drug_files,
    drug_of,
    load_catalogue,
    load_references,
    read_drug,
)

REFERENCES = load_references()


def tree(drug: str) -> dict[str, Any]:
    return tomllib.loads((SHIPPED / f"{drug}.toml").read_text(encoding="utf-8"), parse_float=Decimal)


def refusal(changed: dict[str, Any]) -> str:
    with pytest.raises(CatalogueError) as refused:
        drug_of(changed, REFERENCES, "site/drug.toml")
    return str(refused.value)


def rows(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every row of a parsed file that carries an origin."""
    if isinstance(value, list):
        for each in value:
            yield from rows(each)
    elif isinstance(value, dict):
        if "source" in value:
            yield value
        for each in value.values():
            yield from rows(each)


@pytest.mark.parametrize("file", drug_files(), ids=lambda file: file.stem)
def test_no_row_of_any_file_may_lose_its_source_its_confidence_or_its_date(file: Path) -> None:
    whole = tree(file.stem)
    drug_of(whole, REFERENCES, file.name)
    for index, row in enumerate(list(rows(whole))):
        lost = ("source", "confidence", "checked")[index % 3]
        kept = row.pop(lost)
        assert lost in refusal(whole), row
        row[lost] = kept


@pytest.mark.parametrize("lost", ["source", "confidence", "checked"])
def test_a_step_without_its_origin_is_refused_by_file_drug_and_key(lost: str) -> None:
    changed = tree("teclistamab")
    del changed["schedules"][0]["steps"][1][lost]
    said = refusal(changed)
    assert said.startswith("site/drug.toml: teclistamab: schedules[0].steps[1]")
    assert lost in said


def change(drug: str, *path: str | int, to: Any) -> dict[str, Any]:
    """Return the parsed file with one value replaced."""
    changed = tree(drug)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return changed


def without(drug: str, *path: str | int) -> dict[str, Any]:
    changed = tree(drug)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return changed


def index_of(drug: str, syndrome: str, grade: int, occurrence: str) -> int:
    wanted = (syndrome, grade, occurrence)
    found = [i for i, r in enumerate(tree(drug)["next_dose"]) if (r["syndrome"], r["grade"], r["occurrence"]) == wanted]
    return found[0]


REFUSED = {
    "a source that is not in the list": (
        change("teclistamab", "crs", "rates", 0, "source", to="somewhere"),
        "crs.rates[0].source: 'somewhere' is not in sources.toml; add it",
    ),
    "an empty source": (change("teclistamab", "crs", "rates", 0, "source", to=[]), "source is empty"),
    "a date that is text": (change("teclistamab", "crs", "rates", 0, "checked", to="soon"), "crs.rates[0]"),
    "a confidence nobody defined": (change("teclistamab", "crs", "rates", 0, "confidence", to="sure"), "'sure'"),
    "a key nobody reads": (change("teclistamab", "crs", "rates", 0, "percent", to=1), "rates[0].percent: unknown key"),
    "a rate above all patients": (change("teclistamab", "crs", "rates", 0, "value", to=172), "no percentage"),
    "a timing out of order": (change("teclistamab", "crs", "timings", 0, "low", to=9), "out of order"),
    "a case without an answer": (
        without("talquetamab", "next_dose", index_of("talquetamab", "crs", 3, "recurrent")),
        "next_dose crs grade 3: 0 rows answer the case recurrent, 0 h; close the gap",
    ),
    "a case answered twice": (
        change("talquetamab", "next_dose", index_of("talquetamab", "crs", 3, "first"), "lasted_under_h", to=50),
        "2 rows answer the case first, 48 h; make the rows exclude each other",
    ),
    "a limit that misses one hour": (
        change("talquetamab", "next_dose", index_of("talquetamab", "crs", 3, "first"), "lasted_under_h", to=47),
        "0 rows answer the case first, 47 h; close the gap",
    ),
    "a permanent end that goes on": (
        change(
            "talquetamab",
            "next_dose",
            index_of("talquetamab", "crs", 4, "any"),
            "actions",
            to=["discontinue_permanently", "premedicate"],
        ),
        "stands alone",
    ),
    "an action nobody knows": (change("talquetamab", "next_dose", 0, "actions", to=["wait"]), "next_dose[0].actions"),
    "symptom-free hours without their code": (
        change("talquetamab", "next_dose", 0, "symptom_free_h", to=72),
        "belong together",
    ),
    "restart rows that overlap": (
        change("elranatamab", "schedules", 0, "restart", 0, "days_through", to=15),
        "two rows after 'SUD1' hold on the same day; part their days",
    ),
    "a restart row without days": (
        change("elranatamab", "schedules", 0, "restart", 3, "days_through", to=10),
        "the days of this row are empty",
    ),
    "a restart at a dose that does not exist": (
        change("elranatamab", "schedules", 0, "restart", 0, "give", to=["SUD9"]),
        "no dose is named 'SUD9'",
    ),
    "a doubtful restart that answers alone": (
        change("glofitamab", "schedules", 0, "restart", 0, "actions", to=["proceed"]),
        "must ask the pharmacist",
    ),
    "a step-up that falls": (
        change("elranatamab", "schedules", 0, "steps", 1, "amount", to=5),
        "a step-up never falls",
    ),
    "steps in another order": (
        change("elranatamab", "schedules", 0, "steps", 1, "day", to=9),
        "does not come after SUD2",
    ),
    "two units": (change("elranatamab", "schedules", 0, "steps", 1, "unit", to="mcg"), "different units"),
    "two steps of one name": (
        change("elranatamab", "schedules", 0, "steps", 1, "name", to="SUD1"),
        "two steps are named",
    ),
    "a spacing out of order": (
        change("teclistamab", "schedules", 0, "steps", 1, "spacing", "days_max", to=1),
        "out of order",
    ),
    "hours that run backwards": (
        change("tarlatamab", "schedules", 0, "steps", 0, "observations", 0, "hours_max", to=2),
        "hours_min is above hours_max",
    ),
    "a rate of no schedule": (change("epcoritamab", "crs", "rates", 0, "schedules", to=["cll"]), "'cll'"),
    "a silent gap": (without("teclistamab", "driving"), "driving is neither given nor in not_known"),
    "a gap nobody has": (
        change("tebentafusp", "not_known", 0, "topic", to="driving.at_night"),
        "driving is neither given nor in not_known",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_trusted_is_refused_with_the_remedy(case: str) -> None:
    changed, words = REFUSED[case]
    said = refusal(changed)
    assert words in said
    assert said.startswith("site/drug.toml: ")


def test_a_gap_that_has_been_filled_must_be_taken_off_the_list() -> None:
    changed = tree("teclistamab")
    changed["not_known"].append({"topic": "rems", "looked_for": "x", "checked": dt.date(2026, 11, 21)})
    assert "not_known rems: nothing of that name is missing; remove the row" in refusal(changed)


def copied(folder: Path, *drugs: str) -> Path:
    for name in (*drugs, "sources"):
        content = (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    return folder


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (copied(tmp_path) / "new.toml").write_text("name = ", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"new\.toml: not valid TOML"):
        load_catalogue(tmp_path)


def test_a_folder_without_drugs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no drug files; put one TOML file per drug there"):
        load_catalogue(copied(tmp_path))


def test_a_list_of_sources_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"sources\.toml: no such file; restore it"):
        load_catalogue(tmp_path)


def test_a_source_without_its_citation_is_refused(tmp_path: Path) -> None:
    (copied(tmp_path) / "sources.toml").write_text('[a]\nshort = "A"\ncitation = ""\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"\[a\] needs exactly short and citation"):
        load_references(tmp_path)


def test_two_drugs_never_answer_to_one_name(tmp_path: Path) -> None:
    file = copied(tmp_path, "etentamig", "alnuctamab") / "alnuctamab.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('name = "alnuctamab"', 'name = "ABBV-383"'), encoding="utf-8"
    )
    with pytest.raises(CatalogueError, match="share the name 'abbv383'; rename one"):
        load_catalogue(tmp_path)


def test_a_file_reads_as_it_is_written(tmp_path: Path) -> None:
    folder = copied(tmp_path, "tarlatamab")
    assert read_drug(folder / "tarlatamab.toml", load_references(folder)) == drug_of(
        copy.deepcopy(tree("tarlatamab")), REFERENCES, "tarlatamab.toml"
    )


def test_an_observation_that_asks_about_a_dose_nobody_gives_is_refused() -> None:
    whole = tree("glofitamab")
    whole["schedules"][0]["steps"][1]["observations"][0]["earlier"]["dose"] = "SUD9"
    assert "an observation asks about 'SUD9'; name a step, or `previous`" in refusal(whole)


def test_what_an_observation_asks_of_an_earlier_grade_needs_its_words_and_a_grade_that_exists() -> None:
    whole = tree("glofitamab")
    row = whole["schedules"][0]["steps"][1]["observations"][0]
    row["earlier"]["grade_at_least"] = 5
    assert "grade_at_least is not 1 to 4" in refusal(whole)
    row["earlier"]["grade_at_least"] = 1
    del row["condition"]
    assert "earlier needs its condition in words" in refusal(whole)
