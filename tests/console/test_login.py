"""Logging in, locking, handing over: what a locked board still shows, and in whose name things are done."""

import ast
import inspect
import json
import threading
from dataclasses import replace
from datetime import timedelta

import argon2
import pytest
from keyboard import notices, painted, read_again, settled, typed
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from console.door import DatabaseDoor
from console.entry.vocabulary import load_medicines
from console.guard import PROMPT_STAYS
from console.keys import ACTIONS
from console.ports import Desk, RefusedError
from console.screens.form import FormScreen
from console.screens.help import HelpScreen
from console.screens.login import LoginScreen
from console.screens.patient import PatientScreen
from console.screens.record import RecordScreen
from console.screens.veil import VeilScreen
from console.sitting import Person
from console.terminal import ConsoleApp
from gateway import users
from gateway.permissions import Role, may
from gateway.users import FREE_TRIES, add_user, log_in, set_role, set_user_disabled
from monitor.rulebook import load_rules

SIZE = (80, 24)
PASSWORD = "correct horse battery"
LOCK_AFTER = timedelta(minutes=5)
PEOPLE = {
    "ada": Role.NURSE,
    "ben": Role.PHYSICIAN,
    "tom": Role.DEVICE_TECHNICIAN,
    "eve": Role.AUDITOR,
}
CLINICAL = ("38.9", "86/51", "93 ", "tec ", "SUD2", "susp", "fever", "paracetamol", "systolic", "Received", "31h")


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Hash quickly: what is tested is the console, not argon2."""
    monkeypatch.setattr(users, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def staffed(database, clock):
    """The database with four people who may log in."""
    with database.write() as session:
        for name, role in PEOPLE.items():
            add_user(session, name, role, PASSWORD, by="root", now=clock.now())
    return database


@pytest.fixture
def open_console(feed, desk, clock, make):
    def build(database, **more):
        return ConsoleApp(
            feed,
            desk,
            clock,
            actor=make.actor,
            door=DatabaseDoor(database, clock),
            lock_after=LOCK_AFTER,
            zone=make.zone,
            catalogue=load_rules().catalogue,
            medicines=load_medicines(),
            flashing=False,
            **more,
        )

    return build


@pytest.fixture
def guarded(open_console, staffed):
    return open_console(staffed)


async def logged_in(pilot: Pilot, name: str, password: str = PASSWORD) -> None:
    """Log in as a person does, at the prompt or after the key that opens it."""
    await settled(pilot)
    if not isinstance(pilot.app.screen, LoginScreen):
        await pilot.press("space")
        await pilot.pause()
    pilot.app.screen.query_one("#name", Input).value = ""
    await typed(pilot, name, "#name")
    await typed(pilot, password, "#password")
    pilot.app.screen.query_one("#password", Input).focus()
    await pilot.press("enter")
    await settled(pilot)


async def idle(pilot: Pilot, clock, span: timedelta) -> None:
    clock.advance(span)
    pilot.app.beat()
    await settled(pilot)


def told(database):
    """Return (actor, subject, outcome) of the people's chain."""
    with database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT a.body, p.payload FROM audit a JOIN audit_payload p ON a.chain = p.chain AND a.number = p.number"
            " WHERE a.chain = 'people' ORDER BY a.number"
        )
        found = []
        for body, payload in rows:
            ((_kind, subject, _patient, actor, *_),) = json.loads(body)
            found.append((actor, subject, json.loads(payload).get("outcome")))
        return [each for each in found if each[2] is not None]


async def test_with_users_the_console_opens_with_a_login_over_a_board_without_values(guarded, desk):
    async with guarded.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert isinstance(guarded.screen, LoginScreen)
        shown = painted(pilot)
        assert "name" in shown
        assert "password" in shown
        await pilot.press("escape")
        await pilot.pause()
        shown = painted(pilot)
        assert "EMERGENCY unanswered 0:41  P-0042" in shown
        assert "!! P-0042 EMERGENCY NO ONE 41s" in shown
        assert "?  P-0031 NOT SEEN" in shown
        assert "LOGIN NEEDED" in shown
        for row in guarded.view().rows:
            assert row.code in shown
        for word in CLINICAL:
            assert word not in shown


