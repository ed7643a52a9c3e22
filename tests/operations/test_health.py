"""Health and readiness over real HTTP: what flips, what it names, and that nobody is named."""

import asyncio
import contextlib
import json
import socket
import threading
from datetime import timedelta

import pytest

from alerts.tables import PageRow
from alerts.view import faults
from console.answering import answering, answering_if_free
from console.commands.chain_access import Chain as HouseChain
from console.commands.watch import findings
from gateway.account import Account
from gateway.admin import Elsewhere, Here, serving
from gateway.clock import WallClock
from gateway.readiness import LEAVING, QUIET_AFTER_S, not_ready, quiet
from gateway.settings import SettingsError


async def ready(chain):
    async def asked():
        status, answer = await chain.ready()
        return answer if status == 200 else None

    return await chain.until(asked)


async def test_a_chain_that_works_is_alive_and_ready(chain):
    answer = await ready(chain)
    assert (answer["ready"], answer["not_ready"]) == (True, {})
    stands = {line["subject"]: line["state"] for line in answer["system"]}
    assert {stands[part] for part in ("database", "gateway", "monitor", "alerts", "hubs")} == {"ok"}
    assert stands["watchdog"] == "unseen"
    assert answer["synthetic"] is None
    status, body = await chain.get("/healthz")
    assert status == 200
    assert json.loads(body) == {"alive": True, "parts": {"gateway": True, "monitor": True, "alerts": True}}


async def test_a_database_file_that_is_taken_away_makes_every_part_unready_and_names_the_cause(chain, tmp_path):
    await ready(chain)
    file = tmp_path / "house.db"
    file.rename(tmp_path / "elsewhere.db")
    status, answer = await chain.ready()
    assert status == 503
    for part in ("gateway", "monitor", "alerts"):
        assert "removed or replaced" in answer["not_ready"][part]["database"]
    found = await chain.metrics()
    assert found["stepguard_ready", (("part", "gateway"),)] == 0
    (tmp_path / "elsewhere.db").rename(file)
    await ready(chain)


async def test_texts_that_do_not_go_out_are_told_alike_by_readiness_board_and_status(chain):
    await ready(chain)
    now = WallClock().now()
    with chain.database.write() as session:
        session.add_all(failed_text(number, now) for number in ("+12025550111", "+12025550112", "+12025550113"))

    async def mute():
        _, answer = await chain.ready()
        return answer["not_ready"].get("alerts", {}).get("texts")

    told = await chain.until(mute)
    with chain.database.read() as session:
        on_the_board = [fault.text for fault in faults(session, WallClock().now()) if fault.kind == "mute"]
    said = list(findings(HouseChain(chain.settings, chain.database, WallClock())))
    assert on_the_board == [told]
    [texts] = [finding for finding in said if finding.subject == "texts"]
    assert (texts.state, texts.text.partition(", for ")[0]) == ("failed", told)
    [line] = [line for line in (await chain.ready())[1]["system"] if line["subject"] == "texts"]
    assert (line["state"], line["text"]) == ("failed", told)
    assert all(finding.fine for finding in said if finding.subject in {"gateway", "monitor", "alerts"})


def failed_text(number, now):
    return PageRow(
        incident_id=None, rung="0", role="nurse", person=None, number=number, channel="sms", kind="page",
        urgency="urgent", body="", reason="", due_at=now, created_at=now, state="failed", attempts=1, engine="e",
        outcome="refused",
    )  # fmt: skip


async def test_a_chain_asked_to_leave_is_unready_while_it_drains(database, chain):
    await ready(chain)
    heard = {}

    async def ask_while_leaving():
        while "process" not in heard.get("not_ready", {}).get("gateway", {}):
            _, answer = await chain.ready()
            heard.update(answer)

    asking = asyncio.create_task(ask_while_leaving())
    chain.task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await chain.task
    await asyncio.wait_for(asking, 10)
    assert heard["not_ready"]["gateway"]["process"] == LEAVING
    status, answer = await chain.ready()
    assert status == 503
    assert set(answer["not_ready"]) == {"gateway", "monitor", "alerts"}


