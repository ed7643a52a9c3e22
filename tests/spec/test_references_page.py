"""Every source is listed once, is cited by something, and is what a number, a rule or a table names."""

import re

import pytest

import citations
import render


def test_the_printed_references_are_up_to_date():
    assert citations.PAGE.read_text(encoding="utf-8") == citations.page(), (
        "docs/references.md is older than what cites it: run `make docs`"
    )


def test_every_listed_source_is_cited():
    uncited = [key for key, places in citations.citing().items() if not places]
    assert not uncited, f"cite them or take them off the list: {', '.join(uncited)}"


def test_every_source_is_listed_once_and_as_nothing_else():
    listed = list(citations.sources().values())
    assert len({source.citation for source in listed}) == len(listed)
    assert len({source.short for source in listed}) == len(listed)


def test_every_table_has_a_source_that_is_listed():
    lines = list(citations.spec_lines())
    assert len(lines) > 80
    for _, line in lines:
        assert set(citations.cited(line)) <= citations.sources().keys()


def test_every_source_linked_from_the_printed_rules_stands_in_the_references():
    linked = set(re.findall(r"\(references\.md#([^)]+)\)", render.PAGE.read_text(encoding="utf-8")))
    headings = set(re.findall(r"^### (\S+)$", citations.PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert linked
    assert linked <= headings
    assert headings == citations.sources().keys()


@pytest.mark.parametrize("line", ["somebody told us", "engineering; a leaflet", ""])
def test_a_source_nobody_listed_is_refused(line):
    with pytest.raises(LookupError, match=r"list it in docs/sources\.toml"):
        citations.cited(line)


def test_the_longest_way_of_writing_a_source_counts():
    assert citations.cited("HOPA guide of 2025-08-18 to the US labels; the day: engineering") == [
        "hopa-2025",
        "engineering",
    ]
