"""Where the shipped files lie, and the installed command beside this Python."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def deploy() -> Path:
    return ROOT / "deploy"


@pytest.fixture(scope="session")
def stepguard() -> Path:
    return Path(sys.executable).parent / "stepguard"
