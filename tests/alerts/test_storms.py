"""One cause is one call: twenty homes behind a broken line, conditions that another explains; no alarm is hidden."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import desk
from alerts.incident import Incident
from alerts.incident_news import no_answer_at, observe, open_for
from alerts.inhibition import cause_of
from alerts.policy_file import PolicyError, load_policy, terms_of
from alerts.report import Report
from alerts.sources import Trouble
from alerts.storm import storm_of
from gateway.reading import PatientId

ADA, BEN, CLEO, ITO, ED = (f"+1202555011{n}" for n in range(1, 6))
SMS, VOICE = "sms", "voice"
OVERDUE = ("temperature", "oximetry", "blood_pressure")
TWENTY = range(1, 21)
FEW = range(1, 7)
ALL_OF_THEM = r"STEPGUARD WATCH P-000\d and 5 more\. Reply "
POLICY = load_policy()
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def home(patient):
    return f"+120255502{patient:02d}"


@pytest.fixture(autouse=True)
def _always_looks_around(monkeypatch):
    monkeypatch.setattr("alerts.cycle.LOOK_AROUND_S", 0.0)


@pytest.fixture
def town(ward):
    """Twenty homes with a caregiver each."""
    for patient in TWENTY:
        ward.caregiver(patient, home(patient), name=f"caregiver {patient}")
    return ward


def holds(ward, *keys, severity="high"):
    """Let these technical conditions hold now and no others."""
    ward.monitor.conditions = [
        Trouble(key=key, severity=severity, since=ward.clock.at, text=f"{key} is wrong") for key in keys
    ]
    ward.alerts.cycle()


def accepted(ward, body):
    ward.texts_back(BEN, f"{body.split('Reply ')[1][:4]} OK")
    ward.expect((BEN, SMS))


def fall_silent(ward, patients=FEW, **said):
    for patient in patients:
        ward.says(patient, **{"urgency": "watch", "overdue": OVERDUE, **said})


def become_urgent(ward, patients=FEW):
    fall_silent(ward, patients, urgency="urgent", groups={"sight"})


def measures(ward, patient):
    ward.says(patient, reading=ward.measured(celsius="36.8", spo2=97, pressure=(121, 74)))
    ward.expect((home(patient), SMS))


def to_staff(messages):
    staff = {ADA, BEN, CLEO, ITO, ED}
    return [(message.number, message.channel, message.body) for message in messages if message.number in staff]


def to_homes(ward, channel, patients=FEW):
    ward.expect(*((home(patient), channel) for patient in patients))


def storm(ward, patients=FEW, **said):
    """The broker is gone and the nurse knows it; a minute later the homes are overdue. Returns when."""
    holds(ward, "deaf")
    [page] = ward.expect((BEN, SMS))
    accepted(ward, page)
    ward.advance(minutes=1)
    since = ward.clock.at
    fall_silent(ward, patients, **said)
    to_homes(ward, SMS, patients)
    ward.advance(minutes=10)
    to_homes(ward, VOICE, patients)
    return since


def test_twenty_homes_silent_at_once_are_one_technical_page_that_says_how_many(town):
    since = storm(town, TWENTY)
    town.advance(until=since + timedelta(seconds=1799))
    town.no_texts()
    town.advance(seconds=1)
    become_urgent(town, TWENTY)
    [page] = town.expect((BEN, SMS))
    assert page.startswith("STEPGUARD SYSTEM, 20 homes silent. Reply ")
    accepted(town, page)
    town.advance(until=since + timedelta(seconds=3599))
    town.no_texts()


def test_the_board_names_the_homes_by_code_and_says_when_each_is_called_about_by_itself(town):
    since = storm(town)
    town.advance(until=since + 30 * MINUTE)
    [cause] = [line for line in town.lines() if line.kind == "technical"]
    assert cause.reason == "deaf is wrong; 6 homes are silent"
    assert list(cause.stands_for) == [f"P-{patient:04d}" for patient in FEW]
    homes = [line for line in town.lines() if line.kind == "no_sight"]
    assert {line.explained_by for line in homes} == {"deaf"}
    assert {(line.next_step, line.next_at) for line in homes} == {("nurse sms", since + 60 * MINUTE)}


def test_when_the_cause_ends_each_home_that_is_still_silent_is_judged_by_itself(town):
    since = storm(town)
    town.advance(until=since + 30 * MINUTE)
    become_urgent(town)
    [page] = town.expect((BEN, SMS))
    accepted(town, page)
    for patient in range(4, 7):
        measures(town, patient)
    town.advance(minutes=10)
    town.no_texts()
    holds(town)
    town.advance(seconds=59)
    town.no_texts()
    town.advance(seconds=1)
    [page] = town.expect((BEN, SMS))
    assert re.match(r"STEPGUARD URGENT P-000[123] and 2 more\. Reply ", page)
    town.advance(minutes=5)
    town.expect((BEN, VOICE))
    town.advance(minutes=5)
    town.expect((CLEO, SMS))


def test_a_cause_that_ends_before_anybody_had_to_be_called_delays_nobody(town):
    since = storm(town)
    holds(town)
    town.advance(until=since + 30 * MINUTE)
    [page] = town.expect((BEN, SMS))
    assert re.match(ALL_OF_THEM, page)


def test_what_the_hubs_deliver_in_the_minute_after_the_cause_calls_nobody(town):
    since = storm(town)
    town.advance(until=since + 30 * MINUTE)
    [page] = town.expect((BEN, SMS))
    accepted(town, page)
    town.advance(minutes=5)
    holds(town)
    for patient in FEW:
        town.advance(seconds=2)
        measures(town, patient)
    town.advance(hours=2)
    town.no_texts()
    assert town.lines() == []


def test_a_cause_that_comes_and_goes_holds_no_home_back_for_longer(town):
    since = storm(town, phase="closed")
    town.advance(until=since + 30 * MINUTE)
    for _ in range(4):
        holds(town)
        town.advance(seconds=59)
        holds(town, "deaf")
        town.advance(minutes=5)
    town.advance(until=since + timedelta(seconds=3599))
    assert not [body for _, _, body in to_staff(town.phone.take()) if "system" not in body.lower()]
    town.advance(until=since + 60 * MINUTE)
    assert [body for _, _, body in to_staff(town.phone.take()) if re.match(ALL_OF_THEM, body)]


def test_homes_outside_the_window_are_called_about_half_an_hour_later_though_the_cause_still_holds(town):
    since = storm(town, phase="closed")
    town.advance(until=since + 30 * MINUTE)
    [page] = town.expect((BEN, SMS))
    accepted(town, page)
    town.advance(until=since + timedelta(seconds=3599))
    town.no_texts()
    town.advance(seconds=1)
    [page] = town.expect((BEN, SMS))
    assert re.match(ALL_OF_THEM, page)


def test_a_home_in_the_window_that_answers_nobody_is_an_emergency_at_the_minute_at_which_it_would_have_been(town):
    since = storm(town)
    town.advance(until=since + 30 * MINUTE)
    become_urgent(town)
    [page] = town.expect((BEN, SMS))
    accepted(town, page)
    for patient in range(3, 7):
        measures(town, patient)
    town.advance(until=since + timedelta(seconds=3599))
    town.no_texts()
    town.advance(seconds=1)
    assert {line.kind for line in town.lines() if line.code in {"P-0001", "P-0002"}} == {"no_answer"}
    pages = to_staff(town.phone.take())
    assert sorted(body[:28] for _, _, body in pages) == [f"STEPGUARD EMERGENCY P-000{n}. " for n in (1, 2)]


def test_a_fever_texted_from_one_of_the_silent_homes_calls_at_once_by_itself(town):
    storm(town)
    town.says(
        4,
        reading=town.measured(celsius="38.4"),
        by_text=True,
        urgency="urgent",
        grade=1,
        groups={"temperature"},
        overdue=("oximetry", "blood_pressure"),
    )
    page = next(body for _, _, body in to_staff(town.phone.take()))
    assert page.startswith("STEPGUARD URGENT P-0004. Reply ")
    [cause] = [line for line in town.lines() if line.kind == "technical"]
    assert "P-0004" not in cause.stands_for


def test_a_home_in_an_open_episode_is_never_stood_for(town):
    onset = town.clock.at - timedelta(hours=5)
    holds(town, "deaf")
    town.expect((BEN, SMS))
    fall_silent(town, range(1, 5), onset=onset)
    fall_silent(town, range(5, 10))
    town.advance(minutes=30)
    pages = [body for _, _, body in to_staff(town.phone.take()) if "SYSTEM" not in body]
    assert any(re.match(r"STEPGUARD WATCH P-000[1234] and 3 more\.", body) for body in pages)
    [cause] = [line for line in town.lines() if line.kind == "technical"]
    assert list(cause.stands_for) == [f"P-000{n}" for n in range(5, 10)]


def test_two_silent_homes_are_no_storm(town):
    holds(town, "deaf")
    [page] = town.expect((BEN, SMS))
    accepted(town, page)
    fall_silent(town, (1, 2))
    to_homes(town, SMS, (1, 2))
    town.advance(minutes=30)
    pages = to_staff(town.phone.take())
    assert [bool(re.match(r"STEPGUARD WATCH P-000[12] and 1 more\.", body)) for _, _, body in pages] == [True]


def test_homes_that_are_silent_without_a_cause_are_called_about_as_ever(town):
    fall_silent(town)
    to_homes(town, SMS)
    town.advance(minutes=30)
    pages = to_staff(town.phone.take())
    assert [bool(re.match(ALL_OF_THEM, body)) for _, _, body in pages] == [True]


def test_a_cause_that_somebody_silenced_stands_for_no_home(town):
    with town.database.write() as session:
        desk.silence(
            session,
            by="Eva",
            why="planned work",
            until=town.clock.at + timedelta(hours=2),
            now=town.clock.at,
            limits=town.policy.silences,
            key="deaf",
            severity="high",
        )
    holds(town, "deaf")
    town.no_texts()
    fall_silent(town)
    to_homes(town, SMS)
    town.advance(minutes=30)
    pages = to_staff(town.phone.take())
    assert [bool(re.match(ALL_OF_THEM, body)) for _, _, body in pages] == [True]


def test_a_cause_found_later_takes_back_no_call_that_was_made(town):
    fall_silent(town)
    town.advance(minutes=30)
    town.phone.take()
    holds(town, "deaf")
    town.expect((BEN, SMS))
    become_urgent(town)
    town.advance(minutes=5)
    assert {(number, channel) for number, channel, _ in to_staff(town.phone.take())} == {(BEN, VOICE)}
    [cause] = [line for line in town.lines() if line.kind == "technical"]
    assert cause.stands_for == ()


def test_a_storm_outlives_a_restart(town):
    since = storm(town)
    town.restart()
    town.advance(until=since + 30 * MINUTE)
    become_urgent(town)
    [page] = town.expect((BEN, SMS))
    assert page.startswith("STEPGUARD SYSTEM, 6 homes silent.")
    town.restart()
    holds(town)
    town.restart()
    town.advance(minutes=1)
    [page] = town.expect((BEN, SMS))
    assert re.match(ALL_OF_THEM.replace("WATCH", "URGENT"), page)


def test_a_broker_that_is_away_explains_its_hubs_and_they_call_again_when_it_is_back_and_they_are_not(ward):
    holds(ward, "deaf", "hubs", "silence")
    ward.expect((BEN, SMS))
    by_key = {line.reason.split(" is ")[0]: line for line in ward.lines()}
    assert {key: line.explained_by for key, line in by_key.items()} == {"deaf": None, "hubs": "deaf", "silence": "deaf"}
    ward.advance(minutes=4)
    ward.no_texts()
    holds(ward, "hubs", "silence")
    ward.expect((BEN, SMS))
    holds(ward)
    ward.advance(hours=2)
    ward.no_texts()
    assert ward.lines() == []


def test_a_condition_that_was_called_about_is_quiet_from_the_moment_its_cause_is_known(ward):
    holds(ward, "hubs")
    ward.expect((BEN, SMS))
    holds(ward, "deaf", "hubs")
    ward.expect((BEN, SMS))
    ward.advance(minutes=5)
    ward.expect((BEN, VOICE))


def test_what_is_explained_and_what_is_not():
    assert cause_of("offline:h7", {"deaf"}) == "deaf"
    assert cause_of("offline:h7", {"deaf", "quiet:gateway"}) == "quiet:gateway"
    assert cause_of("deaf", {"deaf", "quiet:gateway"}) == "quiet:gateway"
    assert cause_of("drill:ben", {"mute"}) == "mute"
    for alone in ("mute", "roster:nurse", "ungraded:4", "broken:patient:4", "quiet:monitor", "quiet:gateway"):
        assert cause_of(alone, {"quiet:gateway", "deaf", "hubs", "silence", alone}) is None


def test_parts_are_not_called_quiet_because_our_own_database_was_away(ward, monkeypatch):
    wall_s = [0.0]
    monkeypatch.setattr("alerts.cycle.monotonic_s", lambda: wall_s[0])
    ward.watched = ("gateway",)
    ward.restart()
    ward.monitor.beats["gateway"] = ward.clock.at
    ward.alerts.cycle()
    for span in (60, 14):  # no pass for a minute, as while the database is away; then passes again
        ward.clock.at += timedelta(seconds=span)
        wall_s[0] += span
        ward.alerts.cycle()
        ward.no_texts()
    ward.clock.at += timedelta(seconds=1)
    wall_s[0] += 1
    ward.alerts.cycle()
    ward.expect((BEN, SMS))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (("stands_for_s = 1800", "stands_for_s = 1801"), r"\[storm\] stands_for_s must lie between 0 and 1800"),
        (("homes_at_least = 3", "homes_at_least = 1"), r"\[storm\] homes_at_least must be 2 or more"),
        (("settles_s = 60", "settles_s = 121"), r"\[storm\] settles_s must lie between 0 and 120"),
    ],
)
def test_no_site_may_let_a_page_stand_for_homes_for_longer_or_for_one_home(tmp_path, changed, words):
    shipped = resources.files("alerts").joinpath("data", "policy.toml").read_text()
    (tmp_path / "policy.toml").write_text(shipped.replace(*changed))
    with pytest.raises(PolicyError, match=words):
        load_policy(tmp_path / "policy.toml")


@st.composite
def reports(draw):
    overdue = draw(st.sampled_from([OVERDUE, ("temperature",), ()]))
    return Report(
        at=NOW,
        urgency=draw(st.sampled_from(["watch", "urgent", "emergency"])),
        grade=draw(st.sampled_from([None, 0, 1, 2])),
        urgent_groups=frozenset(draw(st.sets(st.sampled_from(["sight", "temperature", "oximetry", "symptom"])))),
        overdue=overdue,
        place=draw(st.sampled_from(["home", "discharged", "admitted", "travelling"])),
        exposed=draw(st.booleans()),
        febrile=draw(st.booleans()),
        in_episode=draw(st.booleans()),
        blind=draw(st.booleans()),
    )


def cause() -> Incident:
    return Incident(opened_at=NOW, began_at=NOW, kind="technical", urgency="urgent", reason="x", terms=terms_of(POLICY))


@given(first=st.lists(reports(), min_size=1, max_size=6), later=reports(), minutes=st.integers(0, 200))
def test_no_page_ever_stands_for_anything_but_silence_and_no_emergency_is_later_for_it(first, later, minutes):
    opened = [open_for(report, terms_of(POLICY), NOW) for report in first]
    homes = {number: one for number, one in enumerate(opened, 1) if one is not None}
    now = NOW + minutes * MINUTE
    found = storm_of({"deaf": cause()}, homes, POLICY, now)
    for number, held in found.homes.items():
        report = homes[number].report
        assert (held.kind, report.home, bool(report.overdue)) == ("no_sight", True, True)
        assert report.urgent_groups <= {"sight"}
        assert not report.febrile
        assert not report.in_episode
        assert held.explained.until - held.explained.since <= timedelta(minutes=30)
        emergency_at = no_answer_at(held)
        if report.exposed:
            assert emergency_at == NOW + timedelta(hours=1)
        news = observe(held, replace(later, overdue=OVERDUE, place="home"), now)
        if news.kind != "no_sight":
            again = storm_of({"deaf": cause()}, {number: news}, POLICY, now)
            assert again.stands_for == frozenset()


def test_no_technical_condition_of_a_patient_is_ever_explained_away(ward):
    ward.monitor.conditions = [
        Trouble(key="deaf", severity="high", since=ward.clock.at, text="deaf"),
        Trouble(key="ungraded:1", severity="high", since=ward.clock.at, text="no grade", patient_id=PatientId(1)),
    ]
    ward.alerts.cycle()
    [page] = ward.expect((BEN, SMS))
    assert page.startswith("STEPGUARD SYSTEM and 1 more.")
