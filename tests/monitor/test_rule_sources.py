"""No number decides without saying where it comes from, and no answer without saying by which numbers."""

import re

import pytest

from monitor.rulebook import SHIPPED, load_bounds, load_rules, shipped_tree
from monitor.site_rules import SiteRulesError, numbers, read_bounds


def test_every_shipped_row_has_a_source_a_confidence_and_a_date() -> None:
    rows = re.findall(r"^[a-z_]+\.[a-z_0-9]+ = \{.*$", SHIPPED.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 80
    for row in rows:
        assert re.search(r'source = "[^"]+", confidence = "[^"]+", checked = \d{4}-\d\d-\d\d', row), row


def test_every_bound_belongs_to_a_row_and_holds_its_shipped_value() -> None:
    shipped = dict(numbers(shipped_tree()))
    for row, bound in load_bounds().rows.items():
        value, _unit = shipped[row]
        assert bound.least <= value <= bound.most, row
        assert bound.source, row


def test_a_bound_without_its_origin_is_refused() -> None:
    row = {"from": "1", "to": "2", "step": "1", "example": "0h tick", "expects": ["urgency"], "confidence": "x"}
    with pytest.raises(SiteRulesError, match=r"pulse\.watch_bpm lacks source, checked"):
        read_bounds({"ascending": [], "pulse": {"watch_bpm": row}})


@pytest.mark.parametrize("signature", [(None, None, None), ("Dr Ito", "2026-12-01", None), ("Dr Ito", None, "x")])
def test_who_signs_does_not_change_the_version(signature: tuple[str | None, str | None, str | None]) -> None:
    assert load_rules(None, *signature).version == load_rules().version


def test_the_version_names_the_release_and_a_digest() -> None:
    assert re.fullmatch(re.escape(shipped_tree()["version"]) + r"\+[0-9a-f]{8}", load_rules().version)
