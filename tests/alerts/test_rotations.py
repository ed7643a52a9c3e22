"""People who take turns: whose turn it is, when it passes on, and what the nights of the clock changes do to it."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.roster_file import RosterError, load_roster

PEOPLE = "".join(
    f'[[person]]\nkey = "{key}"\nname = "{key.title()}"\nnumber = "+452000000{place}"\n'
    for place, key in enumerate(("ada", "ben", "cleo"))
)
OTHERS = "".join(
    f'[[rotation]]\nrole = "{role}"\npeople = ["cleo"]\nhandover = "daily"\nat = 08:00:00\nstarts_on = 2026-01-01\n'
    for role in ("second_nurse", "oncologist", "emergency_department")
)
WEEKLY = """
[[rotation]]
role = "nurse"
people = ["ada", "ben", "cleo"]
handover = "weekly"
on = "mon"
at = 08:00:00
starts_on = 2026-03-02
"""
DAILY = """
[[rotation]]
role = "nurse"
people = ["ada", "ben"]
handover = "daily"
at = 02:30:00
starts_on = 2026-03-01
"""
NIGHTS = """
[[rotation]]
role = "nurse"
people = ["ada", "ben"]
handover = "weekly"
on = "mon"
at = 07:00:00
starts_on = 2026-03-02
from = 19:00:00
until = 07:00:00

