"""Writes docs/grading.md from the specification tables: what is printed there is what is tested.

Run `python tests/spec/render.py`; a test fails while the page is older than the tables.
"""

import runpy
import sys
from pathlib import Path

from spec_shorthand import KEY

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "grading.md"
CHAPTERS = {
    "crs_grade": "CRS grade",
    "neurotoxicity": "Neurotoxicity",
    "masking": "Masking",
    "episodes": "Episodes",
    "onset_window": "Onset window",
    "next_dose": "Next dose",
    "restart": "Restart",
    "guidance": "Guidance",
    "cadence": "Cadence",
    "missing_and_stale": "Missing and stale",
    "symptoms": "Symptoms",
    "place": "Place",
    "urgency": "Urgency",
    "reading_a_value": "Reading a value",
    "scores": "Scores beside the grade",
    "settled_details": "Settled details",
}
INTRODUCTION = """# Grading

How readings become an assessment. Every row below is a test: the timeline is replayed and each filled cell compared with
the last line. An empty cell is not compared, `-` is null. The thresholds are unsigned engineering defaults unless a
source is named; this is not a medical device.

Unless a row says otherwise the patient has a baseline of 36.6 C, 124/76 mmHg, SpO2 97 and pulse 74, lives in UTC, is at
home, and receives teclistamab.

## How a timeline is written
"""


def page() -> str:
    """Return the whole page as markdown."""
    parts = [INTRODUCTION, KEY.strip(), ""]
    for folder, chapter in CHAPTERS.items():
        parts += [f"## {chapter}", ""]
        for path in sorted((HERE / folder).glob("test_*.py")):
            module = runpy.run_path(str(path), run_name="spec")
            if "CASES" in module:
                parts += _section(module)
    return "\n".join(parts).rstrip() + "\n"


def _section(module: dict[str, str]) -> list[str]:
    lines = [f"### {module['title']}", "", " ".join(module["text"].split()), "", f"Source: {module['source']}.", ""]
    if given := module.get("given"):
        lines += [f"Every row begins with `{given}`.", ""]
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in module["CASES"].strip().splitlines()]
    lines += [_row(["case", *header[1:]]), _row(["---"] * len(header))]
    column = header.index("when")
    lines += [_row([f"`{cell}`" if place == column else cell for place, cell in enumerate(row)]) for row in rows]
    return [*lines, ""]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(HERE.parents[1])}: written\n")
