"""The second reference and the prompts come with their origin, or not at all."""

from pathlib import Path

import pytest

from monitor.panels_file import SHIPPED, PanelsError, load_panels


def changed(folder: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    file = folder / "panels.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize("lost", ['source = "IMWG 2024, Lancet Oncol 25:e205, panel 1"\n', 'confidence = "review"\n'])
def test_a_row_without_its_origin_is_refused_by_file(tmp_path: Path, lost: str) -> None:
    with pytest.raises(PanelsError, match=r"panels\.toml.*rows\[0\]|panels\.toml.*required"):
        load_panels(changed(tmp_path, lost, ""))


def test_a_row_without_the_day_it_was_checked_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PanelsError, match="checked"):
        load_panels(changed(tmp_path, "checked = 2026-11-21\n", ""))


def test_a_grade_that_is_missing_or_doubled_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PanelsError, match="grades 1 to 4"):
        load_panels(changed(tmp_path, "grade = 2", "grade = 1"))


def test_a_prompt_nobody_evaluates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PanelsError, match="something_else"):
        load_panels(changed(tmp_path, 'kind = "long_symptoms"', 'kind = "something_else"'))


def test_an_unknown_key_is_refused_so_that_no_number_is_silently_unused(tmp_path: Path) -> None:
    with pytest.raises(PanelsError, match="onse_c"):
        load_panels(changed(tmp_path, "once_c", "onse_c"))


def test_panels_are_written_for_the_targets_they_name() -> None:
    panels = load_panels()
    assert panels.written_for("BCMA x CD3")
    assert not panels.written_for("CD20 x CD3")
    assert not panels.written_for(None)