[[rotation]]
role = "nurse"
people = ["cleo"]
handover = "weekly"
on = "mon"
at = 07:00:00
starts_on = 2026-03-02
from = 07:00:00
until = 19:00:00
"""
FORWARD, BACK = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)
"""Midnight in Copenhagen before the day of 23 hours and before the day of 25."""


def roster(tmp_path, text):
    file = tmp_path / "roster.toml"
    file.write_text(f'timezone = "Europe/Copenhagen"\n{PEOPLE}{OTHERS}{text}')
    return load_roster(file)


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("instant", "who"),
    [
        ("2026-03-02T07:59:59+01:00", None),  # before the first turn
        ("2026-03-02T08:00:00+01:00", "ada"),
        ("2026-03-09T07:59:59+01:00", "ada"),
        ("2026-03-09T08:00:00+01:00", "ben"),
        ("2026-03-16T08:00:00+01:00", "cleo"),
        ("2026-03-23T08:00:00+01:00", "ada"),
        ("2026-03-30T07:59:59+02:00", "ada"),  # a week of 167 hours
        ("2026-03-30T08:00:00+02:00", "ben"),
        ("2026-10-26T07:59:59+01:00", "ada"),  # a week of 169 hours
        ("2026-10-26T08:00:00+01:00", "ben"),
    ],
)
def test_a_week_passes_on_at_the_local_hour(tmp_path, instant, who):
    person = roster(tmp_path, WEEKLY).on_call("nurse", at(instant))
    assert (person and person.key) == who


def test_two_weeks_each_when_the_rotation_says_every_two(tmp_path):
    turns = roster(tmp_path, WEEKLY + "every = 2\n").turns(
        "nurse", at("2026-03-02T08:00+01:00"), at("2026-04-13T08:00+02:00")
    )
    assert [(turn.person.key, turn.starts) for turn in turns] == [
        ("ada", at("2026-03-02T08:00+01:00")),
        ("ben", at("2026-03-16T08:00+01:00")),
        ("cleo", at("2026-03-30T08:00+02:00")),
    ]


@pytest.mark.parametrize(
    ("night", "hours", "spans"),
    [
        # 02:30 does not exist: the hand-over is where an unchanged clock would show it, 03:30 in summer time.
        (FORWARD, 23, [("ben", "2026-03-29T00:00+01:00"), ("ada", "2026-03-29T03:30+02:00")]),
        # 02:30 comes twice: the hand-over is at its first coming.
        (BACK, 25, [("ben", "2026-10-25T00:00+02:00"), ("ada", "2026-10-25T02:30+02:00")]),
    ],
)
def test_a_hand_over_in_the_hour_that_changes_happens_exactly_once(tmp_path, night, hours, spans):
    end = night + timedelta(hours=hours)
    turns = roster(tmp_path, DAILY).turns("nurse", night, end)
    assert [(turn.person.key, turn.starts) for turn in turns] == [(key, at(begins)) for key, begins in spans]
    assert turns[-1].ends == end


@pytest.mark.parametrize(("night", "length"), [(FORWARD, 11), (BACK, 13)])
def test_the_night_of_a_clock_change_belongs_to_one_person_and_lasts_as_long_as_it_is(tmp_path, night, length):
    turns = roster(tmp_path, NIGHTS).turns("nurse", night - timedelta(hours=12), night + timedelta(hours=20))
    before, changed, after = turns[:3] if turns[0].person.key == "cleo" else turns[1:4]
    assert before.person.key == after.person.key == "cleo"
    assert changed.person.key in {"ada", "ben"}
    assert changed.ends - changed.starts == timedelta(hours=length)


@given(st.integers(0, 366 * 24 * 60), st.integers(1, 40 * 24 * 60))
def test_whatever_is_asked_about_the_turns_cover_it_exactly_once(tmp_path_factory, start_min, length_min):
    covered = roster(tmp_path_factory.mktemp("roster"), DAILY + WEEKLY + NIGHTS)
    starts = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(minutes=start_min)
    ends = starts + timedelta(minutes=length_min)
    turns = covered.turns("nurse", starts, ends)
    assert (turns[0].starts, turns[-1].ends) == (starts, ends)
    assert all(one.ends == other.starts for one, other in itertools.pairwise(turns))
    for turn in turns:
        for instant in (turn.starts, turn.starts + (turn.ends - turn.starts) / 2):
            assert covered.on_call("nurse", instant) == turn.person


def test_a_rotation_beats_a_shift_and_a_swap_beats_both(tmp_path):
    shift = '[[shift]]\nrole = "nurse"\nperson = "cleo"\ndays = ["mon", "tue"]\nfrom = 00:00:00\nuntil = 00:00:00\n'
    swap = '[[swap]]\nrole = "nurse"\nperson = "ben"\nfrom = 2026-03-03T08:00:00Z\nuntil = 2026-03-03T10:00:00Z\n'
    found = roster(tmp_path, WEEKLY + shift + swap)
    held = {
        turn.starts: (turn.person.key, turn.origin)
        for turn in found.turns("nurse", at("2026-03-01T23:00Z"), at("2026-03-03T12:00Z"))
    }
    assert held == {
        at("2026-03-01T23:00Z"): ("cleo", "shift"),
        at("2026-03-02T07:00Z"): ("ada", "rotation"),
        at("2026-03-03T08:00Z"): ("ben", "swap"),
        at("2026-03-03T10:00Z"): ("ada", "rotation"),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            WEEKLY.replace('"cleo"]', '"eve"]'),
            "rotation[3].people 'eve' is no [[person]] key; known are ada, ben, cleo",
        ),
        (WEEKLY.replace('people = ["ada", "ben", "cleo"]', "people = []"), "rotation[3].people is empty"),
        (WEEKLY.replace("2026-03-02", "2026-03-03"), "rotation[3].starts_on 2026-03-03 is a tue and on is 'mon'"),
        (WEEKLY.replace('on = "mon"', ""), "starts_on 2026-03-02 is a mon and on is None"),
        (WEEKLY + "every = 0\n", "rotation[3].every must be 1 or more"),
        (DAILY + 'on = "mon"\n', "rotation[3].on is for weekly handovers"),
        (DAILY + "from = 07:00:00\n", "rotation[3] has only one of from and until"),
        (DAILY + 'days = ["sat"]\n', "rotation[3].days needs from and until"),
        (DAILY.replace('"daily"', '"monthly"'), "Invalid enum value 'monthly' - at `$.rotation[3].handover`"),
    ],
)
def test_a_rotation_that_cannot_be_meant_is_refused_with_its_remedy(tmp_path, text, said):
    with pytest.raises(RosterError) as refused:
        roster(tmp_path, text)
    assert said in str(refused.value)


def test_a_hand_over_in_the_middle_of_a_ladder_calls_who_is_on_call_then(ward, tmp_path):
    ward.roster = roster(tmp_path, DAILY)
    ward.clock.at = at("2026-03-03T02:27:00+01:00")
    ward.restart()
    ward.fever()
    ward.expect(("+4520000001", "sms"))
    ward.advance(minutes=5)
    ward.expect(("+4520000000", "voice"))
    ward.texts_back("+4520000001", "OK")  # whoever was called may still accept
    assert ward.line().holder == "Ben"
