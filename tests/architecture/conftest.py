"""Where the project lies, and fresh interpreters that say what they loaded."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def loaded_by() -> Callable[[str], set[str]]:
    """Run code in a fresh interpreter and give the names of every module it then holds."""

    def run(code: str) -> set[str]:
        report = "import sys, json; sys.__stdout__.write('\\n' + json.dumps(sorted(sys.modules)))"
        finished = subprocess.run(
            [sys.executable, "-c", f"{code}\n{report}"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return set(json.loads(finished.stdout.splitlines()[-1]))

    return run