async def test_a_right_password_opens_the_board_under_that_name(guarded, desk, staffed):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "Ada")
        assert guarded.screen is guarded.board
        assert "ada (nurse)" in painted(pilot)
        assert "86/51" in painted(pilot)
        await pilot.press("a", "enter")
        await settled(pilot)
    assert (desk.done, desk.names) == ([("acknowledge", 7, "")], ["ada"])
    assert told(staffed) == [("ada", "user:ada", "let in")]


async def test_who_types_name_and_password_ahead_of_the_screen_is_let_in(guarded):
    async with guarded.run_test(size=SIZE) as pilot:
        await settled(pilot)
        for key in (*"ada", "tab", *PASSWORD, "enter"):
            guarded.post_message(events.Key(key, key if len(key) == 1 else None))
        await settled(pilot)
        assert guarded.sitting.acting is not None
        assert guarded.sitting.acting.name == "ada"


async def test_a_password_typed_ahead_of_the_screen_never_stands_in_the_name(guarded):
    async with guarded.run_test(size=SIZE) as pilot:
        await settled(pilot)
        name, password = guarded.screen.query_one("#name", Input), guarded.screen.query_one("#password", Input)
        for key in ("a", "tab", "b", "tab", "c", "enter", "d"):
            guarded.post_message(events.Key(key, key if len(key) == 1 else None))
        await settled(pilot)
        assert (name.value, password.value) == ("c", "d")


async def test_a_wrong_password_is_said_and_shows_nothing(guarded, staffed):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada", "not the password")
        assert "NOT LOGGED IN: name or password is wrong" in painted(pilot)
        assert guarded.screen.query_one("#password", Input).value == ""
        assert guarded.sitting.acting is None
        await logged_in(pilot, "zoe")
        assert "NOT LOGGED IN: name or password is wrong" in painted(pilot)
    assert told(staffed) == [(None, "user:ada", "refused"), (None, "user:unknown", "refused")]


async def test_too_many_wrong_passwords_say_how_long_the_login_stays_locked(guarded):
    async with guarded.run_test(size=SIZE) as pilot:
        for _ in range(FREE_TRIES):
            await logged_in(pilot, "ada", "not the password")
        await logged_in(pilot, "ada")
        assert "locked after wrong passwords for 1 more min" in painted(pilot)
        await logged_in(pilot, "ben")
        assert "ben (physician)" in painted(pilot)


async def test_the_name_given_at_the_start_is_offered(open_console, staffed):
    app = open_console(staffed, offered="ada")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert app.screen.query_one("#name", Input).value == "ada"
        assert app.focused is app.screen.query_one("#password", Input)


async def test_without_a_key_the_console_locks_and_tells_no_value_any_more(guarded, clock, staffed):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        guarded.notify("P-0042: saved: paracetamol 1000 mg", markup=False)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(guarded.screen, PatientScreen)
        await idle(pilot, clock, LOCK_AFTER)
        assert isinstance(guarded.screen, VeilScreen)
        shown = painted(pilot)
        assert "LOCKED by ada" in shown
        assert "P-0042 EMERGENCY" in shown
        for word in CLINICAL:
            assert word not in shown
    assert told(staffed)[-1] == ("ada", "user:ada", "locked after idle")


async def test_a_key_in_time_keeps_it_open(guarded, clock):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        for _ in range(3):
            await idle(pilot, clock, LOCK_AFTER - timedelta(seconds=1))
            await pilot.press("down")
        assert guarded.sitting.locked_at is None


async def test_a_clock_that_is_set_back_does_not_lock_and_locks_later(guarded, clock):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await idle(pilot, clock, timedelta(hours=-1))
        assert guarded.sitting.locked_at is None
        await pilot.press("down")
        await idle(pilot, clock, LOCK_AFTER)
        assert guarded.sitting.locked_at is not None


