"""Who is on call, the home hubs, and whether the system can see and call: what the screens say and what keys do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from keyboard import painted, read_again, settled, typed
from textual.pilot import Pilot
from textual.widgets import Static

from alerts.roster_hours import Hours
from console.entry.devices import Put, Swap, understand_put, understand_swap
from console.entry.duty import OnDuty, understand_duty
from console.entry.moment import Asks
from console.screens.devices import DevicesScreen
from console.screens.entry import EntryScreen
from console.screens.roster import RosterScreen
from console.views.cells import Tone
from console.views.devices import devices_head, hub_line, hub_tone
from console.views.duty import DutyBook, duty_view
from console.views.system import system_view

SIZE = (80, 40)


def head(pilot: Pilot) -> str:
    return str(pilot.app.screen.query_one("#head", Static).render())


async def opened(pilot: Pilot, key: str) -> None:
    await settled(pilot)
    await pilot.press(key)
    await settled(pilot)


def without(roster, role):
    """Return the roster with nobody ever in `role`."""
    return replace(roster, shifts=tuple(each for each in roster.shifts if each.role != role))


# Who is on call.


async def test_the_roster_says_who_is_on_call_until_when_by_what_number_and_who_follows(console):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, "3")
        assert isinstance(console.screen, RosterScreen)
        shown = painted(pilot)
        assert "nurse            Ben Ortiz  +12025550112  until 08:00" in shown
        assert "then Ada Berg from 08:00" in shown
        assert "Ada Berg  +12025550111  NOT VERIFIED" in shown
        assert "2 of 12 telephones of homes are not verified" in shown
        assert "3  nurse  Ada Berg  now to 08:14, by ada: a colleague is ill" in shown


def test_a_role_that_nobody_holds_is_an_emergency_in_words(make):
    book = replace(make.duty(), roster=without(make.roster(), "oncologist"))
    view = duty_view(book, make.now, make.zone)
    assert view.head.text == "NOBODY IS ON CALL as oncologist: o puts somebody on duty"
    assert view.head.tone is Tone.EMERGENCY
    assert any(line.text.startswith("oncologist       NOBODY until") for line in view.on_call)
    assert view.gaps[0].text.startswith("nobody is oncologist: NOW to ")
    assert view.gaps[0].tone is Tone.EMERGENCY


def test_hours_that_nobody_covers_later_are_listed_and_the_head_is_not_calm(make):
    roster = make.roster()
    short = replace(
        roster.shifts[0],
        hours=Hours(starts=roster.shifts[0].hours.starts, ends=roster.shifts[0].hours.starts.replace(hour=12)),
    )
    view = duty_view(
        replace(make.duty(), roster=replace(roster, shifts=(short, *roster.shifts[1:]))), make.now, make.zone
    )
    assert view.head.text == "Every role is held now; within a week 7 gaps"
    assert view.gaps[0].text == "nobody is nurse: 13:00 to 20:00 (7 h)"


def test_a_roster_that_is_covered_is_the_only_one_said_to_be(make):
    calm = duty_view(make.duty(), make.now, make.zone)
    assert (calm.head.text, calm.head.tone) == ("Every role is held, now and for the next 7 days.", Tone.CALM)
    example = duty_view(replace(make.duty(), roster=replace(make.roster(), example=True)), make.now, make.zone)
    assert example.head.tone is Tone.URGENT
    assert "calls nobody real" in example.head.text


def test_a_file_that_cannot_be_used_is_said_and_shows_no_names(make):
    view = duty_view(DutyBook(roster=None, problem="see stepguard roster check"), make.now, make.zone)
    assert view.head.text == "THE ROSTER CANNOT BE READ: see stepguard roster check"
    assert (view.on_call, view.gaps, view.telephones) == ((), (), ())
    kept = duty_view(replace(make.duty(), problem="it cannot be used"), make.now, make.zone)
    assert "the one before is in force" in kept.head.text
    assert kept.on_call


def test_a_test_that_did_not_arrive_stands_first_and_out(make):
    failing = make.telephone("cleo", "Cleo Marsh", "+12025550113", test="failed", test_why="landline")
    book = replace(make.duty(), telephones=(*make.duty().telephones[:2], failing))
    line = duty_view(book, make.now, make.zone).telephones[0]
    assert "did NOT arrive: landline" in line.text
    assert line.tone is Tone.EMERGENCY


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "nurse ada 07:00 Ben is ill",
            "Ada Berg is nurse from now until 07:00 (4 h 45 min), in place of Ben Ortiz; why: Ben is ill",
        ),
        ("nurse Berg +8h", "Ada Berg is nurse from now until 10:14 (8 h), in place of Ben Ortiz; no reason given"),
        (
            "onco cleo 19:00-07:00 ill",
            "Cleo Marsh is oncologist from 19:00 until Wed 07:00 (12 h)",
        ),
        ("second ada 02:00", "Ada Berg is second nurse from now until Wed 02:00 (23 h 45 min), in place of Cleo Marsh"),
        ("ed ada 2h", None),
    ],
)
def test_a_duty_line_is_read_back_in_full(make, line, said):
    found = understand_duty(line, make.roster(), make.now, make.zone)
    if said is None:
        assert isinstance(found, Asks)
    else:
        assert isinstance(found, OnDuty)
        assert found.read_back.startswith(said)


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("nurse ada", "role, who, until when"),
        ("surgeon ada 07:00", "is no role known here"),
        ("nurse zoe 07:00", "Nobody here is 'zoe'; known are ada, ben, cleo"),
        ("nurse ada 25:00", "When is '25:00'?"),
        ("nurse ada tomorrow", "Until when is 'tomorrow'?"),
        ("nurse ada +0h", "For how long?"),
        ("nurse ada +30d", "more than 14 days"),
        ("nurse ben 07:00", "Ben Ortiz is nurse then already"),
    ],
)
def test_a_duty_line_that_is_unclear_asks(make, line, question):
    found = understand_duty(line, make.roster(), make.now, make.zone)
    assert isinstance(found, Asks)
    assert question in found.question


async def test_somebody_is_put_on_duty_by_a_line_and_taken_off_by_its_number(console, desk, make):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, "3")
        await pilot.press("o")
        await typed(pilot, "nurse ada 07:00 Ben is ill")
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == []
        assert "SAVE? Ada Berg is nurse from now until 07:00" in painted(pilot)
        await pilot.press("enter")
        await settled(pilot)
        ((deed, role, person, starts, ends, why),) = desk.done
        assert (deed, role, person, why) == ("on duty", "nurse", "ada", "Ben is ill")
        assert (starts, ends - starts) == (make.now, timedelta(hours=4, minutes=45, seconds=53))
        await pilot.press("x")
        assert "Which one ends now? Its number: 3" in painted(pilot)
        await typed(pilot, "3")
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done[-1] == ("off duty", "3")


# The home hubs.


async def test_the_hubs_stand_by_patient_with_their_last_word_battery_and_doubts(console):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, "4")
        assert isinstance(console.screen, DevicesScreen)
        assert head(pilot) == "4 hubs in homes, 1 spare; 1 NOT HEARD for 9 h or ever"
        shown = painted(pilot)
        for words in (
            "P-0042     kit-17  heard 3m  battery 83%  online",
            "P-0012     kit-02  heard 62m  battery 12% LOW  online",
            "P-0031     kit-31  heard 11h  battery 83%  OFFLINE 10h",
            "no home    kit-90  NEVER HEARD  battery ?",
            "clock 7 minutes ahead:",
        ):
            assert words in shown
        codes = [line.split()[0] for line in shown.splitlines() if "kit-" in line]
        assert codes == ["P-0005", "P-0012", "P-0031", "P-0042", "no"]


def test_a_silent_hub_is_never_calm_whatever_it_says_of_itself(make):
    for hub in (
        make.hub("kit-1", "P-0001", heard_at=None),
        make.hub("kit-1", "P-0001", heard_at=make.now - timedelta(hours=10), online=True),
    ):
        assert hub_tone(hub, make.now) is Tone.UNSEEN
        assert "NOT HEARD" in devices_head([hub], make.now).text
    assert hub_tone(make.hub("kit-1", "P-0001", battery_pct=5), make.now) is Tone.URGENT
    assert hub_tone(make.hub("kit-1", "P-0001", online=False), make.now) is Tone.WATCH
    assert devices_head([make.hub("kit-1", "P-0001")], make.now).tone is Tone.CALM
    assert devices_head([], make.now).tone is Tone.WATCH


def test_the_age_of_a_hubs_last_word_grows(make):
    hub = make.hub("kit-1", "P-0001")
    assert "heard 3m" in hub_line(hub, make.now, wide=5).text
    assert "heard 13m" in hub_line(hub, make.now + timedelta(minutes=10), wide=5).text


async def test_a_spare_hub_is_put_into_a_home(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, "4")
        await pilot.press("end", "p")
        assert isinstance(console.screen, EntryScreen)
        await typed(pilot, "p-0021")
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert desk.done == [("put", "kit-90", "P-0021")]


async def test_a_hub_is_changed_for_another_in_one_step_and_taken_out_in_one(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, "4")
        await pilot.press("down", "down", "x")
        await typed(pilot, "kit-90")
        await pilot.press("enter")
        await pilot.pause()
        assert "SAVE? P-0031: kit-31 leaves now, kit-90 stands there from now on" in painted(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done == [("swap", "kit-31", "kit-90", "P-0031")]
        await pilot.press("u")
        assert "Take kit-31 out of the home of P-0031?" in painted(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done[-1] == ("take out", "kit-31")


def test_a_hub_line_that_cannot_be_meant_asks(make):
    hubs = [make.hub("kit-1", "P-0001"), make.hub("kit-2", None), make.hub("kit-3", None, disabled=True)]
    codes = ("P-0001", "P-0002")
    assert isinstance(understand_put("kit-2 P-0002", hubs, codes), Put)
    assert "beside kit-1" in understand_put("kit-2 P-0001", hubs, codes).read_back
    assert isinstance(understand_swap("kit-1 kit-2", hubs), Swap)
    for line, question in (
        ("kit-1 P-0002", "stands at P-0001"),
        ("kit-9 P-0002", "There is no hub 'kit-9'"),
        ("kit-2 P-0009", "Nobody enrolled is 'P-0009'"),
        ("kit-3 P-0002", "is shut out"),
        ("kit-2", "hub and patient"),
    ):
        assert question in understand_put(line, hubs, codes).question
    for line, question in (
        ("kit-2 kit-1", "stands in nobody's home"),
        ("kit-1 kit-1", "choose a spare one"),
        ("kit-1 kit-3", "is shut out"),
        ("kit-1 kit-9", "There is no hub 'kit-9'"),
    ):
        assert question in understand_swap(line, hubs).question


# Whether the system can see and call.


async def test_the_system_screen_says_deaf_or_mute_what_exactly_and_since_when(console):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, "5")
        assert head(pilot).splitlines() == ["CAN SEE: yes", "CAN CALL: NO since 02:09: texts"]
        shown = painted(pilot)
        assert "FAILED     texts        texts do not go out (02:09, 5m ago)" in shown
        assert "not known  watchdog     none is set up" in shown


def test_only_what_was_seen_to_work_is_called_so(make):
    def answers(*parts):
        view = system_view(parts, (), (), make.now, make.zone, failure=None)
        return view.seeing, view.calling

    working = [make.part(subject=name, state="ok", text="works") for name in ("database", "gateway", "alerts", "texts")]
    assert [each.tone for each in answers(*working)] == [Tone.CALM, Tone.CALM]
    assert [each.tone for each in answers()] == [Tone.UNSEEN, Tone.UNSEEN]
    unheard = [*working, make.part(subject="readings", state="unseen", text="none yet")]
    assert answers(*unheard)[0].text == "CAN SEE: yes, as far as is known; not known of readings"
    assert answers(*unheard)[0].tone is Tone.UNSEEN
    doubtful = [*working, make.part(subject="hubs", state="doubtful", text="one front is down")]
    assert answers(*doubtful)[0].text == "CAN SEE: yes, but hubs doubtful"
    deaf = [*working, make.part(subject="monitor", state="failed", text="quiet", since=make.now - timedelta(hours=1))]
    assert answers(*deaf)[0].text == "CAN SEE: NO since 01:14: monitor"
    assert answers(*deaf)[1].tone is Tone.CALM


async def test_while_the_database_does_not_answer_nothing_is_called_working(console, feed, clock):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, "5")
        assert "works      monitor" in painted(pilot)
        feed.broken = OSError("disk gone")
        clock.advance(timedelta(seconds=30))
        await read_again(pilot)
        shown = painted(pilot)
        assert "CAN SEE: NOT KNOWN, the database does not answer here: disk gone" in shown
        assert "works  " not in shown
        assert "not known  monitor      was: works" in shown
        feed.broken = None
        await read_again(pilot)
        assert "CAN SEE: yes" in painted(pilot)


async def test_a_system_screen_opened_while_nothing_can_be_read_says_so(console, feed):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        feed.broken = OSError("disk gone")
        await pilot.press("5")
        await read_again(pilot)
        assert "CAN CALL: NOT KNOWN" in painted(pilot)


async def test_technical_conditions_are_listed_with_who_has_them(console, feed, make):
    page = make.incident(
        30, None, None, kind="technical", urgency="urgent", reason="monitor has gone quiet", unanswered_since=None,
        state="acknowledged", holder="Ben Lund", opened_at=make.now - timedelta(minutes=9),
    )  # fmt: skip
    feed.snapshot = replace(feed.snapshot, incidents=[page])
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, "5")
        assert "HIGH  monitor has gone quiet, since 02:05 (9m), Ben Lund has it" in painted(pilot)


@pytest.mark.parametrize("key", "2345")
async def test_every_screen_of_the_house_says_when_the_ward_cannot_be_read_and_goes_on_by_itself(console, feed, key):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, key)
        feed.broken = OSError("disk gone")
        await read_again(pilot)
        assert "DATABASE UNREADABLE" in painted(pilot)
        feed.broken = None
        await read_again(pilot)
        assert "DATABASE UNREADABLE" not in painted(pilot)


@pytest.mark.parametrize(("key", "what"), [("2", "incidents"), ("3", "duty"), ("4", "devices"), ("5", "system")])
async def test_a_screen_that_cannot_be_read_says_so_and_takes_nothing_from_the_ward(
    console, feed, monkeypatch, make, key, what
):
    async with console.run_test(size=SIZE) as pilot:
        await opened(pilot, key)
        honest = getattr(feed, what)
        monkeypatch.setattr(feed, what, lambda _now: (_ for _ in ()).throw(OSError("no such table")))
        worse = make.incident(20, 12, "P-0012")
        feed.snapshot = replace(feed.snapshot, incidents=[worse, *feed.snapshot.incidents])
        await read_again(pilot)
        assert "THIS SCREEN CANNOT BE READ, it shows what was: no such table" in painted(pilot)
        assert "DATABASE UNREADABLE" not in painted(pilot)
        assert "2 need you" in painted(pilot)
        monkeypatch.setattr(feed, what, honest)
        await read_again(pilot)
        assert "CANNOT BE READ" not in painted(pilot)
