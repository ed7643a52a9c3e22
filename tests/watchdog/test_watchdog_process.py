"""The command itself, as a process of its own: one round, its exit codes, and its end without a word."""

import asyncio
import json
import os
import signal

import pytest
from aiohttp import ClientSession

from console.command import main

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


def test_without_a_way_to_call_the_command_refuses_and_names_the_key(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPGUARD_WATCHDOG__URL", "mqtt://127.0.0.1:1")
    monkeypatch.setenv("STEPGUARD_WATCHDOG__PASSWORD", "secret")
    assert main(["watchdog", "--once"]) == 2
    assert "watchdog: nobody would be called; set watchdog.account_sid" in capsys.readouterr().err
    assert main(["watchdog", "--json"]) == 2
    assert "give --once with it" in capsys.readouterr().err
