"""What a value is worth, as a table: each limit just below, at and just above."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.device_clock import graded_at
from gateway.plausibility import BelowFloor, Judged, NoReading, NotGraded, Usable, judge, jump_doubts
from gateway.plausibility_limits import SHIPPED, LimitsError, load_limits
from gateway.reading import (
    BloodPressure,
    Oximetry,
    Reading,
    RespiratoryRate,
    Temperature,
    VitalGroup,
)

LIMITS = load_limits()
NOW = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


def number(text: str) -> Decimal | None:
    return None if text in {"--", "-"} else Decimal(text)


def reading(**groups: object) -> Reading:
    return Reading(measured_at=NOW, received_at=NOW, **groups)  # type: ignore[arg-type]


def temperature(value: str, *flags: str, site: str = "oral") -> Judged:
    celsius = number(value)
    sent = Temperature(temperature_c=celsius, sent_value=celsius, sent_unit="Cel", site=site, flags=frozenset(flags))
    return judge(reading(temperature=sent), LIMITS)


def oximetry(spo2: str, pulse: str = "-", perfusion: str = "-", *flags: str) -> Judged:
    sent = Oximetry(
        spo2_pct=number(spo2),
        pulse_bpm=number(pulse),
        perfusion_index_pct=number(perfusion),
        flags=frozenset(flags),
    )
    return judge(reading(oximetry=sent), LIMITS)


def pressure(systolic: str, diastolic: str, pulse: str = "-", *flags: str) -> Judged:
    sent = BloodPressure(
        systolic_mmhg=number(systolic),
        diastolic_mmhg=number(diastolic),
        pulse_bpm=number(pulse),
        flags=frozenset(flags),
    )
    return judge(reading(blood_pressure=sent), LIMITS)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("--", NoReading),
        ("0", NoReading),
        ("-3", NoReading),
        ("24.9", NoReading),
        ("25", BelowFloor),
        ("30.0", BelowFloor),
        ("30.1", Usable),
        ("43", Usable),
        ("43.1", BelowFloor),
        ("45", BelowFloor),
        ("45.1", NoReading),
    ],
)
def test_temperature(value: str, verdict: type):
    assert isinstance(temperature(value).temperature, verdict)


@pytest.mark.parametrize(
    ("spo2", "pulse", "perfusion", "verdict", "pulse_kept"),
    [
        ("97", "-", "-", Usable, None),
        ("--", "80", "-", NoReading, None),
        ("0", "80", "-", NoReading, None),
        ("49.9", "80", "-", BelowFloor, 80),
        ("50", "80", "-", Usable, 80),
        ("100", "80", "-", Usable, 80),
        ("100.1", "80", "-", NoReading, None),
        ("127", "80", "-", NoReading, None),
        ("255", "80", "-", NoReading, None),
        ("97", "80", "0", NoReading, None),
        ("97", "80", "127", NoReading, None),
        ("97", "80", "255", NoReading, None),
        ("97", "80", "0.1", Usable, 80),
        ("97", "0", "-", Usable, None),
        ("97", "255", "-", Usable, None),
        ("97", "--", "-", Usable, None),
        ("97", "19.9", "-", BelowFloor, None),
        ("97", "20", "-", Usable, 20),
        ("97", "127", "-", Usable, 127),
        ("97", "254", "-", Usable, 254),
    ],
)
def test_oximetry(spo2: str, pulse: str, perfusion: str, verdict: type, pulse_kept: int | None):
    judged = oximetry(spo2, pulse, perfusion)
    assert isinstance(judged.oximetry, verdict)
    assert judged.oximeter_pulse_bpm == pulse_kept


@pytest.mark.parametrize(
    ("systolic", "diastolic", "pulse", "verdict", "pulse_kept"),
    [
        ("120", "80", "70", Usable, 70),
        ("--", "80", "70", NoReading, None),
        ("120", "--", "70", NoReading, None),
        ("0", "0", "70", NoReading, None),
        ("120", "0", "70", NoReading, None),
        ("80", "80", "70", NoReading, None),
        ("80", "79", "70", Usable, 70),
        ("80", "81", "70", NoReading, None),
        ("300", "80", "70", Usable, 70),
        ("300.1", "80", "70", NoReading, None),
        ("49.9", "30", "70", BelowFloor, 70),
        ("50", "30", "70", Usable, 70),
        ("1", "0.5", "-", BelowFloor, None),
        ("120", "80", "255", Usable, None),
        ("120", "80", "0", Usable, None),
        ("120", "80", "15", BelowFloor, None),
    ],
)
def test_blood_pressure(systolic: str, diastolic: str, pulse: str, verdict: type, pulse_kept: int | None):
    judged = pressure(systolic, diastolic, pulse)
    assert isinstance(judged.blood_pressure, verdict)
    assert judged.cuff_pulse_bpm == pulse_kept


@pytest.mark.parametrize(
    ("breaths", "verdict"),
    [("--", NoReading), ("0", NoReading), ("1", Usable), ("20", Usable), ("127", NoReading), ("255", NoReading)],
)
def test_breaths(breaths: str, verdict: type):
    sent = RespiratoryRate(breaths_bpm=number(breaths))
    assert isinstance(judge(reading(respiratory_rate=sent), LIMITS).respiratory_rate, verdict)


def test_a_group_that_is_not_in_the_message_has_no_verdict():
    judged = temperature("38.4")
    assert (judged.oximetry, judged.blood_pressure, judged.respiratory_rate) == (None, None, None)


def test_a_pulse_under_its_floor_says_that_the_rest_of_the_group_is_sound():
    assert oximetry("85", "15").oximetry == BelowFloor("oximetry: pulse below the plausible floor", pulse_only=True)


@pytest.mark.parametrize("flag", ["body_movement", "cuff_loose", "improper_position", "low_perfusion", "poor_signal"])
def test_a_device_status_is_a_doubt_and_still_graded(flag: str):
    assert pressure("120", "80", "-", flag).blood_pressure == Usable((flag,))


def test_an_irregular_pulse_is_no_doubt():
    assert pressure("120", "80", "70", "irregular_pulse").blood_pressure == Usable()


@pytest.mark.parametrize("flag", ["demo", "other_user"])
def test_somebody_elses_value_is_never_graded(flag: str):
    judged = oximetry("82", "130", "-", flag, "poor_signal")
    assert judged.oximetry == NotGraded(f"marked {flag}")
    assert judged.oximeter_pulse_bpm is None


def test_unknown_words_are_mentioned_and_are_no_doubt():
    judged = temperature("38.4", "wet_probe", "Jane Doe", site="elbow")
    assert judged.temperature == Usable()
    assert judged.mentions == ("unknown site elbow", "unknown flag (unprintable)", "unknown flag wet_probe")


@pytest.mark.parametrize(
    ("group", "before", "after", "minutes", "doubtful"),
    [
        ("temperature", "36.5", "38.5", 14, False),
        ("temperature", "36.5", "38.6", 14, True),
        ("temperature", "38.6", "36.5", 14, True),
        ("temperature", "36.5", "38.6", 15, False),
        ("temperature", "36.5", "38.6", -14, True),
        ("blood_pressure", "120", "80", 9, False),
        ("blood_pressure", "120", "79", 9, True),
        ("blood_pressure", "120", "79", 10, False),
        ("pulse", "80", "120", 9, False),
        ("pulse", "80", "121", 9, True),
        ("oximetry", "98", "50", 1, False),
    ],
)
def test_a_jump(group: str, before: str, after: str, minutes: int, doubtful: bool):
    later = NOW + timedelta(minutes=minutes)
    assert bool(jump_doubts(group, (Decimal(before), NOW), (Decimal(after), later), LIMITS)) is doubtful


def test_a_jump_may_be_asked_by_group():
    doubts = jump_doubts(VitalGroup.TEMPERATURE, (Decimal(36), NOW), (Decimal(40), NOW + timedelta(minutes=1)), LIMITS)
    assert doubts == ("temperature changed by more than 2.0 in 15 min",)


@pytest.mark.parametrize(
    ("ahead", "assigned_ago", "run", "doubt"),
    [
        (timedelta(minutes=5), timedelta(days=9), False, None),
        (timedelta(minutes=5, seconds=1), timedelta(days=9), False, "device clock is ahead"),
        (-timedelta(hours=72), timedelta(days=9), False, None),
        (-timedelta(hours=72, seconds=1), timedelta(days=9), False, "device clock is far behind"),
        (-timedelta(hours=72, seconds=1), timedelta(days=9), True, None),
        (-timedelta(hours=2), timedelta(hours=2), False, None),
        (-timedelta(hours=2, seconds=1), timedelta(hours=2), True, "measured before the kit was assigned"),
        (-timedelta(hours=2), None, False, None),
    ],
)
def test_a_device_clock_is_believed_within_bounds(
    ahead: timedelta, assigned_ago: timedelta | None, run: bool, doubt: str | None
):
    measured_at = NOW + ahead
    assigned_from = None if assigned_ago is None else NOW - assigned_ago
    expected = (measured_at if doubt is None else NOW, doubt)
    assert graded_at(measured_at, NOW, assigned_from, run, LIMITS) == expected


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[spo2_pct]", "[spo2]", "[spo2_pct] is missing"),
        ("checked = 2026-11-21", "checked = 1", "needs `source` and `checked`"),
        ('possible_to = "300" ', 'possible_to = "many" ', "not a number"),
        ("ahead_over_minutes = 5", "", "'ahead_over_minutes' is missing"),
    ],
)
def test_a_limit_file_that_cannot_be_used_names_the_row(tmp_path: Path, old: str, new: str, complaint: str):
    file = tmp_path / "site.toml"
    file.write_text(SHIPPED.read_text().replace(old, new))
    with pytest.raises(LimitsError, match=r"site\.toml") as raised:
        load_limits(file)
    assert complaint in str(raised.value)
