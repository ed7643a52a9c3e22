"""The reference documents are whole: every name the code has is in them, and nothing names a paper that is not here."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec

from console.command import COMMANDS
from gateway.intake import _LATER_LEAVES, READING_LEAF, STATE_LEAF
from gateway.mqtt.topics import PREFIX
from gateway.native_object import _KNOWN_KEYS, _PARTS
from gateway.reading import FLAGS, SITES
from gateway.settings import known_keys
from monitor.assessment import Assessment
from monitor.timeline import _READERS, OXYGEN_DEVICES

DOCUMENT = re.compile(r"(?<![\w./*-])(?P<path>(?:[\w-]+/)*[\w-]+\.md)\b")
CITATION = re.compile(r"(?P<path>docs/[\w/-]+\.md), \"(?P<heading>[^\"]+)\"")
QUOTED = re.compile(r"`([^`\n]+)`")


def tracked(root: Path) -> Iterator[tuple[str, str]]:
    """Give every text file of the project with its text; the index is asked, so that no scratch file counts."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        file = root / name
        if not file.is_file():
            continue
        try:
            yield name, file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def page(root: Path, name: str) -> str:
    return (root / "docs" / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(text: str) -> list[str]:
    """Return what stands in backticks in the first cell of each row of the tables in `text`."""
    rows = (line.split("|")[1] for line in text.splitlines() if line.startswith("| "))
    return [word for cell in rows for word in QUOTED.findall(cell)]


def test_no_file_names_a_document_that_does_not_exist(root):
    dangling = [
        f"{name}: {match['path']}"
        for name, text in tracked(root)
        for match in DOCUMENT.finditer(text)
        if not any((place / match["path"]).is_file() for place in (root, (root / name).parent, root / "docs"))
    ]
    assert dangling == []


def test_every_cited_heading_stands_in_the_document_cited(root):
    for name, text in tracked(root):
        for match in CITATION.finditer(text):
            headings = re.findall(r"^#+ (.+)$", (root / match["path"]).read_text(encoding="utf-8"), re.MULTILINE)
            assert match["heading"] in headings, f"{name}: {match[0]}"


def test_every_setting_is_listed_and_no_other(root):
    settings = [f"{part}.{key}" for part, keys in known_keys().items() for key in keys]
    assert sorted(first_cells(section(page(root, "interfaces.md"), "Configuration"))) == sorted(settings)


def test_every_assessment_key_is_listed_and_no_other(root):
    assert first_cells(section(page(root, "interfaces.md"), "Assessment")) == list(keys_of(Assessment))


def keys_of(shape: type, above: str = "") -> Iterator[str]:
    """Give the key of every field in dots, those of an object after or instead of its own: null may stand for it."""
    for field in msgspec.structs.fields(shape):
        nested = [kind for kind in (field.type, *get_args(field.type)) if is_struct(kind)]
        if not nested or type(None) in get_args(field.type):
            yield f"{above}{field.encode_name}"
        for kind in nested:
            yield from keys_of(kind, f"{above}{field.encode_name}.")


def is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def test_every_topic_is_listed(root):
    listed = first_cells(section(page(root, "interfaces.md"), "MQTT"))
    up = {READING_LEAF, STATE_LEAF, *_LATER_LEAVES}
    for leaf in up | {f"down/{leaf}" for leaf in leaves_sent_down(root)}:
        topic = f"{PREFIX}/H/{leaf}"
        assert any(one == topic or one.startswith(f"{topic}/") for one in listed), topic


def leaves_sent_down(root: Path) -> set[str]:
    """Return the leaves below `down/` that the gateway's code sends on, as they stand in its calls."""
    found = set()
    for file in (root / "gateway").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and called(node) in {"send_down", "down_topic"} and len(node.args) > 1:
                leaf = node.args[1]
                if isinstance(leaf, ast.Constant):
                    found.add(leaf.value)
    assert found, "nothing is sent down: this test looks at the wrong calls"
    return found


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_every_key_and_word_of_a_reading_is_listed(root):
    text = section(page(root, "interfaces.md"), "Native reading")
    listed = set(QUOTED.findall(text))
    nested = {f"{part}.{key}" for part, keys in _PARTS.items() for key in keys - {"flags"}}
    for word in (_KNOWN_KEYS - _PARTS.keys()) | nested | SITES | FLAGS:
        assert word in listed, word


def test_every_event_of_a_timeline_is_listed_and_no_other(root):
    text = section(page(root, "interfaces.md"), "Timeline")
    assert set(first_cells(text)) - {"type"} == set(_READERS)
    assert set(OXYGEN_DEVICES) <= set(QUOTED.findall(text))


def test_every_command_is_listed(root):
    text = section(page(root, "interfaces.md"), "Commands").split("`--json` is understood by")[0]
    assert set(COMMANDS) == set(first_cells(text))


def test_what_every_command_prints_for_machines_is_listed_and_no_other(root):
    helps = re.split(r"^###? ", page(root, "commands.md"), flags=re.MULTILINE)[1:]
    prints = {each.splitlines()[0] for each in helps if re.search(r"^  --json\b", each, re.MULTILINE)}
    text = section(page(root, "interfaces.md"), "Commands").split("`--json` is understood by")[1]
    listed = re.findall(r"`([a-z][a-z -]*?)(?: --(?:headless|once))? --json`", text)
    assert set(listed) == prints


def test_the_behaviour_that_later_versions_bring_is_named(root):
    for name in ("interfaces.md", "behaviour.md"):
        assert "**Not yet" in page(root, name), name
