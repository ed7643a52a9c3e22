"""What a nurse does with the keyboard, through the running application, and what it shows when it cannot see."""

import asyncio
import itertools
import threading
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from keyboard import painted, read_again, said, settled, typed
from textual.widgets import Input, OptionList, Static

from console.keys import ACTIONS
from console.live import HANGING_AFTER_S
from console.screens.acknowledge import AcknowledgeScreen
from console.screens.form import FormScreen
from console.screens.help import HelpScreen
from console.screens.incidents import IncidentsScreen
from console.screens.patient import PatientScreen
from console.widgets.board import Board

SIZE = (100, 30)


async def test_two_keys_answer_the_page_of_the_selected_patient(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("a")
        assert isinstance(console.screen, AcknowledgeScreen)
        assert "P-0042  EMERGENCY  page KD07" in painted(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == [("acknowledge", 7, "")]
        await read_again(pilot)
        assert "Ada to 02:29" in painted(pilot)
        assert "NO ONE" not in painted(pilot)


async def test_a_note_typed_in_between_goes_with_the_answer(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await typed(pilot, "spoke to the daughter [b]now[/b]")
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == [("acknowledge", 7, "spoke to the daughter [b]now[/b]")]


async def test_escape_answers_nothing(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("a", "escape")
        await settled(pilot)
        assert desk.done == []
        assert console.screen is console.board


async def test_the_answer_stays_with_its_page_when_another_one_overtakes_it_on_the_board(console, desk, feed, make):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("a")
        worse = make.incident(
            20, 12, "P-0012", opened_at=make.now - timedelta(hours=1), unanswered_since=make.now - timedelta(hours=1)
        )
        feed.snapshot = replace(feed.snapshot, incidents=[worse, *feed.snapshot.incidents])
        await read_again(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == [("acknowledge", 7, "")]


async def test_with_a_calm_patient_selected_a_answers_the_page_that_waits(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("end", "a", "enter")
        await settled(pilot)
        assert desk.done == [("acknowledge", 7, "")]


async def test_when_no_page_waits_a_says_so(console, desk, feed):
    feed.snapshot = replace(feed.snapshot, incidents=[])
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await pilot.pause()
        assert console.screen is console.board
        assert any("No page is waiting" in each.message for each in console._notifications)


async def test_a_refusal_is_said_and_nothing_is_called_done(console, desk):
    desk.refusal = "This incident is already resolved."
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("a", "enter")
        await settled(pilot)
        messages = [(each.title, each.message) for each in console._notifications]
        assert ("NOT DONE", "This incident is already resolved.") in messages


async def test_the_selection_goes_with_the_patient_when_rows_change_places(console, feed, make):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("down")
        board = console.screen.query_one(Board)
        assert board.selected.code == "P-0017"
        page = make.incident(30, 31, "P-0031")
        feed.snapshot = replace(feed.snapshot, incidents=[page, *feed.snapshot.incidents])
        await read_again(pilot)
        assert [row.code for row in board._rows[:3]] != ["P-0042", "P-0017", "P-0031"]
        assert board.selected.code == "P-0017"


async def test_enter_opens_the_patient_and_escape_comes_back(console):
    async with console.run_test(size=(160, 48)) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await read_again(pilot)
        assert isinstance(console.screen, PatientScreen)
        shown = painted(pilot)
        for words in (
            "P-0042  teclistamab us_weekly  SUD2 0.3 mg/kg  Sun 19:14, 31h ago",
            "EMERGENCY  suspected CRS, at least grade 2  ICANS not asked  NO ONE 41s",
            "38.9 3m oral",
            "86/51 2m",
            "93 3m",
            "systolic 86, 2 min ago (< 90; 38 below baseline 124)",
            "withhold until resolved,",
            "source: US prescribing information,",
            "peak of the onset window",
            "41% of first fevers have begun by this hour",
        ):
            assert words in " ".join(shown.split()) or words in shown, words
        await pilot.press("M")
        await pilot.pause()
        shown = painted(pilot)
        for words in ("VOID medication paracetamol 500 mg by Ada Berg", "02:12 from caregiver E.: 86/51"):
            assert words in shown, words
        await pilot.press("escape")
        assert console.screen is console.board


async def test_the_patient_screen_says_when_somebody_else_waits(console, feed, make):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("down", "enter")
        await read_again(pilot)
        assert "ALSO WAITING: P-0042 EMERGENCY page KD07" in said(pilot, "#elsewhere")


async def test_a_struck_line_stays_readable(console):
    async with console.run_test(size=(160, 48)) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await read_again(pilot)
        await pilot.press("R")
        await pilot.pause()
        entries = console.screen.query_one("#entries", Static).render()
        struck = [
            (segment.text, segment.style.strike)
            for strip in console.screen._compositor.render_strips()
            for segment in strip
            if "VOID" in segment.text
        ]
        assert "VOID medication paracetamol 500 mg" in str(entries)
        assert struck
        assert all(strike for _, strike in struck)


async def test_a_line_is_read_back_before_it_is_saved(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("m")
        assert isinstance(console.screen, FormScreen)
        await typed(pilot, "para 1000 01:20")
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == []
        assert "SAVE? P-0042: medicine: paracetamol 1000 mg; 01:20, 54m ago" in said(pilot, "#read-back")
        await pilot.press("enter")
        await settled(pilot)
        ((deed, patient_id, event),) = desk.done
        assert (deed, patient_id) == ("enter", 42)
        assert event == {
            "at": "2026-03-03T01:20:00+01:00",
            "type": "medication",
            "name": "paracetamol",
            "amount": 1000,
            "unit": "mg",
        }


async def test_changing_a_line_after_the_read_back_asks_again(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("m")
        await typed(pilot, "para 1000")
        await pilot.press("enter")
        await typed(pilot, " 01:20")
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == []
        assert isinstance(console.screen, FormScreen)


async def test_an_unclear_line_asks_and_cannot_be_saved(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("m")
        await typed(pilot, "pred 25")
        await pilot.press("enter", "enter", "enter")
        await settled(pilot)
        assert desk.done == []
        assert "prednisolone or prednisone" in said(pilot, "#read-back")


async def test_support_is_read_back_with_what_it_replaces(console, desk, feed):
    feed.support = "norepinephrine"
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("s")
        await typed(pilot, "nc 4")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "[replaces: norepinephrine]" in said(pilot, "#read-back")
        assert desk.done == []


async def test_support_cannot_be_saved_before_it_is_known_what_it_replaces(console, desk, feed):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        feed.broken = OSError("disk I/O error")
        await pilot.press("s")
        await typed(pilot, "nc 4")
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert desk.done == []
        assert "one moment" in said(pilot, "#read-back")


async def test_a_note_goes_to_the_open_incident_with_one_enter(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("n")
        assert "Note to P-0042, page KD07" in painted(pilot)
        await typed(pilot, "she's with the patient")
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == [("note", 7, "she's with the patient")]


async def test_without_an_open_incident_a_note_goes_into_the_record_however_it_was_typed(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("end", "n")
        code = console.board.selected.code
        assert f"Note to the record of {code}" in painted(pilot)
        await typed(pilot, "slept well")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("d")
        console.screen.query_one(Input).value = "n slept well"
        await pilot.pause()
        await pilot.press("enter", "enter")
        await settled(pilot)
        event = {"at": "2026-03-03T01:14:07+00:00", "type": "note", "text": "slept well"}
        assert desk.done == [("enter", console.board.selected.patient_id, event)] * 2


@pytest.mark.parametrize(
    ("key", "words", "deed"),
    [
        ("a", "", ("acknowledge", 7, "")),
        ("t", "", ("take", 7)),
        ("e", "", ("escalate", 7)),
        ("s", "", ("send", 7)),
        ("h", "bed is being found", ("hold", 7, "bed is being found")),
        ("y", "the son picked up", ("home answered", 7, "the son picked up")),
        ("n", "bed 4 is free", ("note", 7, "bed 4 is free")),
    ],
)
async def test_incidents_are_answered_taken_sent_on_and_held_from_their_list(console, desk, key, words, deed):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("w")
        await settled(pilot)
        assert isinstance(console.screen, IncidentsScreen)
        assert console.screen.query_one(OptionList).option_count == 4
        await pilot.press(key)
        assert "page KD07" in painted(pilot)
        await typed(pilot, words)
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == [deed]


async def test_holding_the_notice_needs_a_reason(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("w", "h", "enter")
        await settled(pilot)
        assert desk.done == []


async def test_a_ward_that_cannot_be_read_says_so_keeps_the_values_and_ages_them(console, feed, clock):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "36.8 62m" in painted(pilot)
        feed.broken = OSError("disk I/O error\nSELECT secret FROM patient")
        clock.advance(timedelta(minutes=38))
        await read_again(pilot)
        shown = painted(pilot)
        assert "DATABASE UNREADABLE since 02:14:07 (38:00 ago): disk I/O error" in shown
        assert "secret" not in shown
        assert "36.8 1h" in shown
        feed.broken = None
        await read_again(pilot)
        assert "UNREADABLE" not in painted(pilot)


@pytest.fixture
def held_feed(feed):
    """Return a feed whose reads, once `held` is set, wait for `released`; `begun` counts them."""
    honest, state = (
        feed.ward,
        SimpleNamespace(held=False, begun=0, started=threading.Event(), released=threading.Event()),
    )

    def ward(now):
        if state.held:
            state.begun += 1
            state.started.set()
            state.released.wait(timeout=30)
        return honest(now)

    feed.ward = ward
    yield state
    state.released.set()


async def test_a_read_that_hangs_is_said_until_it_comes_back(console, held_feed):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        held_feed.held = True
        console._read_asked = float("-inf")
        console.beat()
        await asyncio.to_thread(held_feed.started.wait, 10)
        console._reading_since -= HANGING_AFTER_S + 1
        console.beat()
        assert "the database does not answer" in console.view().banners[0].text
        held_feed.held = False
        held_feed.released.set()
        await settled(pilot)
        assert "does not answer" not in console.view().banners[0].text


async def test_many_beats_at_once_read_only_once_at_a_time(console, held_feed):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        held_feed.held = True
        for _ in range(50):
            console._read_asked = float("-inf")
            console.beat()
        await asyncio.to_thread(held_feed.started.wait, 10)
        assert held_feed.begun == 1
        held_feed.held = False
        held_feed.released.set()
        await settled(pilot)


async def test_texts_are_shown_and_hidden_with_o(console):
    async with console.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Sit down" not in painted(pilot)
        await pilot.press("o")
        await pilot.pause()
        assert "02:13 to caregiver E., delivered: Received 86/51. Sit down." in painted(pilot)
        await pilot.press("o")
        await pilot.pause()
        assert "Sit down" not in painted(pilot)


async def test_the_help_names_every_key_of_the_registry(console):
    async with console.run_test(size=(100, 180)) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(console.screen, HelpScreen)
        shown = " ".join(painted(pilot).replace("│", " ").split())
        for action in ACTIONS:
            assert action.help in shown


async def test_the_bell_rings_for_an_unanswered_emergency_pauses_and_comes_back(console, monkeypatch):
    rung = []
    monkeypatch.setattr(console, "bell", lambda: rung.append(1))
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert rung
        await pilot.press("b")
        rung.clear()
        console.ringer = replace(console.ringer, rung_s=float("-inf"))
        console.repaint()
        assert rung == []
        console.ringer = replace(console.ringer, paused_until_s=console.ringer.paused_until_s - 120.0)
        console.repaint()
        assert rung == [1]


async def test_flashing_can_be_stopped(console):
    console.flashing = True
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f")
        console.beat()
        console.beat()
        assert console._lit
        assert console.flashing is False


async def test_nothing_flashes_faster_than_three_times_a_second_however_often_it_is_painted(console, monkeypatch):
    console.flashing = True
    wall = 1000.0
    monkeypatch.setattr("console.live.monotonic_s", lambda: wall)
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        lit = []
        for _ in range(400):
            wall += 0.01
            console.beat()
            lit.append(console._lit)
        await settled(pilot)
        changes = sum(before is not after for before, after in itertools.pairwise(lit))
        assert 0 < changes <= 3 * 2 * 4, "a flash is two changes; this was four seconds"


async def test_leaving_is_asked(console):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("q")
        await pilot.pause()
        assert console.is_running
        assert "Pages go on without it" in painted(pilot)
        await pilot.press("enter")
        await asyncio.sleep(0)
    assert console.return_value == 0


def test_a_tick_that_comes_when_the_last_screen_has_gone_does_nothing(console, feed):
    feed.broken = AssertionError("it was read")
    console._tick()
    assert console.screen_stack == []
