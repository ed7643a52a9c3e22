"""The shipped units: systemd finds nothing to say against them, and what they start exists with these arguments."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
INSTALLED = "/opt/stepguard/.venv/bin/stepguard"
EXPOSURE = "13"  # systemd's own scale times ten: 100 is unprotected, below 20 is its best class
REFUSE_WRITABLE_CODE = 65  # prctl PR_SET_MDWE, what MemoryDenyWriteExecute= stands for on newer kernels
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze: apt install systemd"
)


def lines(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if line and not line.startswith("#")]


def values(file: Path, key: str) -> list[str]:
    return [line.partition("=")[2] for line in lines(file) if line.startswith(f"{key}=")]


def hardening(file: Path) -> list[str]:
    """What follows the sentence about rights, to the end of the section."""
    block = file.read_text().split("# Nothing on this machine is the service's own", 1)[1]
    return block.split("\n\n", 1)[0].splitlines()[1:]


@pytest.fixture
def adapted(tmp_path, stepguard):
    """The units with the path of the command that is really here, so that verify looks at a program that exists."""
    for file in UNITS.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_text(file.read_text().replace(INSTALLED, str(stepguard)))
    return sorted(tmp_path.iterdir())


@needs_systemd
def test_systemd_has_nothing_to_say_against_the_units(adapted):
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=yes", *adapted],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.name)
def test_every_service_is_exposed_little(file):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_is_held_to_the_same_rights():
    assert len({tuple(hardening(file)) for file in SERVICES}) == 1
    assert len(hardening(SERVICES[0])) > 20


def test_a_part_that_ends_is_started_again_for_ever():
    assert SERVICES
    for file in SERVICES:
        assert values(file, "Restart") == ["always"], file.name
        assert values(file, "StartLimitIntervalSec") == ["0"], file.name


def test_no_service_claims_a_readiness_or_a_watchdog_that_nothing_speaks():
    for file in SERVICES:
        assert values(file, "Type") == ["exec"], file.name
        assert values(file, "WatchdogSec") == [], file.name


def test_stopping_is_given_the_time_a_drain_may_take():
    from console.running import LEAVE_WITHIN_S, ORDER_OF_LEAVING  # noqa: PLC0415 - only this test needs the parts

    for file in SERVICES:
        [patience_s] = map(float, values(file, "TimeoutStopSec"))
        assert patience_s > 2 * LEAVE_WITHIN_S * len(ORDER_OF_LEAVING), file.name


def test_the_group_and_the_three_services_never_run_beside_each_other():
    apart = {"stepguard-watchdog.service", "stepguard-web.service"}
    names = {file.name for file in SERVICES} - {"stepguard.service"} - apart
    [conflicts] = values(UNITS / "stepguard.service", "Conflicts")
    assert set(conflicts.split()) == names | {"stepguard.target"}
    [wanted] = values(UNITS / "stepguard.target", "Wants")
    assert set(wanted.split()) == names


def test_the_bells_of_all_services_hang_in_one_place():
    places = {line for file in SERVICES for line in values(file, "Environment") if "TMPDIR" in line}
    assert len(places) == 1
    for file in SERVICES:
        assert values(file, "RuntimeDirectoryPreserve") == ["yes"], file.name


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.name)
def test_what_a_service_starts_is_a_command_that_takes_these_arguments(file, stepguard):
    [command] = values(file, "ExecStart")
    program, subcommand, *arguments = command.split()
    assert program == INSTALLED
    done = subprocess.run(
        [stepguard, subcommand, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "200"},
    )
    for option in (one for one in arguments if one.startswith("--")):
        assert option in done.stdout


def test_every_dropped_in_secret_is_one_the_settings_read():
    from gateway.settings import SECRETS  # noqa: PLC0415 - only this test needs the settings

    readable = {f"STEPGUARD_{section}__{key}_FILE".upper() for section, key in SECRETS} | {
        "STEPGUARD_DATABASE__URL_FILE"
    }
    given = set()
    for file in (UNITS / "secrets").glob("*.conf"):
        credentials = [line.partition(":")[0] for line in values(file, "LoadCredential")]
        for line in values(file, "Environment"):
            variable, _, place = line.partition("=")
            given.add(variable)
            assert place.removeprefix("%d/") in credentials, file.name
    assert given == readable


def test_the_libraries_need_no_memory_that_is_writable_and_executable():
    libc = ctypes.CDLL(None)
    code = (
        f"import ctypes, os, sys; ctypes.CDLL(None).prctl({REFUSE_WRITABLE_CODE}, 1, 0, 0, 0) == 0 or sys.exit(77);"
        "os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])"
    )
    work = (
        "import aiohttp, aiomqtt, apscheduler, mmap, numpy, psycopg, twilio.rest, sqlmodel, ssl;"
        "from argon2 import PasswordHasher; PasswordHasher().hash('x'); numpy.ones((99, 99)) @ numpy.ones((99, 99))\n"
        "try: mmap.mmap(-1, 4096, prot=7)\n"
        "except PermissionError: print('refused')"
    )
    assert hasattr(libc, "prctl")
    done = subprocess.run([sys.executable, "-c", code, work], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("needs a kernel of 6.3 or newer: it cannot refuse writable code")
    assert (done.returncode, done.stdout.strip()) == (0, "refused"), done.stderr


def test_the_folders_of_the_examples_lie_where_alerts_may_write_and_the_installation_makes_them(deploy):
    install = (deploy.parent / "docs" / "install.md").read_text()
    [made] = re.findall(r"^sudo install -d -o stepguard -g stepguard -m 0700 (.+)$", install, re.MULTILINE)
    for name, unit in (("stepguard.toml", "stepguard.service"), ("site.toml", "stepguard-alerts.service")):
        given = tomllib.loads((deploy / name).read_text())
        [state] = values(UNITS / unit, "StateDirectory")
        for folder in (given["backup"]["folder"], given["site"]["downtime_folder"]):
            assert Path(folder).parent == Path("/var/lib") / state, name
            assert folder in made.split()


def test_units_name_only_files_that_are_shipped(deploy):
    for file in (one for one in UNITS.rglob("*") if one.is_file()):
        for path in re.findall(r"/opt/stepguard/((?:docs|deploy)/[\w./-]+)", file.read_text()):
            assert (deploy.parent / path).is_file(), f"{file.name}: {path}"
