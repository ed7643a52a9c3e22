"""No number decides without saying where it comes from."""

import re
from pathlib import Path

import pytest

from monitor.rulebook import SHIPPED, RulesError, load_rules

FEVER = 'source = "Lee 2019, doi:10.1016/j.bbmt.2018.12.758", confidence = "published", checked = 2026-11-21'


def changed(folder: Path, old: str, new: str) -> Path:
    rules = SHIPPED.read_text(encoding="utf-8")
    assert old in rules
    file = folder / "site.toml"
    file.write_text(rules.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize("lost", ["source", "confidence", "checked"])
def test_a_number_without_its_origin_is_refused_by_file_and_row(tmp_path: Path, lost: str) -> None:
    kept = re.sub(rf',? ?{lost} = ("[^"]*"|[\d-]+)', "", FEVER).lstrip(", ")
    with pytest.raises(RulesError, match=r"site\.toml: temperature\.fever_c"):
        load_rules(changed(tmp_path, FEVER, kept))


def test_a_number_that_is_missing_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"temperature\.fever_c is missing; add it with value, source and date"):
        load_rules(changed(tmp_path, "temperature.fever_c", "temperature.fever"))


def test_another_number_is_another_version_of_the_rules(tmp_path: Path) -> None:
    stricter = load_rules(changed(tmp_path, 'value = "38.0"', 'value = "37.8"'))
    assert stricter.version != load_rules().version
