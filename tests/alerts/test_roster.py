"""Who is on call at an instant, and which rosters are refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.roster_file import RosterError, dialable, load_roster
from gateway.clock import StillClock

PEOPLE = """
[[person]]
key = "ada"
name = "Ada"
number = "+4520000001"
[[person]]
key = "ben"
name = "Ben"
number = "+4520000002"
"""
ALL_DAYS = 'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'


def shift(role, person, start="00:00:00", end="00:00:00", days=ALL_DAYS):
    return f'[[shift]]\nrole = "{role}"\nperson = "{person}"\n{days}\nfrom = {start}\nuntil = {end}\n'


OTHERS = shift("second_nurse", "ben") + shift("oncologist", "ben") + shift("emergency_department", "ben")
NURSES = shift("nurse", "ada", "07:00:00", "19:00:00") + shift("nurse", "ben", "19:00:00", "07:00:00")


def roster(tmp_path: Path, text: str, timezone="Europe/Copenhagen"):
    file = tmp_path / "roster.toml"
    file.write_text(f'timezone = "{timezone}"\n{text}')
    return load_roster(file)


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("instant", "who"),
    [
        ("2026-03-03T06:59:59+01:00", "ben"),
        ("2026-03-03T07:00:00+01:00", "ada"),
        ("2026-03-03T18:59:59+01:00", "ada"),
        ("2026-03-03T19:00:00+01:00", "ben"),
        ("2026-03-04T00:00:00+01:00", "ben"),
    ],
)
def test_a_shift_begins_at_its_hour_and_has_ended_at_its_end(tmp_path, instant, who):
    assert roster(tmp_path, PEOPLE + NURSES + OTHERS).on_call("nurse", at(instant)).key == who


@pytest.mark.parametrize(
    ("instant", "who"),
    [
        ("2026-03-29T01:30:00+01:00", "ben"),  # the night the clocks go forward: 02:00 becomes 03:00
        ("2026-03-29T03:30:00+02:00", "ben"),
        ("2026-03-29T06:59:59+02:00", "ben"),
        ("2026-03-29T07:00:00+02:00", "ada"),
        ("2026-10-25T02:30:00+02:00", "ben"),  # the night they go back: 02:30 comes twice
        ("2026-10-25T02:30:00+01:00", "ben"),
        ("2026-10-25T06:59:59+01:00", "ben"),
        ("2026-10-25T07:00:00+01:00", "ada"),
    ],
)
def test_a_night_on_which_the_clocks_change_is_covered_throughout(tmp_path, instant, who):
    assert roster(tmp_path, PEOPLE + NURSES + OTHERS).on_call("nurse", at(instant)).key == who


def test_the_nights_of_a_year_have_no_gap(tmp_path):
    covered = roster(tmp_path, PEOPLE + NURSES + OTHERS)
    assert covered.gaps(["nurse"], at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z")) == []


def test_a_rotation_over_a_clock_change_hands_over_at_the_local_hour(ward, tmp_path):
    ward.roster = roster(tmp_path, PEOPLE + NURSES + OTHERS)
    ward.clock.at = at("2026-03-29T00:30:00+00:00").astimezone(UTC)
    ward.restart()
    ward.fever()
    ward.expect(("+4520000002", "sms"))
    ward.texts_back("+4520000002", "OK")
    ward.phone.take()
    ward.clock.at = at("2026-03-29T05:00:00+00:00")  # 07:00 summer time: Ada's first minute
    ward.alerts.cycle()
    assert "+4520000001" in {message.number for message in ward.phone.take()}


def test_a_swap_beats_the_week(tmp_path):
    hours = "from = 2026-03-03T08:00:00+01:00\nuntil = 2026-03-03T10:00:00+01:00"
    swap = f'[[swap]]\nrole = "nurse"\nperson = "ben"\n{hours}\n'
    changed = roster(tmp_path, PEOPLE + NURSES + OTHERS + swap)
    assert changed.on_call("nurse", at("2026-03-03T07:59:59+01:00")).key == "ada"
    assert changed.on_call("nurse", at("2026-03-03T08:00:00+01:00")).key == "ben"
    assert changed.on_call("nurse", at("2026-03-03T10:00:00+01:00")).key == "ada"


def test_an_hour_nobody_covers_is_found(tmp_path):
    holed = shift("nurse", "ada", "07:00:00", "19:00:00") + shift("nurse", "ben", "20:00:00", "07:00:00")
    [gap] = roster(tmp_path, PEOPLE + holed + OTHERS).gaps(
        ["nurse", "oncologist"], at("2026-03-03T12:00Z"), at("2026-03-04T12:00Z")
    )
    assert (gap.role, gap.starts, gap.ends) == ("nurse", at("2026-03-03T18:00Z"), at("2026-03-03T19:00Z"))


def test_a_rung_nobody_holds_hands_its_turn_to_the_next(ward, tmp_path):
    weekend = 'days = ["sat", "sun"]'
    ward.roster = roster(tmp_path, PEOPLE + shift("nurse", "ada", days=weekend) + OTHERS)
    ward.restart()
    ward.fever()  # a Tuesday
    assert "+4520000002" in {message.number for message in ward.phone.take()}


def test_a_night_without_anybody_calls_every_nurse(ward, tmp_path):
    weekend = 'days = ["sat", "sun"]'
    nobody = "".join(
        shift(role, "ben" if role == "second_nurse" else "ada", days=weekend)
        for role in ("nurse", "second_nurse", "oncologist", "emergency_department")
    )
    ward.roster = roster(tmp_path, PEOPLE + nobody)
    ward.restart()
    ward.fever()
    clinical = {message.number for message in ward.phone.take() if "P-0001" in message.body}
    assert clinical == {"+4520000001", "+4520000002"}


def test_a_gap_now_is_a_technical_incident_and_one_ahead_waits_on_the_board(ward, tmp_path):
    holed = shift("nurse", "ada", "07:00:00", "19:00:00") + shift("nurse", "ben", "20:00:00", "07:00:00")
    ward.roster = roster(tmp_path, PEOPLE + holed + OTHERS)
    ward.clock.at = at("2026-03-03T12:00Z")
    ward.restart()
    ward.alerts.cycle()
    assert [(line.kind, line.urgency) for line in ward.lines()] == [("technical", "watch")]
    ward.clock.at = at("2026-03-03T18:00Z")
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    assert [(line.kind, line.urgency) for line in ward.lines()] == [("technical", "urgent")]


def test_the_shipped_roster_covers_every_hour_and_says_it_is_an_example():
    shipped = load_roster()
    start = StillClock(datetime(2026, 1, 1, tzinfo=UTC)).now()
    assert shipped.gaps(["nurse", "second_nurse", "oncologist"], start, start + timedelta(days=366)) == []
    assert shipped.example


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the roster is empty"),
        (PEOPLE, "the roster is empty"),
        (PEOPLE + NURSES, "nobody ever has the role 'second_nurse'"),
        (
            PEOPLE + NURSES.replace("ada", "eve") + OTHERS,
            "shift[0].person 'eve' is no [[person]] key; known are ada, ben",
        ),
        (PEOPLE.replace("+4520000002", "+4520000001") + NURSES + OTHERS, "person[1].number is another person's too"),
        (PEOPLE.replace("+4520000001", "20000001") + NURSES + OTHERS, "person[0].number '20000001' cannot be dialled"),
        (PEOPLE.replace('key = "ben"', 'key = "ada"') + NURSES + OTHERS, "person[1].key 'ada' is used twice"),
        (PEOPLE + NURSES.replace('"mon"', '"monday"', 1) + OTHERS, "shift[0].days has 'monday'; use mon"),
        (PEOPLE + shift("nurse", "ada", days="days = []") + OTHERS, "shift[0].days is empty"),
        (
            PEOPLE + NURSES.replace('"nurse"', '"doctor"', 1) + OTHERS,
            "Invalid enum value 'doctor' - at `$.shift[0].role`",
        ),
        (PEOPLE + NURSES + OTHERS + "oops = 1", "unknown field `oops`"),
        ("x = [", "not valid TOML"),
    ],
)
def test_a_roster_that_could_leave_somebody_alone_is_refused_with_its_remedy(tmp_path, text, said):
    with pytest.raises(RosterError) as refused:
        roster(tmp_path, text)
    assert said in str(refused.value)
    assert "roster.toml" in str(refused.value)


def test_an_unknown_timezone_is_refused(tmp_path):
    with pytest.raises(RosterError, match="timezone 'Europe/Nowhere' is unknown"):
        roster(tmp_path, PEOPLE + NURSES + OTHERS, timezone="Europe/Nowhere")


def test_a_swap_without_an_offset_is_refused(tmp_path):
    swap = '[[swap]]\nrole = "nurse"\nperson = "ben"\nfrom = 2026-03-03T08:00:00\nuntil = 2026-03-03T10:00:00\n'
    with pytest.raises(RosterError, match="needs times with an offset"):
        roster(tmp_path, PEOPLE + NURSES + OTHERS + swap)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RosterError, match=r"no-such\.toml: cannot be read"):
        load_roster(tmp_path / "no-such.toml")


@pytest.mark.parametrize(
    ("number", "dialled"),
    [("+45 20 00 00 01", "+4520000001"), ("+4520000001", "+4520000001"), ("20000001", None), ("+45", None), ("", None)],
)
def test_a_number_needs_its_country(number, dialled):
    assert dialable(number) == dialled
