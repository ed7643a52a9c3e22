"""`.ci/run` on machines that have more or less: everything it calls is a stand-in that writes down what it was told."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parents[2] / ".ci" / "run"
TOOLS = ("bash", "env", "dirname", "cat", "timeout", "true")
NEEDED = ("mosquitto", "mosquitto_pub", "initdb", "systemd-analyze", "openssl", "nginx", "chromium")
QUICK_S = 1.0


@dataclass
class Machine:
    """A search path with stand-ins only; `told` holds every call of one of them."""

    programs: Path
    told_file: Path

    def has(self, name: str, body: str = "") -> None:
        file = self.programs / name
        file.write_text(f'#!/bin/bash\necho "{name} $*" >> {self.told_file}\n{body}\n')
        file.chmod(0o755)

    def runs(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run([RUN], env={"PATH": str(self.programs)}, capture_output=True, text=True, check=False)

    @property
    def told(self) -> list[str]:
        return self.told_file.read_text().splitlines() if self.told_file.exists() else []


@pytest.fixture
def machine(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool))
    made = Machine(programs, tmp_path / "told")
    made.has("make")
    made.has("id", "echo 1000")
    return made


def packages_of_this_machine() -> set[str]:
    """What is found by its place and not by the search path cannot be taken away from a stand-in machine."""
    placed = {"mosquitto": "/usr/sbin/mosquitto", "nginx-light": "/usr/sbin/nginx"}
    found = {package for package, program in placed.items() if os.access(program, os.X_OK)}
    return found | ({"postgresql"} if list(Path("/usr/lib/postgresql").glob("*/bin/initdb")) else set())


def test_a_machine_that_has_everything_is_checked_and_tested_at_once(machine):
    for name in (*NEEDED, "apt-get", "sudo"):
        machine.has(name)
    began_s = time.monotonic()
    done = machine.runs()
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began_s < QUICK_S
    assert machine.told == ["make check", "make test"]


def test_what_cannot_be_installed_is_named_and_the_tests_run_all_the_same(machine):
    done = machine.runs()
    assert done.returncode == 0
    assert machine.told[-2:] == ["make check", "make test"]
    wanted = {"mosquitto", "mosquitto-clients", "postgresql", "systemd", "openssl", "nginx-light", "chromium"}
    for package in wanted - packages_of_this_machine():
        assert f"not installed: {package};" in done.stderr


def test_rights_are_used_to_install_and_no_service_may_start_meanwhile(machine):
    machine.has("sudo", 'case "$*" in *tee*) cat > /dev/null;; *apt-get*) exit 100;; esac')
    machine.has("apt-get")
    done = machine.runs()
    assert done.returncode == 0, done.stderr
    calls = [line.removeprefix("sudo -n ") for line in machine.told if line.startswith("sudo -n ")]
    forbidden = calls.index("tee /usr/sbin/policy-rc.d")
    updated = next(at for at, call in enumerate(calls) if call.endswith("apt-get --quiet update"))
    allowed = calls.index("rm -f /usr/sbin/policy-rc.d")
    assert forbidden < updated < allowed
    assert machine.told[-2:] == ["make check", "make test"]


def test_a_check_that_fails_fails_the_run(machine):
    for name in NEEDED:
        machine.has(name)
    machine.has("make", '[ "$1" != check ]')
    assert machine.runs().returncode != 0
