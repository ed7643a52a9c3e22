"""The incidents screen: who was called, what arrived, who is next, and what a nurse can do about it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from keyboard import notices, painted, read_again, settled, typed
from textual.pilot import Pilot
from textual.widgets import Static

from alerts.silence import Silence
from console.entry.incident import understand_hand_over, understand_silence, why_not_silenced
from console.entry.moment import Asks
from console.screens.entry import EntryScreen
from console.screens.incidents import IncidentsScreen
from console.screens.patient import PatientScreen
from console.views.cells import Tone
from console.views.incidents import incident_detail, incident_line
from console.widgets.choice import ChoiceList

SIZE = (80, 24)


async def opened(pilot: Pilot) -> IncidentsScreen:
    await settled(pilot)
    await pilot.press("2")
    await settled(pilot)
    assert isinstance(pilot.app.screen, IncidentsScreen)
    return pilot.app.screen


def became(make, **more):
    """Return the line of one call, and how much it stands out."""
    story = make.story(incident_id=7, round=1, began_at=make.now, calls=(make.call(1, 12, **more),))
    line = incident_detail(make.incident(7, 42, "P-0042"), story, make.now, make.zone)[-1]
    return line.text, line.tone


@pytest.mark.parametrize(
    ("state", "words", "tone"),
    [
        ({"state": "intent", "sent_at": None}, "text: not sent yet, for 0:12", Tone.URGENT),
        ({"state": "retry", "outcome": "no route"}, "waits to be sent again after: no route", Tone.URGENT),
        ({"state": "sent"}, "sent 02:13:55, no receipt yet, failed in 0:18", Tone.WATCH),
        ({"state": "delivered"}, "delivered 02:13:59", Tone.CALM),
        ({"state": "failed", "outcome": "landline"}, "FAILED: landline", Tone.EMERGENCY),
        ({"state": "joined", "joined": True}, "went out with another incident's page", Tone.DIM),
        ({"state": "delivered", "channel": "voice"}, "nurse Ada Berg, call: delivered", Tone.CALM),
    ],
)
def test_what_became_of_a_call_is_said_in_words_and_only_an_arrival_is_calm(make, state, words, tone):
    text, shown = became(make, **state)
    assert words in text
    assert shown is tone


def test_a_receipt_that_is_overdue_is_said_and_a_delivery_without_a_time_claims_none(make):
    late = make.now - timedelta(seconds=1)
    assert "NO RECEIPT in time" in became(make, state="sent", receipt_by=late)[0]
    assert became(make, state="sent", receipt_by=None)[0].endswith("no receipt yet")
    assert became(make, arrived_at=None)[0].endswith("text: delivered")


def test_an_incident_whose_story_was_not_read_yet_says_so_and_claims_no_call(make):
    lines = [line.text for line in incident_detail(make.incident(7, 42, "P-0042"), None, make.now, make.zone)]
    assert lines[-1] == "reading who was called"
    assert "nobody has it: unanswered 0:41" in lines


def test_a_second_round_a_held_notice_and_a_told_department_are_said(make):
    story = make.story(
        incident_id=7,
        round=2,
        began_at=make.now,
        ed_held_until=make.now + timedelta(minutes=4),
        calls=(make.call(1, 600),),
    )
    page = make.incident(7, 42, "P-0042")
    text = "\n".join(line.text for line in incident_detail(page, story, make.now, make.zone))
    assert "staff were called before; calling began anew" in text
    assert "notice held, 4:00 left" in text
    story = replace(story, calls=(), ed_held_until=None, ed_told_at=make.now - timedelta(seconds=7))
    text = "\n".join(line.text for line in incident_detail(page, story, make.now, make.zone))
    assert "emergency department told 02:14:00" in text
    assert "nobody has been called" in text
    assert "anew" not in text


def test_who_holds_calls_back_and_who_is_asked_to_take_over_stand_in_the_list(make):
    quiet = Silence(
        id=3, subject="patient:31", covers="watch", grade=None, blind=True, by="ada", why="wedding",
        since=make.now, until=make.now + timedelta(hours=2),
    )  # fmt: skip
    silent = make.incident(
        9, 31, "P-0031", urgency="watch", state="open", unanswered_since=None, silence=quiet, next_step=None
    )
    assert "silent until 04:14" in incident_line(silent, make.now, make.zone).text
    detail = "\n".join(line.text for line in incident_detail(silent, None, make.now, make.zone))
    assert "SILENT until 04:14 by ada: wedding" in detail
    held = make.incident(
        4, 17, "P-0017", state="acknowledged", unanswered_since=None, holder="Ben Ortiz", offered_to="Cleo Marsh"
    )
    assert "Ben Ortiz, offered to Cleo Marsh" in incident_line(held, make.now, make.zone).text


def test_what_an_outage_explains_names_its_cause_and_the_cause_names_the_homes(make):
    held = make.incident(
        9, 31, "P-0031", urgency="urgent", kind="no_sight", state="open", unanswered_since=None, explained_by="hubs"
    )
    assert "explained: most hubs are gone" in incident_line(held, make.now, make.zone).text
    said = [line.text for line in incident_detail(held, None, make.now, make.zone)]
    assert "staff are called about what explains it: most hubs are gone" in said
    assert "on the board: nobody is called about it yet" not in said
    cause = make.incident(
        10, None, None, urgency="urgent", kind="technical", reason="hubs", stands_for=("P-0031", "P-0032")
    )
    said = [line.text for line in incident_detail(cause, None, make.now, make.zone)]
    assert "its page stands for 2 silent homes, each for half an hour at most:" in said
    assert "P-0031 P-0032" in said


async def test_the_selected_incident_shows_its_calls_with_their_receipts_newest_first(console):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot)
        shown = painted(pilot)
        for words in (
            "!! P-0042     KD07 NO ONE 0:41  next: nurse by call in 0:19",
            "02:13:26 caregiver E., text: FAILED: landline",
            "02:13:26 nurse Ada Berg, text: delivered 02:13:30",
            "02:13:55 caregiver E., call: sent 02:13:55, no receipt yet",
        ):
            assert words in shown
        assert shown.index("02:13:55") < shown.index("02:13:26")
        await pilot.press("down")
        await pilot.pause()
        assert 'from nurse Ben Lund: "KD04 OK" (accepted)' in painted(pilot)
        assert "with Ben Lund since 02:01:07 until 04:01, by text" in painted(pilot)


async def test_a_receipt_is_shown_as_it_arrives_and_the_cursor_stays(console, feed, make):
    async with console.run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        await pilot.press("down")
        worse = make.incident(20, 12, "P-0012", opened_at=make.now - timedelta(hours=1))
        feed.snapshot = replace(feed.snapshot, incidents=[worse, *feed.snapshot.incidents])
        await read_again(pilot)
        assert screen.selected.page_code == "KD04"
        assert screen.query_one(ChoiceList).highlighted == 2
        before = feed.told[4]
        sent = make.call(9, 3, person="Ben Lund", state="sent", arrived_at=None)
        feed.told[4] = replace(before, calls=(*before.calls, sent))
        await read_again(pilot)
        assert "sent 02:14:04, no receipt yet" in painted(pilot)
        feed.told[4] = replace(before, calls=(*before.calls, replace(sent, state="delivered", arrived_at=make.now)))
        await read_again(pilot)
        assert "delivered 02:14:07" in painted(pilot)
        assert screen.selected.page_code == "KD04"


async def test_when_the_selected_incident_is_resolved_the_cursor_goes_beside_it_and_its_story_with_it(console, feed):
    async with console.run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        await pilot.press("down")
        feed.snapshot = replace(feed.snapshot, incidents=[each for each in feed.snapshot.incidents if each.id != 4])
        await read_again(pilot)
        assert screen.selected.page_code == "KD09"
        assert screen.query_one("#detail").border_title == "P-0031  page KD09"


async def test_many_updates_move_neither_the_cursor_nor_the_list(console, feed, make, clock):
    pages = [make.incident(number, number, f"P-{number:04}") for number in range(60)]
    feed.snapshot = replace(feed.snapshot, incidents=pages)
    async with console.run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        choice = screen.query_one(ChoiceList)
        await pilot.press("pagedown", "pagedown", "down")
        where, selected = choice.scroll_offset.y, screen.selected.id
        for _ in range(5):
            clock.advance(timedelta(seconds=1))
            console.repaint()
            await pilot.pause()
        assert (choice.scroll_offset.y, screen.selected.id) == (where, selected)
        assert "NO ONE 0:46" in painted(pilot)


async def test_without_an_incident_the_screen_says_that_nobody_is_called_and_no_key_does_anything(console, feed, desk):
    feed.snapshot = replace(feed.snapshot, incidents=[])
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert "No open incident: nobody is being called." in painted(pilot)
        await pilot.press("a", "t", "e", "s", "h", "y", "n", "g", "z", "enter")
        await settled(pilot)
        assert isinstance(console.screen, IncidentsScreen)
        assert desk.done == []


async def test_a_ward_that_cannot_be_read_is_said_on_this_screen_too(console, feed, clock):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot)
        feed.broken = OSError("disk gone")
        clock.advance(timedelta(seconds=90))
        await read_again(pilot)
        assert "DATABASE UNREADABLE since 02:14:07 (1:30 ago): disk gone" in painted(pilot)
        assert "unanswered 2:11" in painted(pilot)


async def test_an_incident_is_handed_to_a_colleague_whose_name_is_read_back(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("g")
        assert "Nobody has it yet" in notices(pilot)
        await pilot.press("down", "g")
        assert isinstance(console.screen, EntryScreen)
        await typed(pilot, "cle")
        await pilot.press("enter")
        await pilot.pause()
        assert "Hand over P-0017, page KD04" in painted(pilot)
        assert "SAVE? Cleo Marsh is called until they accept" in painted(pilot)
        assert desk.done == []
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == [("hand over", 4, "cleo")]


async def test_nobody_unknown_and_no_present_holder_can_be_handed_an_incident(make):
    held = make.incident(4, 17, "P-0017", holder="Ben Ortiz")
    asked = understand_hand_over("zoe", held, make.roster())
    assert isinstance(asked, Asks)
    assert "known are ada, ben, cleo" in asked.question
    assert "has it already" in understand_hand_over("ben", held, make.roster()).question
    assert "not read yet" in understand_hand_over("ben", held, None).question


async def test_urgent_and_emergency_are_never_silenced_and_the_console_says_what_to_do_instead(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot)
        for _ in range(2):
            await pilot.press("z")
            assert isinstance(console.screen, IncidentsScreen)
            await pilot.press("down")
        assert "Emergency is never silenced: answer it" in notices(pilot)
        assert "Urgent is never silenced: answer it" in notices(pilot)
        assert desk.done == []


async def test_a_watch_is_silenced_for_a_time_with_a_reason_and_the_same_key_ends_it(console, desk, feed, make):
    async with console.run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        await pilot.press("down", "down", "z")
        await typed(pilot, "2h")
        await pilot.press("enter", "enter")
        assert "Why? Write it after the time." in painted(pilot)
        await typed(pilot, " at a wedding")
        await pilot.press("enter", "enter")
        await settled(pilot)
        until = make.now + timedelta(hours=2)
        assert desk.done == [("silence", 9, until, "at a wedding")]
        quiet = Silence(
            id=3, subject="patient:31", covers="watch", grade=None, blind=True, by="ada", why="at a {wedding}",
            since=make.now, until=until,
        )  # fmt: skip
        silent = [replace(each, silence=quiet) if each.id == 9 else each for each in feed.snapshot.incidents]
        feed.snapshot = replace(feed.snapshot, incidents=silent)
        await read_again(pilot)
        assert screen.selected.id == 9
        await pilot.press("z")
        assert "End the silence by ada (at a {wedding}) now" in painted(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done[-1] == ("end silence", 3)


@pytest.mark.parametrize("line", ["soon because", "0m because", "2x because", "-2h because"])
def test_a_time_that_is_none_is_asked_about(make, line):
    page = make.incident(9, 31, "P-0031", urgency="watch")
    assert isinstance(understand_silence(line, page, make.now, make.zone), Asks)


@pytest.mark.parametrize(("urgency", "kind", "refused"), [
    ("emergency", "clinical", True),
    ("urgent", "clinical", True),
    ("urgent", "no_sight", True),
    ("watch", "clinical", False),
    ("urgent", "technical", False),
])  # fmt: skip
def test_what_may_be_silenced_at_all(make, urgency, kind, refused):
    assert (why_not_silenced(make.incident(1, 1, "P-0001", urgency=urgency, kind=kind)) is not None) is refused


async def test_enter_opens_the_patient_of_the_incident_and_escape_comes_back_to_it(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert isinstance(console.screen, PatientScreen)
        assert console.screen.code == "P-0017"
        assert desk.looked == [(17, "Ada Berg")]
        await pilot.press("escape")
        assert isinstance(console.screen, IncidentsScreen)
        assert console.screen.selected.page_code == "KD04"


async def test_screens_of_the_house_take_each_others_place_and_escape_leads_back_in_one_step(console):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("2", "3", "4", "5", "5", "2")
        await settled(pilot)
        assert len(console.screen_stack) == 3
        await pilot.press("escape")
        assert console.screen is console.board
        await pilot.press("enter", "3", "1")
        assert console.screen is console.board


async def test_what_happened_elsewhere_stands_above_every_screen_of_the_house(console):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        for key in "345":
            await pilot.press(key)
            await settled(pilot)
            said = str(console.screen.query_one("#elsewhere", Static).render())
            assert "ALSO WAITING: P-0042 EMERGENCY page KD07" in said


async def test_all_that_belongs_to_an_incident_is_read_by_the_keys_of_a_terminal_it_does_not_fit(console):
    async with console.run_test(size=(80, 15)) as pilot:
        detail = (await opened(pilot)).query_one("#detail")
        assert detail.max_scroll_y, "what is told here fits without scrolling"
        assert "→ read on" in painted(pilot)
        seen = painted(pilot)
        while detail.scroll_offset.y < detail.max_scroll_y:
            await pilot.press("right")
            seen += painted(pilot)
        assert "text: delivered" in seen or "no receipt" in seen or "FAILED" in seen
        await pilot.press("right")
        assert detail.scroll_offset.y == 0
