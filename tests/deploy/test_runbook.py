"""The runbook has a chapter for whatever the product can say of itself, collected from the code that says it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PARTS = ("gateway", "monitor", "alerts", "console")
SAYERS = {"Condition": "key", "Trouble": "key", "Fault": "kind", "SetupFault": "kind"}
"""The values that become banners, technical incidents and pages, and which field names what they are about."""

LEAST_WORDS = 8
"""Shorter pieces of a text that is put together stand for nothing by themselves."""

SEVERAL = 3
REMEDIES = ("**What it means.**", "**What to do.**", "**How you know it is over.**")


@pytest.fixture(scope="module")
def runbook(deploy) -> str:
    return (deploy.parent / "docs" / "runbook.md").read_text()


def pieces(node: ast.expr) -> list[str]:
    """Return what a text is made of as far as the code writes it out; what is put in at run time is left out."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return [piece for value in values for piece in pieces(value)]
        case ast.BinOp(left=left, right=right):
            return pieces(left) + pieces(right)
        case ast.IfExp(body=body, orelse=orelse):
            return pieces(body) + pieces(orelse)
        case _:
            return []


def spoken(root: Path) -> Iterator[tuple[str, ast.expr, str]]:
    """Give (what it is about, its text, where) for every condition, trouble and fault that any part can raise."""
    for part in PARTS:
        for file in sorted((root / part).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in SAYERS:
                    continue
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                about = pieces(given[SAYERS[node.func.id]])
                if about:  # a fault made from a condition carries the condition's own words
                    yield about[0].partition(":")[0], given["text"], f"{file.relative_to(root)}:{node.lineno}"


def checks(root: Path) -> Iterator[str]:
    """Give the subjects of /readyz."""
    for part in PARTS:
        for file in sorted((root / part).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "check"
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "account"
                ):
                    yield from pieces(node.args[0])


def headings(text: str) -> set[str]:
    """Return every word in backticks that stands in a heading."""
    lines = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {word for line in lines for word in re.findall(r"`([^`]+)`", line)}


def test_everything_the_product_can_complain_of_has_a_heading(deploy, runbook):
    found = list(spoken(deploy.parent))
    assert len({about for about, _, _ in found}) >= SEVERAL, "this test looks at the wrong calls"
    known = headings(runbook)
    missing = {f"{about} ({where})" for about, _, where in found if about not in known}
    assert missing == set(), "give each a heading with its word in backticks in docs/runbook.md"


def test_every_sentence_of_a_complaint_can_be_looked_up(deploy, runbook):
    words = " ".join(runbook.split())
    lost = [
        f"{piece.strip()!r} ({where})"
        for _, text, where in spoken(deploy.parent)
        for piece in pieces(text)
        if len(piece.strip()) >= LEAST_WORDS and piece.strip(" ;:,") not in words
    ]
    assert lost == [], "quote these in docs/runbook.md, where their condition is explained"


def test_every_reason_not_to_be_ready_is_explained(deploy, runbook):
    subjects = set(checks(deploy.parent)) | {"process", "cycle"}
    assert len(subjects) > SEVERAL, "this test looks at the wrong calls"
    section = runbook.split("\n## When a part is not ready\n", 1)[1].split("\n## ", 1)[0]
    assert subjects - set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == set()


def test_every_code_of_twilio_that_we_know_has_a_remedy(deploy, runbook):
    codes = tomllib.loads((deploy.parent / "alerts" / "data" / "twilio_codes.toml").read_text())["code"]
    listed = set(re.findall(r"\b\d{5}\b", runbook))
    assert len(codes) > SEVERAL
    assert {str(one["code"]) for one in codes} - listed == set()


def test_every_symptom_says_what_it_means_what_to_do_and_how_it_ends(runbook):
    symptoms = runbook.split("\n# Symptoms\n", 1)[1].split("\n## ")[1:]
    assert len(symptoms) > SEVERAL
    for symptom in symptoms:
        title = symptom.splitlines()[0]
        for remedy in REMEDIES:
            assert remedy in symptom, f"{title}: {remedy}"


def test_every_link_within_the_runbook_leads_to_a_chapter(runbook):
    titles = re.findall(r"^#+ (.+)$", runbook, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", runbook)) - anchors == set()


def test_every_command_of_the_runbook_exists(deploy, runbook):
    known = (deploy.parent / "docs" / "commands.md").read_text()
    for line in re.findall(r"^(?:sudo )?stepguard ([a-z][^\n]*)$", runbook, re.MULTILINE):
        words = [word for word in re.split(r"\s", line) if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")]
        longest = next((" ".join(words[:count]) for count in (2, 1) if f"# {' '.join(words[:count])}\n" in known), None)
        assert longest is not None, f"stepguard {line}"
        section = re.split(rf"^#+ {longest}\n", known, flags=re.MULTILINE)[1].split("\n#", 1)[0]
        for option in re.findall(r"--[a-z-]+", line):
            assert option in section, f"stepguard {line}: {option}"