async def test_the_bell_rings_while_locked_and_a_new_emergency_shows(guarded, clock, feed, make, monkeypatch):
    rung = []
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await idle(pilot, clock, LOCK_AFTER)
        monkeypatch.setattr(guarded, "bell", lambda: rung.append(guarded.screen))
        guarded.ringer = replace(guarded.ringer, rung_s=float("-inf"))
        worse = make.incident(20, 12, "P-0012", opened_at=clock.now(), unanswered_since=clock.now())
        calm = [replace(each, unanswered_since=None) for each in feed.snapshot.incidents]
        feed.snapshot = replace(feed.snapshot, incidents=[worse, *calm])
        await read_again(pilot)
        assert "EMERGENCY unanswered 0:00  P-0012" in painted(pilot)
        assert [type(each) for each in rung] == [VeilScreen]


async def test_a_database_that_fails_while_locked_is_said_on_the_veiled_board(guarded, clock, feed):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await idle(pilot, clock, LOCK_AFTER)
        feed.broken = OSError("disk gone")
        await read_again(pilot)
        assert "DATABASE UNREADABLE" in painted(pilot)


async def test_the_same_person_finds_what_was_open_half_a_line_included(guarded, clock, desk, staffed):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await pilot.press("enter", "m")
        await typed(pilot, "para 1000", "#line")
        await idle(pilot, clock, LOCK_AFTER)
        assert isinstance(guarded.screen, VeilScreen)
        await logged_in(pilot, "ada")
        assert isinstance(guarded.screen, FormScreen)
        assert guarded.screen.query_one("#line", Input).value == "m para 1000"
        await pilot.press("enter", "enter")
        await settled(pilot)
    assert desk.names == ["ada"]
    assert [what for _, _, what in told(staffed)] == ["let in", "locked after idle", "let in", "unlocked"]


async def test_somebody_else_starts_at_the_board_and_the_one_before_is_logged_out(guarded, desk, staffed):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await pilot.press("enter", "m")
        await typed(pilot, "para 1000", "#line")
        await pilot.press("escape", "l")
        await pilot.pause()
        assert isinstance(guarded.screen, LoginScreen)
        await logged_in(pilot, "ben")
        assert guarded.screen is guarded.board
        assert "ben (physician)" in painted(pilot)
        await pilot.press("a", "enter")
        await settled(pilot)
    assert desk.names == ["ben"]
    assert desk.done == [("acknowledge", 7, "")]
    assert ("ada", "user:ada", "logged out, relieved") in told(staffed)


async def test_no_key_of_a_locked_console_does_anything_but_open_the_login(guarded, desk, clock):
    keys = sorted({key for each in ACTIONS for key in each.keys} | {"up", "home", "ctrl+q", "ctrl+p", "tab", "1"})
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await idle(pilot, clock, LOCK_AFTER)
        looked = list(desk.looked)
        for key in keys:
            await pilot.press(key)
            assert isinstance(guarded.screen, LoginScreen), key
            assert guarded.screen.query_one("#name", Input).value == "ada"
            assert guarded.screen.query_one("#password", Input).value == ""
            await pilot.press("escape")
            assert isinstance(guarded.screen, VeilScreen), key
        await pilot.press("space", "ctrl+q", "ctrl+p")
        assert isinstance(guarded.screen, LoginScreen)
        await settled(pilot)
        assert guarded.is_running
    assert (desk.done, desk.looked) == ([], looked)


async def test_a_click_on_a_locked_board_opens_the_login(guarded, clock):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await idle(pilot, clock, LOCK_AFTER)
        at = {"x": 5, "y": 6, "screen_x": 5, "screen_y": 6}
        keys = {"button": 1, "shift": False, "meta": False, "ctrl": False}
        guarded._driver.send_message(events.MouseDown(None, delta_x=0, delta_y=0, **at, **keys))
        await settled(pilot)
        assert isinstance(guarded.screen, LoginScreen)


