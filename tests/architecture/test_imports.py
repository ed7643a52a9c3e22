"""What is loaded, and by whom: the contracts in pyproject.toml, and what a real process holds."""

import ast
import importlib.util
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import grimp
import pytest

PACKAGES = ("gateway", "monitor", "alerts", "console")


def packages_among(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_a_gateway_process_holds_no_other_part_no_screen_and_no_vendor(loaded_by):
    loaded = packages_among(loaded_by("import console.command, console.commands.parts, gateway.service"))
    assert "gateway" in loaded
    assert loaded.isdisjoint({"monitor", "alerts", "textual", "twilio", "numpy"})


def test_a_monitor_process_holds_neither_alerts_nor_screen(loaded_by):
    loaded = packages_among(loaded_by("import console.command, console.commands.parts, monitor.service"))
    assert "monitor" in loaded
    assert loaded.isdisjoint({"alerts", "textual", "twilio"})


def test_an_alerts_process_holds_no_screen(loaded_by):
    loaded = packages_among(loaded_by("import console.command, console.commands.parts, alerts.service"))
    assert loaded.isdisjoint({"textual"})


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["dose", "--help"], ["up", "--help"]])
def test_help_and_version_load_neither_database_nor_parts(loaded_by, arguments):
    loaded = loaded_by(f"from console.command import main; main({arguments!r})")
    heavy = {"sqlalchemy", "alembic", "textual", "numpy", "gateway.database", "monitor.rulebook", "alerts.service"}
    assert loaded.isdisjoint(heavy)


def test_replay_needs_no_database(loaded_by):
    loaded = loaded_by("from console.command import main; main(['replay', 'no-such-file.json'])")
    assert "monitor.replay" in loaded
    assert loaded.isdisjoint({"sqlalchemy", "alembic", "textual"})


def test_importing_a_package_costs_nothing(loaded_by):
    loaded = packages_among(loaded_by("import gateway, monitor, alerts, console"))
    assert loaded.isdisjoint({"sqlalchemy", "msgspec", "textual", "typer", "asyncio"})


def test_every_module_that_could_decide_without_io_is_held_to_it(root):
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    contract = next(one for one in contracts if one["name"] == "Deciding modules do no I/O")
    listed, forbidden = set(contract["source_modules"]), set(contract["forbidden_modules"])
    graph = grimp.build_graph(*PACKAGES, include_external_packages=True, exclude_type_checking_imports=True)
    own = {name for name in graph.modules if name.partition(".")[0] in PACKAGES}
    does_io = {one for name in forbidden & graph.modules for one in graph.find_downstream_modules(name)}
    holds_code = {name for name in own if not graph.find_children(name)}
    empty = {"console.screens", "console.widgets", "console.commands"}
    assert holds_code - does_io - listed - empty == set(), "list these in pyproject.toml: they do no I/O"


def test_what_measures_and_documents_asks_for_names_that_exist(root):
    """No type checker reads them, and no test runs the benchmarks."""
    for file in sorted((*(root / "benchmarks").glob("*.py"), *(root / "docs").glob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in PACKAGES:
                module = importlib.import_module(node.module)
                for name in (each.name for each in node.names):
                    known = hasattr(module, name) or importlib.util.find_spec(f"{node.module}.{name}")
                    assert known, f"{file.name}: {node.module}.{name}"


def test_the_console_knows_the_database_only_as_a_session_to_hand_on(root):
    allowed = {"sqlmodel": {"Session"}, "sqlalchemy.exc": {"SQLAlchemyError"}}
    for file in (root / "console").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in {"sqlmodel", "sqlalchemy"}:
                names = {alias.name for alias in node.names}
                assert names <= allowed.get(node.module, set()), f"{file.name}: SQL belongs to the owner of the table"


def test_what_is_imported_is_declared_and_not_merely_brought_along(root):
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[><=]", one)[0] for one in declared}
    distributions = {
        package: {name.lower().replace("_", "-") for name in names}
        for package, names in packages_distributions().items()
    }
    imported = {
        package
        for part in PACKAGES
        for file in (root / part).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for package in _packages_of(node)
    }
    foreign = imported - sys.stdlib_module_names - set(PACKAGES)
    assert {package for package in foreign if names.isdisjoint(distributions[package])} == set()
    assert {name for name in names if not any(name in distributions[package] for package in foreign)} == set()


def _packages_of(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return packages_among({alias.name for alias in node.names})
    return packages_among({node.module}) if isinstance(node, ast.ImportFrom) and node.module else set()
