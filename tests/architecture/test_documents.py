"""The documents say what the code does: every setting, every command, every hazard's test, every link."""

import ast
import re
import subprocess
import sys
from functools import cache

import msgspec
import pytest

from alerts.roster import STAFF_ROLES
from alerts.roster_file import load_roster
from console.command import COMMANDS
from gateway.settings import Settings, known_keys, load_settings

ROW = re.compile(r"^\| `(?P<key>\w+)` \| (?P<default>[^|]+) \| (?P<meaning>[^|]+) \|$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)#]+)[^)]*\)")
MENTION = re.compile(r"`(?P<file>(?:gateway|monitor|alerts|console|deploy|tests|docs|benchmarks)/[\w./-]+)(?:::\w+)?`")
TEST = re.compile(r"`(?P<file>tests/[\w/]+\.py)(?:::(?P<name>\w+))?`")


def documents(root):
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def sections(text, level):
    parts = re.split(rf"^{'#' * level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_setting_is_documented_with_its_default(root):
    described = sections((root / "docs" / "configuration.md").read_text(encoding="utf-8"), 2)
    assert list(described) == list(known_keys())
    defaults = msgspec.to_builtins(Settings())
    for section, keys in known_keys().items():
        rows = {match["key"]: match["default"].strip() for match in ROW.finditer(described[section])}
        assert list(rows) == list(keys), section
        for key, shown in rows.items():
            default = defaults[section][key]
            if default is None:
                assert not shown.startswith("`"), f"{section}.{key} has no default value"
            else:
                spelled = str(default).lower() if isinstance(default, bool) else str(default)
                assert shown == f"`{spelled}`", f"{section}.{key}"


def test_every_command_is_documented_as_it_describes_itself(root):
    page = (root / "docs" / "commands.md").read_text(encoding="utf-8")
    assert list(sections(page, 2)) == list(COMMANDS)
    for title, text in (sections(page, 2) | sections(page, 3)).items():
        assert "Usage: stepguard" in text, title
    cut = [line for line in page.splitlines() if re.search(r"\w-$", line)]
    assert cut == [], "an option or a file is cut at its hyphen and cannot be copied: put it elsewhere in the example"


@pytest.mark.slow
def test_the_printed_help_is_up_to_date(root):
    finished = subprocess.run(
        [sys.executable, "docs/render.py", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr


def test_every_link_leads_somewhere(root):
    for document in documents(root):
        for match in LINK.finditer(document.read_text(encoding="utf-8")):
            assert (document.parent / match["target"]).exists(), f"{document.name}: {match['target']}"


def test_every_file_that_is_mentioned_exists(root):
    for document in documents(root):
        for match in MENTION.finditer(document.read_text(encoding="utf-8")):
            assert (root / match["file"]).exists(), f"{document.name}: {match['file']}"


def test_no_row_of_a_table_stands_outside_it(root):
    for document in documents(root):
        tables = re.findall(r"(?:^\|.*\n?)+", document.read_text(encoding="utf-8"), re.MULTILINE)
        for rows in map(str.splitlines, tables):
            assert re.match(r"\| ?---", rows[1] if rows[1:] else ""), f"{document.name}: no heading above {rows[0]}"
            assert all(row.rstrip().endswith("|") for row in rows), f"{document.name}: a row does not end in {rows[0]}"


def test_every_hazard_names_tests_that_exist(root):
    page = (root / "docs" / "hazards.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| \d", line)]
    numbers = [row.split("|")[1].strip() for row in rows]
    assert len(set(numbers)) == len(numbers) >= 20
    for row in rows:
        named = list(TEST.finditer(row))
        assert named, f"no test proves: {row[:80]}"
        for match in named:
            file = root / match["file"]
            assert file.exists(), match["file"]
            if match["name"]:
                assert match["name"] in functions_of(file), match[0]


@cache
def functions_of(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_decision_says_what_gets_worse(root):
    decisions = sorted((root / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(file.name[:4]) for file in decisions] == list(range(1, len(decisions) + 1))
    for file in decisions:
        text = file.read_text(encoding="utf-8")
        assert re.search(r"^Status: (accepted|superseded)", text, re.MULTILINE), file.name
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings == ["Context", "Options", "Choice", "What gets worse"], file.name


def test_the_glossary_is_sorted_and_each_word_stands_once(root):
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", (root / "docs" / "glossary.md").read_text(), re.MULTILINE)
    words = [row for row in rows if row not in {"word", "---"}]
    assert len(words) >= 20
    assert words == sorted(set(words), key=str.casefold)


def test_the_first_screen_of_the_readme_warns_and_starts(root):
    first_screen = (root / "README.md").read_text(encoding="utf-8").split("\n## ")[0]
    assert "make demo" in first_screen
    assert "make test" in first_screen
    assert "docs/board.svg" in first_screen
    assert "Not a medical device" in first_screen
    assert "engineering defaults that no clinician has signed" in first_screen


def test_the_project_names_no_machine_and_no_registry(root):
    # Spelled in pieces so that this file does not find itself. Where a site installs it is no machine of ours.
    places = ["/ro" + "ot/", "/wo" + "rk/", "/op" + "t/(?!stepguard)", "/home/\\w"]
    forbidden = re.compile("|".join([*places, "py" + "pi\\.org", "python" + "hosted"]))
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        file = root / name
        if not file.exists():
            continue
        found = forbidden.search(file.read_text(encoding="utf-8", errors="replace"))
        assert found is None, f"{name}: {found[0]}"


def test_the_example_site_can_be_used(root):
    load_settings(root / "deploy" / "stepguard.toml", {})
    roster = load_roster(root / "deploy" / "roster.toml")
    assert {duty.role for duty in (*roster.shifts, *roster.rotations)} == set(STAFF_ROLES)