async def test_a_login_that_nobody_types_into_uncovers_the_board_again(guarded, clock):
    async with guarded.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert isinstance(guarded.screen, LoginScreen)
        await idle(pilot, clock, PROMPT_STAYS)
        assert isinstance(guarded.screen, VeilScreen)


async def test_an_urgent_row_is_in_sight_above_an_open_login(guarded):
    async with guarded.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert isinstance(guarded.screen, LoginScreen)
        assert "P-0042 EMERGENCY" in painted(pilot)
        assert "P-0017 URGENT" in painted(pilot)


@pytest.mark.parametrize("name", PEOPLE)
async def test_a_role_decides_what_each_key_does_and_a_refusal_says_why(guarded, name):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, name)
        for action in ACTIONS:
            guarded.clear_notifications()
            permitted = action.needs is None or may(PEOPLE[name], action.needs)
            assert guarded.permits(action.name) is permitted, action.name
            await pilot.pause()
            assert ("may not" in notices(pilot)) is not permitted, action.name


async def test_an_auditor_reads_and_is_told_why_a_page_cannot_be_answered(guarded, desk):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "eve")
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(guarded.screen, PatientScreen)
        for key in ("a", "d", "m", "n"):
            await pilot.press(key)
            await settled(pilot)
            assert isinstance(guarded.screen, PatientScreen)
        await pilot.press("x")
        await settled(pilot)
        for key in ("x", "enter"):
            await pilot.press(key)
            await settled(pilot)
            assert isinstance(guarded.screen, RecordScreen)
        assert "An auditor may not answer" in notices(pilot)
        assert "ask a nurse or physician" in notices(pilot)
    assert desk.done == []
    assert [by for _, by in desk.looked] == ["eve"]


async def test_a_technician_logs_in_and_sees_no_value(guarded, clock, staffed):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "tom")
        assert isinstance(guarded.screen, VeilScreen)
        shown = painted(pilot)
        assert "tom (device technician)" in shown
        assert "P-0042 EMERGENCY" in shown
        for word in CLINICAL:
            assert word not in shown
        await pilot.press("question_mark")
        assert isinstance(guarded.screen, HelpScreen)
        await idle(pilot, clock, LOCK_AFTER)
        assert isinstance(guarded.screen, VeilScreen)
        assert "LOCKED by tom" in painted(pilot)
        await logged_in(pilot, "ada")
        assert guarded.screen is guarded.board


async def test_a_user_who_is_disabled_is_out_within_the_next_read(guarded, staffed, clock, desk):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await pilot.press("enter", "m")
        with staffed.write() as session:
            set_user_disabled(session, "ada", disabled=True, by="root", now=clock.now())
        await read_again(pilot)
        assert isinstance(guarded.screen, LoginScreen)
        assert guarded.sitting.person is None
        await logged_in(pilot, "ada")
        assert "disabled" in painted(pilot)
    assert desk.done == []


async def test_another_role_counts_at_the_next_read(guarded, staffed, clock, desk):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        with staffed.write() as session:
            set_role(session, "ada", Role.AUDITOR, by="root", now=clock.now())
        await read_again(pilot)
        assert "ada (auditor)" in painted(pilot)
        await pilot.press("a")
        await settled(pilot)
        assert guarded.screen is guarded.board


async def test_a_console_without_users_locks_nobody_out_and_asks_once_there_is_one(open_console, database, clock, desk):
    app = open_console(database)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await idle(pilot, clock, LOCK_AFTER * 10)
        assert app.screen is app.board
        await pilot.press("l")
        assert "No logins are set up" in notices(pilot)
        await pilot.press("a", "enter")
        await settled(pilot)
        assert desk.names == ["Ada Berg"]
        with database.write() as session:
            add_user(session, "ada", Role.NURSE, PASSWORD, by="root", now=clock.now())
        await read_again(pilot)
        assert isinstance(app.screen, LoginScreen)
        with database.write() as session:
            set_user_disabled(session, "ada", disabled=True, by="root", now=clock.now())
        await read_again(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, VeilScreen), "disabling the last user must not open a console that asked"


