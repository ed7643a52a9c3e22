"""Writes the generated documents, or with --check says which is out of date.

docs/commands.md comes from every command's own --help, docs/grading.md from the tables in tests/spec,
docs/references.md from the lists of sources and everything that cites them, docs/texts.md from the texts themselves.
"""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ROOT / "docs" / "commands.md"
REFERENCES = ROOT / "docs" / "references.md"
TEXTS = ROOT / "docs" / "texts.md"
GRADING = ROOT / "tests" / "spec" / "render.py"

HEAD = """# Commands

Generated from `--help` by `make docs`; do not edit.

Exit code 0: done. 1: it ran and failed. 2: the input cannot be used; one line on stderr names the file, key, argument or event and the remedy. With `--json` machine output stands alone on stdout. Times need an offset or `Z`.
"""  # noqa: E501 - one paragraph of Markdown


def main(arguments: list[str]) -> int:
    """Write the documents, or only compare them."""
    if arguments not in ([], ["--check"]):
        print("usage: render.py [--check]", file=sys.stderr)
        return 2
    pages = {COMMANDS: commands_page(), REFERENCES: references_page(), TEXTS: texts_page()}
    if not arguments:
        for path, wanted in pages.items():
            path.write_text(wanted, encoding="utf-8")
        return subprocess.run([sys.executable, str(GRADING)], check=False).returncode
    stale = [path for path, wanted in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != wanted]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is out of date; run make docs", file=sys.stderr)
    grading = subprocess.run([sys.executable, str(GRADING), *arguments], check=False).returncode
    return 1 if stale or grading else 0


def commands_page() -> str:
    """Return docs/commands.md as it should be."""
    from console.command import COMMANDS as KNOWN  # noqa: PLC0415 - the usage line needs no product

    sections = [f"{HEAD}\n```\n{help_of()}```\n"]
    for name in KNOWN:
        sections += [f"## {name}\n\n```\n{help_of(name)}```\n"]
        sections += [f"### {name} {below}\n\n```\n{help_of(name, below)}```\n" for below in subcommands(help_of(name))]
    return "\n".join(sections)


def references_page() -> str:
    """Return docs/references.md as it should be."""
    from citations import page  # noqa: PLC0415 - the usage line needs no product

    return page()


def texts_page() -> str:
    """Return docs/texts.md as it should be."""
    from texts_page import page  # noqa: PLC0415 - the usage line needs no product

    return page()


def subcommands(text: str) -> Iterator[str]:
    """Give the names listed under "Commands:" of a help text."""
    lines = iter(text.splitlines())
    for line in lines:
        if line == "Commands:":
            break
    for line in lines:
        if not line.strip():
            return
        if line.startswith("  ") and line[2] != " ":
            yield line.split()[0]


def help_of(*command: str) -> str:
    """Return what the command prints about itself, 100 columns wide."""
    from console.command import main as stepguard  # noqa: PLC0415 - the usage line needs no product

    printed = io.StringIO()
    os.environ["COLUMNS"] = "100"
    with contextlib.redirect_stdout(printed):
        code = stepguard([*command, "--help"])
    if code != 0:
        raise SystemExit(f"stepguard {' '.join(command)} --help ended with code {code}")
    return printed.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
