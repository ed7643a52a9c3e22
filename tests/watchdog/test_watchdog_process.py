"""The command itself, as a process of its own: one round, its exit codes, and its end without a word."""

import asyncio
import json
import os
import signal
import socket

import msgspec
import pytest
from aiohttp import ClientSession

from console.command import main
from gateway.clock import WallClock

WITHIN_S = 30.0


async def ran(watched, *arguments: str) -> tuple[int, str, str]:
    command, environment = watched.program()
    process = await asyncio.create_subprocess_exec(
        *command,
        *arguments,
        env=environment,
        cwd=os.environ.get("TMPDIR", "/tmp"),  # noqa: S108 - a folder in which no configuration lies
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, logged = await asyncio.wait_for(process.communicate(), WITHIN_S)
    return process.returncode or 0, said.decode(), logged.decode()


async def test_one_round_is_told_leg_by_leg_calls_nobody_and_fails_when_the_house_is_gone(watched):
    code, said, _ = await ran(watched, "--once", "--json")
    answer = json.loads(said)
    assert (code, answer["well"], answer["findings"]) == (0, True, [])
    assert answer["round"]["state"] == "well"
    assert answer["round"]["legs_s"]["received"] > answer["round"]["legs_s"]["published"] > 0
    await watched.stop_chain()
    code, said, _ = await ran(watched, "--once")
    assert code == 1
    assert "FAULT the way in for hubs takes no connection: nobody listens" in said.splitlines()
    assert watched.called() == []


@pytest.mark.faults
async def test_a_watchdog_that_is_killed_is_missed_by_the_house_within_seconds(watched, until):
    command, environment = watched.program()
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await until(lambda: watched.lines()["watchdog"].state == "ok")
        process.send_signal(signal.SIGKILL)
        await asyncio.wait_for(process.wait(), WITHIN_S)
        await until(lambda: watched.lines()["watchdog"].state == "failed")
        async with ClientSession() as session, session.get(f"http://{watched.address}/readyz") as answer:
            told = {line["subject"]: line["text"] for line in (await answer.json())["system"]}
        assert told["watchdog"] == "the watchdog watchdog has not been heard of since"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.faults
async def test_a_house_that_is_killed_with_all_its_processes_is_called_at_the_second_look(watched, until, free_port):
    """The real group of processes in place of the one in this test: killed as by the kernel, no word of goodbye."""
    await watched.stop_chain()
    admin, house = f"127.0.0.1:{free_port()}", watched.house
    environment = {
        "PATH": os.environ["PATH"],
        "STEPGUARD_DATABASE__URL": house.database.url,
        "STEPGUARD_MQTT__LISTEN": f"127.0.0.1:{watched.port}",
        "STEPGUARD_TWILIO__ACCOUNT_SID": house.twilio.account_sid,
        "STEPGUARD_TWILIO__AUTH_TOKEN": house.twilio.auth_token,
        "STEPGUARD_TWILIO__FROM": house.twilio.from_,
        "STEPGUARD_TWILIO__API_URL": house.twilio.api_url,
        "STEPGUARD_HTTP__LISTEN": house.http.listen,
        "STEPGUARD_HTTP__PUBLIC_URL": house.http.public_url,
        "STEPGUARD_HTTP__ADMIN_LISTEN": admin,
    }
    [stepguard, _], _ = watched.program()
    process = await asyncio.create_subprocess_exec(
        stepguard,
        "up",
        env=environment,
        start_new_session=True,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    section = msgspec.structs.replace(watched.settings.watchdog, readyz=f"http://{admin}")
    watched.settings = msgspec.structs.replace(watched.settings, watchdog=section)
    try:
        await until(lambda: listens(admin) and listens(house.mqtt.listen.replace(":0", f":{watched.port}")))
        watched.dog = watched.new_dog(WallClock())
        await watched.watch_until(lambda: watched.dog.is_well and not watched.dog.findings)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await asyncio.wait_for(process.wait(), WITHIN_S)
    before = len(watched.called())
    await watched.watch_until(lambda: len(watched.called()) > before)
    assert {one.text for one in watched.dog.findings} == {f"no answer from http://{admin}: nobody listens"}
    assert watched.called()[before][0] == "sms"


def listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with socket.socket() as knocking:
        return knocking.connect_ex((host, int(port))) == 0


def test_without_a_way_to_call_the_command_refuses_and_names_the_key(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPGUARD_WATCHDOG__URL", "mqtt://127.0.0.1:1")
    monkeypatch.setenv("STEPGUARD_WATCHDOG__PASSWORD", "secret")
    assert main(["watchdog", "--once"]) == 2
    assert "watchdog: nobody would be called; set watchdog.account_sid" in capsys.readouterr().err
    assert main(["watchdog", "--json"]) == 2
    assert "give --once with it" in capsys.readouterr().err