async def test_before_the_database_has_said_who_may_log_in_no_key_writes(open_console, staffed, desk, monkeypatch):
    app = open_console(staffed)
    monkeypatch.setattr(app.door, "standing", lambda _name: pytest.fail("not reached"))
    monkeypatch.setattr(app.feed, "ward", lambda _now: (_ for _ in ()).throw(OSError("no disk")))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("a", "d", "w", "enter")
        await settled(pilot)
        assert app.screen is app.board
        assert "Still reading who may log in" in notices(pilot)
    assert desk.done == []


async def test_checking_a_password_holds_up_no_picture(guarded, staffed, clock, monkeypatch):
    asked, go_on = threading.Event(), threading.Event()

    def slow(database, name, password, now):
        asked.set()
        assert go_on.wait(10)
        return log_in(database, name, password, now)

    monkeypatch.setattr("console.door.log_in", slow)
    async with guarded.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await typed(pilot, "ada", "#name")
        await typed(pilot, PASSWORD, "#password")
        guarded.screen.query_one("#password", Input).focus()
        await pilot.press("enter", "enter", "enter")
        assert asked.wait(10)
        clock.advance(timedelta(seconds=5))
        guarded.beat()
        await pilot.pause()
        assert "EMERGENCY unanswered 0:46" in painted(pilot)
        assert "checking" in str(guarded.screen.query_one("#said", Static).render())
        go_on.set()
        await settled(pilot)
        assert guarded.sitting.person == Person(name="ada", role=Role.NURSE)
    assert [what for _, _, what in told(staffed)] == ["let in"], "a second Enter must not count as a wrong password"


async def test_an_entry_that_fails_after_locking_is_said_without_its_values(guarded, desk):
    desk.refusal = "P-0042: no such entry m12"
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await pilot.press("a", "enter", "l")
        await settled(pilot)
        assert "not saved" in notices(pilot)
        assert "P-0042" not in notices(pilot)


async def test_a_record_that_is_opened_is_put_into_the_log_and_shows_although_the_log_fails(guarded, desk, monkeypatch):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        await pilot.press("enter")
        await settled(pilot)
        assert desk.looked == [(42, "ada")]
        await pilot.press("escape")
        monkeypatch.setattr(desk, "look", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(guarded.screen, PatientScreen)
        assert "audit log does not take this view" in notices(pilot)


async def test_a_record_that_may_not_be_seen_after_all_is_closed(guarded, desk, monkeypatch):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
        monkeypatch.setattr(desk, "look", lambda *_, **__: (_ for _ in ()).throw(RefusedError("not any more")))
        await pilot.press("enter")
        await settled(pilot)
        assert guarded.screen is guarded.board
        assert "not any more" in notices(pilot)


async def test_leaving_is_put_into_the_log(guarded, staffed):
    async with guarded.run_test(size=SIZE) as pilot:
        await logged_in(pilot, "ada")
    guarded.leave_word()
    guarded.leave_word()
    assert [what for _, _, what in told(staffed)] == ["let in", "logged out"]


def test_nothing_can_be_asked_of_the_desk_without_a_name():
    for name, method in inspect.getmembers(Desk, inspect.isfunction):
        if not name.startswith("_"):
            by = inspect.signature(method).parameters["by"]
            assert (by.kind, by.default) == (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.empty), name


def test_the_console_writes_through_its_desk_and_its_door_alone(request):
    folder = request.config.rootpath / "console"
    may_write = {"desk.py", "door.py"}
    for file in folder.rglob("*.py"):
        if file.name in may_write or {"commands", "demonstration"} & set(file.parts):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"write", "write_connection"}:
                owner = ast.unparse(node.value)
                assert "database" not in owner, f"{file.name}: {owner}.{node.attr}"
