"""The command as a person meets it: arguments in, lines and an exit code out, in a folder of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.command import main

STEPGUARD = Path(sys.executable).parent / "stepguard"


@dataclass(frozen=True, kw_only=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def object(self):
        """What `--json` printed; fails unless it stands alone on stdout."""
        return json.loads(self.out)

    def refuses(self, *words):
        """Exit 2, nothing on stdout, one line on stderr with every one of `words`, and no traceback."""
        assert self.code == 2, self
        assert self.out == "", self
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err, self.err


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, without configuration from outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("STEPGUARD_DATABASE__URL", "STEPGUARD_CLOCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def stepguard(here, capsys):
    """Run the command in this process."""

    def run(*arguments):
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code=code, out=said.out, err=said.err)

    return run


@pytest.fixture
def installed(here):
    """Run the installed command as a process of its own."""

    def run(*arguments, stdin=None):
        finished = subprocess.run(
            [str(STEPGUARD), *map(str, arguments)], cwd=here, input=stdin, capture_output=True, text=True, check=False
        )
        return Said(code=finished.returncode, out=finished.stdout, err=finished.stderr)

    return run
