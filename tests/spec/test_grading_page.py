"""The printed rules are the tested rules."""

import render


def test_the_printed_rules_are_up_to_date():
    assert render.PAGE.read_text(encoding="utf-8") == render.page(), (
        "docs/grading.md is older than the tables: run `python tests/spec/render.py`"
    )


def test_every_chapter_is_printed():
    folders = {path.parent.name for path in render.HERE.glob("*/test_*.py")}
    assert folders - {"properties"} == set(render.CHAPTERS)
