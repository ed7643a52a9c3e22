"""Runs every table of a specification module: a test that asks for `case` runs once for each row of `CASES`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))
sys.path.insert(0, str(Path(__file__).parent))

from spec_tables import parse


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        cases = parse(metafunc.module.CASES, getattr(metafunc.module, "given", ""))
        metafunc.parametrize("case", cases, ids=[case.name for case in cases])
