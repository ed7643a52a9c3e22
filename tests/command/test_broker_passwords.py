"""Hubs get their line in Mosquitto's password file when their password is made; a real Mosquitto lets them in by it."""

import stat
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from aiomqtt.exceptions import MqttConnectError

PATIENCE_S = 10.0


async def lets_in(broker: Any, name: str, password: str) -> bool:
    try:
        async with aiomqtt.Client(
            "127.0.0.1", broker.port, username=name, password=password, identifier=name, timeout=PATIENCE_S
        ):
            return True
    except MqttConnectError:  # the broker's own refusal, unlike one that is away
        return False


async def test_mosquitto_takes_the_password_that_was_printed(stepguard: Any, make_mosquitto: Any):
    broker = make_mosquitto()
    file = broker.folder / "passwords"
    first = stepguard("device", "add", "kit-1", "--mosquitto-passwords", file)
    assert first.code == 0, first.err
    assert "systemctl reload mosquitto" in first.err
    second = stepguard("device", "password", "kit-1", "--mosquitto-passwords", file).out.strip()
    other = stepguard("device", "add", "kit-2", "--mosquitto-passwords", file).out.strip()
    assert stepguard("device", "disable", "kit-2", "--mosquitto-passwords", file).code == 0
    broker.start()
    assert await lets_in(broker, "kit-1", second)
    assert await lets_in(broker, "stepguard", broker.passwords["stepguard"]), "lines of others stay"
    assert not await lets_in(broker, "kit-1", first.out.strip())
    assert not await lets_in(broker, "kit-2", other)
    assert second not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_file_keeps_its_mode_and_other_lines(stepguard: Any, here: Path):
    file = here / "passwords"
    file.write_text("dashboard:$7$101$c2FsdA==$ZGlnZXN0\n")
    file.chmod(0o640)
    assert stepguard("device", "add", "kit-1", "--mosquitto-passwords", file).code == 0
    lines = file.read_text().splitlines()
    assert lines[0] == "dashboard:$7$101$c2FsdA==$ZGlnZXN0"
    assert [line.partition(":")[0] for line in lines] == ["dashboard", "kit-1"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_file_that_cannot_be_written_changes_nothing(stepguard: Any, here: Path):
    refused = stepguard("device", "add", "kit-1", "--mosquitto-passwords", here / "nowhere" / "passwords")
    assert refused.code == 2
    assert "nowhere/passwords" in refused.err
    assert stepguard("device", "add", "kit-1").code == 0, "the hub was not added by the try that failed"


@pytest.mark.parametrize("name", ["stepguard", "patients", "incidents"])
def test_no_hub_may_have_a_name_that_the_system_needs_at_the_broker(stepguard: Any, name: str):
    refused = stepguard("device", "add", name)
    assert (refused.code, "kept for the system" in refused.err) == (2, True)
