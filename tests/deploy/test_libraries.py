"""Each library is where docs/decisions/0017 says, and nowhere else in the product."""

import ast
import functools
import re
from collections import defaultdict

import pytest

DECISION = "docs/decisions/0017-the-libraries-we-build-on.md"
PARTS = ("gateway", "monitor", "alerts", "console")


@functools.cache
def importers(root) -> dict[str, set[str]]:
    """Return the modules of the product by the packages that they import."""
    found = defaultdict(set)
    for part in PARTS:
        for file in (root / part).rglob("*.py"):
            module = ".".join(file.relative_to(root).with_suffix("").parts)
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module:
                    names = [node.module]
                for name in names:
                    found[name.partition(".")[0]].add(module)
    return found


def imported_by(root, library: str) -> set[str]:
    """Return the modules of the product that import a library."""
    return importers(root)[library]


@pytest.fixture(scope="module")
def rows(deploy):
    """What the decision says of each library: its name and the modules of the second column."""
    text = (deploy.parent / DECISION).read_text()
    found = re.findall(r"^\| (\w+)[^|]*\| ([^|]+)\|", text, re.MULTILINE)
    return {name: re.findall(r"`((?:gateway|monitor|alerts|console)[\w.*]*)`", where) for name, where in found[1:]}


@pytest.mark.parametrize("library", ["aiomqtt", "apscheduler", "textual", "twilio", "numpy", "fpdf"])
def test_a_library_is_where_the_decision_says_and_nowhere_else(deploy, rows, library):
    homes = [home.rstrip("*") for home in rows[library]]
    users = imported_by(deploy.parent, library)
    assert users
    for home in homes:
        assert any(user.startswith(home) for user in users), f"{home} does not use {library}"
    strays = {user for user in users if not any(user.startswith(home) for home in homes)}
    assert strays == set()


def test_every_part_that_owns_tables_makes_them_with_sqlmodel(deploy, rows):
    assert set(rows["sqlmodel"]) <= imported_by(deploy.parent, "sqlmodel")


def test_all_six_are_dependencies(deploy):
    project = (deploy.parent / "pyproject.toml").read_text()
    for library in ("aiomqtt", "paho-mqtt", "sqlmodel", "apscheduler", "textual", "twilio", "numpy"):
        assert f'"{library}>=' in project