async def test_answers_of_several_processes_are_served_as_one(tmp_path, get_from):
    gateway, monitor = Account("gateway"), Account("monitor")
    async with (
        serving([Here(gateway)], tmp_path / "g", "k"),
        serving([Here(monitor)], tmp_path / "m", "k"),
        serving(
            [
                Elsewhere("gateway", tmp_path / "g"),
                Elsewhere("monitor", tmp_path / "m"),
                Elsewhere("alerts", tmp_path / "a"),
            ],
            "127.0.0.1:0",
            "k",
        ) as address,
    ):
        gateway.beat()
        status, body = await get_from(address, "/readyz")
        assert status == 503
        assert json.loads(body)["not_ready"] == {
            "monitor": {"cycle": "no cycle has finished yet"},
            "alerts": {"process": "does not answer"},
        }
        status, body = await get_from(address, "/healthz")
        assert status == 503
        assert json.loads(body)["parts"] == {"gateway": True, "monitor": True, "alerts": False}
        _, page = await get_from(address, "/metrics")
        assert 'stepguard_ready{part="gateway"} 1.0' in page
        assert 'stepguard_ready{part="monitor"} 0.0' in page
        assert 'stepguard_ready{part="alerts"} 0.0' in page


async def test_a_database_that_hangs_does_not_hang_the_answer(monkeypatch, get_from):
    monkeypatch.setattr("gateway.admin.ANSWER_WITHIN_S", 0.05)
    hangs, account = threading.Event(), Account("monitor")
    account.check("database", lambda: "never" if hangs.wait(10) else None)
    async with serving([Here(account)], "127.0.0.1:0", "k") as address:
        status, body = await get_from(address, "/readyz")
        hangs.set()
    assert status == 503
    assert "no answer within" in json.loads(body)["not_ready"]["monitor"]["database"]


async def test_an_address_in_use_is_said_with_its_setting():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(
            SettingsError, match=rf"gateway\.admin_listen: cannot listen on {where}: Address already in use"
        ):
            async with answering("gateway", where):
                pass


async def test_a_demonstration_goes_on_when_the_address_is_in_use():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with answering_if_free(f"127.0.0.1:{taken.getsockname()[1]}") as accounts:
            assert set(accounts) == {"gateway", "monitor", "alerts"}


@pytest.mark.parametrize("where", ["8481", "localhost", "127.0.0.1:http", "127.0.0.1:70000"])
async def test_what_is_no_address_is_refused_with_an_example(where):
    with pytest.raises(SettingsError, match=r"http\.admin_listen.*write for example 127\.0\.0\.1:8481"):
        async with serving([], where, "http.admin_listen"):
            pass


def test_a_part_is_ready_only_with_a_fresh_cycle_and_no_fault():
    assert not_ready(leaving=False, cycle_age_s=0.5, faults={"database": None}) == {}
    assert not_ready(leaving=False, cycle_age_s=None, faults={}) == {"cycle": "no cycle has finished yet"}
    assert not_ready(leaving=False, cycle_age_s=QUIET_AFTER_S, faults={}) == {
        "cycle": "the last cycle finished 15 s ago"
    }
    assert not_ready(leaving=True, cycle_age_s=0.0, faults={"texts": "broken"}) == {
        "texts": "broken",
        "process": LEAVING,
    }


def test_a_part_is_quiet_after_the_same_span_on_any_clock():
    now = WallClock().now()
    assert quiet(None, now)
    assert quiet(now - timedelta(seconds=15), now)
    assert not quiet(now - timedelta(seconds=14.9), now)
    minute = timedelta(minutes=1)
    assert not quiet(now - timedelta(minutes=14), now, second_lasts=minute)
    assert quiet(now - timedelta(minutes=15), now, second_lasts=minute)
