"""Duty that changes while the chain runs: overrides entered at night, a file that was edited, hours nobody covers."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.phone import Refused
from alerts.roster_file import load_roster
from alerts.roster_overrides import OverrideRefusedError, add_override, overrides, remove_override, with_overrides
from alerts.roster_watch import SETTLES_WITHIN_S, RosterWatch

ADA, BEN, CLEO, ITO = (f"+1202555011{n}" for n in range(1, 5))
SMS, VOICE = "sms", "voice"
EVERY_DAY = 'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'


def put_on_duty(ward, role="nurse", person="cleo", *, hours=8, starts=None, by="ada"):
    starts = starts or ward.clock.at
    with ward.database.write() as session:
        return add_override(
            session,
            ward.roster,
            role=role,
            person=person,
            starts=starts,
            ends=starts + timedelta(hours=hours),
            why="Ben is ill",
            by=by,
            now=ward.clock.at,
        )


def on_call(ward, role="nurse", at=None):
    with ward.database.read() as session:
        person = with_overrides(session, ward.roster, ward.clock.at).on_call(role, at or ward.clock.at)
    return person and person.key


def shift(role, person, starts="00:00:00", ends="00:00:00"):
    return f'[[shift]]\nrole = "{role}"\nperson = "{person}"\n{EVERY_DAY}\nfrom = {starts}\nuntil = {ends}\n'


def person(key, number):
    return f'[[person]]\nkey = "{key}"\nname = "{key.title()}"\nnumber = "{number}"\n'


PEOPLE = person("ada", ADA) + person("ben", BEN) + person("cleo", CLEO)
OTHERS = shift("second_nurse", "cleo") + shift("oncologist", "cleo") + shift("emergency_department", "cleo")
HOLED = shift("nurse", "ada", "07:00:00", "19:00:00") + shift("nurse", "ben", "20:00:00", "07:00:00")


class SitesFile:
    """A site's own roster, followed by the engine. Time passes on the wall only in `look_again`."""

    def __init__(self, ward, path):
        self.ward, self.path = ward, path
        self.saved, self.wall_s = 0, 0.0
        self.save('timezone = "UTC"\n' + PEOPLE + shift("nurse", "ben") + OTHERS)
        self.restart()

    def save(self, text):
        self.path.write_text(text)
        self.saved += 1
        os.utime(self.path, ns=(0, self.saved))  # two writes within one tick of the clock are two writes

    def look_again(self, seconds=SETTLES_WITHIN_S):
        self.wall_s += seconds
        look_around(self.ward)

    def restart(self):
        self.ward.roster = load_roster(self.path)
        self.ward.roster_watch = RosterWatch(self.path, self.ward.roster, elapsed_s=lambda: self.wall_s)
        self.ward.restart()


@pytest.fixture
def file(ward, tmp_path):
    return SitesFile(ward, tmp_path / "roster.toml")


def begin_with(ward, tmp_path, text):
    """Let an engine begin with a roster of its own, followed by nobody."""
    path = tmp_path / "roster.toml"
    path.write_text('timezone = "UTC"\n' + PEOPLE + text)
    ward.roster = load_roster(path)
    ward.restart()
    ward.alerts.cycle()


def look_around(ward):
    """Run a pass that looks at technical conditions too."""
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()


def technical(ward):
    return {line.reason: line.urgency for line in ward.lines() if line.kind == "technical"}


def test_an_override_entered_at_night_takes_over_the_next_rungs_of_a_ladder_that_is_running(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    ward.advance(minutes=2)
    put_on_duty(ward, person="ada")
    ward.advance(minutes=3)
    ward.expect((ADA, VOICE))


def test_an_override_that_is_removed_gives_the_duty_back_to_the_file(ward):
    number = put_on_duty(ward, person="ada")
    assert on_call(ward) == "ada"
    with ward.database.write() as session:
        remove_override(session, number, by="cleo", now=ward.clock.at)
    assert on_call(ward) == "ben"
    with ward.database.read() as session:
        [kept] = overrides(session, ward.clock.at, ended=True)
    assert (kept.by, kept.removed_by, kept.why) == ("ada", "cleo", "Ben is ill")
    ward.fever()
    ward.expect((BEN, SMS))


def test_the_newest_override_counts_and_outside_its_hours_the_older_one(ward):
    put_on_duty(ward, person="ada", hours=8)
    put_on_duty(ward, person="cleo", hours=2)
    assert on_call(ward) == "cleo"
    assert on_call(ward, at=ward.clock.at + timedelta(hours=2)) == "ada"
    assert on_call(ward, at=ward.clock.at + timedelta(hours=8)) == "ada"  # 10:10: Ada's own shift
    assert on_call(ward, at=ward.clock.at + timedelta(hours=20)) == "ben"


def test_an_override_of_one_role_leaves_the_others_alone(ward):
    put_on_duty(ward, role="oncologist", person="ada")
    assert (on_call(ward, "oncologist"), on_call(ward, "nurse")) == ("ada", "ben")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"person": "eve"}, "nobody on the roster is 'eve'; known are ada, ben, cleo, dr-ito, ed"),
        ({"hours": 0}, "it would end before it begins"),
        ({"hours": 1, "starts": datetime(2026, 3, 2, tzinfo=UTC)}, "it has ended already"),
    ],
)
def test_an_override_that_cannot_be_meant_is_refused(ward, change, said):
    with pytest.raises(OverrideRefusedError, match=said):
        put_on_duty(ward, **change)


def test_an_override_that_is_gone_or_never_was_cannot_be_removed(ward):
    number = put_on_duty(ward, hours=1)
    for wrong in (number, number + 7):
        ward.clock.at += timedelta(hours=1)
        with ward.database.write() as session, pytest.raises(OverrideRefusedError):
            remove_override(session, wrong, by="ada", now=ward.clock.at)


def test_an_override_closes_a_gap_and_the_incident_about_it(ward, file):
    file.save('timezone = "UTC"\n' + PEOPLE + shift("nurse", "ben", "08:00:00", "02:00:00") + OTHERS)
    file.look_again()
    file.look_again()
    assert technical(ward) == {"nobody is on call as nurse": "urgent"}
    put_on_duty(ward, person="ada", hours=30)
    file.look_again()
    assert technical(ward) == {}


def test_an_override_for_somebody_who_left_the_roster_hides_nobody(ward, file):
    put_on_duty(ward, person="ada", hours=30)
    file.look_again()
    file.save('timezone = "UTC"\n' + person("ben", BEN) + person("cleo", CLEO) + shift("nurse", "ben") + OTHERS)
    file.look_again()
    ward.fever()
    ward.expect((BEN, SMS))


def test_a_changed_file_is_in_force_at_the_next_pass(ward, file):
    ward.fever()
    ward.expect((BEN, SMS))
    file.save('timezone = "UTC"\n' + PEOPLE + shift("nurse", "ada") + OTHERS)
    file.look_again()
    ward.advance(minutes=5)
    ward.expect((ADA, VOICE))


def test_a_file_that_cannot_be_used_is_said_and_the_one_before_stays(ward, file):
    file.save('timezone = "UTC"\n[[person')
    file.look_again(0)
    assert technical(ward) == {}  # an editor may be writing it at this moment
    file.look_again()
    assert technical(ward) == {"the changed roster cannot be used, the one before is in force": "urgent"}
    ward.phone.take()
    ward.fever()
    ward.expect((BEN, SMS))
    file.save('timezone = "UTC"\n' + PEOPLE + shift("nurse", "ada") + OTHERS)
    file.look_again()
    file.look_again()
    assert technical(ward) == {}


def test_a_file_that_is_away_is_said_and_the_one_before_stays(ward, file, tmp_path):
    (tmp_path / "roster.toml").unlink()
    file.look_again()
    file.look_again()
    assert technical(ward) == {"the changed roster cannot be used, the one before is in force": "urgent"}
    assert ward.alerts._duty.roster.on_call("nurse", ward.clock.at).key == "ben"


def test_somebody_who_left_the_roster_was_called_in_vain_and_the_next_rung_is_due_at_once(ward, file):
    ward.fever()
    ward.expect((BEN, SMS))
    file.save('timezone = "UTC"\n' + person("ada", ADA) + person("cleo", CLEO) + shift("nurse", "ada") + OTHERS)
    file.look_again()
    ward.expect((ADA, VOICE))


def test_the_same_holds_when_the_engine_was_down_while_they_left(ward, file):
    ward.fever()
    ward.expect((BEN, SMS))
    file.save('timezone = "UTC"\n' + person("ada", ADA) + person("cleo", CLEO) + shift("nurse", "ada") + OTHERS)
    file.restart()
    ward.alerts.cycle()
    ward.expect((ADA, VOICE))


def test_somebody_who_left_the_roster_cannot_accept(ward, file):
    ward.fever()
    file.save('timezone = "UTC"\n' + person("ada", ADA) + person("cleo", CLEO) + shift("nurse", "ada") + OTHERS)
    file.look_again()
    ward.phone.take()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    assert ward.line().holder is None


def test_a_gap_is_told_to_the_present_nurse_a_day_before_and_by_day(ward, tmp_path):
    hours = 'days = ["mon", "tue"]\nfrom = 00:00:00\nuntil = 00:00:00\n'
    oncologist = f'[[shift]]\nrole = "oncologist"\nperson = "cleo"\n{hours}'
    nurses = shift("nurse", "ada", "07:00:00", "19:00:00") + shift("nurse", "ben", "19:00:00", "07:00:00")
    others = shift("second_nurse", "cleo") + shift("emergency_department", "cleo")
    begin_with(ward, tmp_path, nurses + oncologist + others)  # Tuesday 02:10; on Wednesday nobody is the oncologist
    assert technical(ward) == {"nobody is on call as oncologist within a day, from Wed 00:00": "watch"}
    ward.no_texts()  # it can wait for the morning
    ward.clock.at = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    look_around(ward)
    [text] = ward.expect((ADA, SMS))
    code = ward.line().page_code
    assert text == (
        f"STEPGUARD SYSTEM. Nobody is on call as oncologist from Wed 04 Mar 00:00. Reply {code} OK. Call 555-0100"
    )
    ward.clock.at += timedelta(hours=1)
    look_around(ward)
    ward.no_texts()
    ward.texts_back(ADA, f"{code} OK")
    assert ward.line().holder == "Ada"


def test_a_gap_soon_after_the_night_is_told_in_the_night(ward, tmp_path):
    holed = shift("nurse", "ben", "19:00:00", "07:30:00") + shift("nurse", "ada", "08:00:00", "19:00:00")
    begin_with(ward, tmp_path, holed + OTHERS)
    ward.no_texts()
    ward.clock.at = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)  # four hours before it
    look_around(ward)
    [text] = ward.expect((BEN, SMS))
    assert "as nurse from Tue 03 Mar 07:30" in text


def test_a_notice_that_reaches_nobody_goes_to_the_next_nurse(ward, tmp_path):
    begin_with(ward, tmp_path, HOLED + OTHERS)
    assert technical(ward) == {"nobody is on call as nurse within a day, from Tue 19:00": "watch"}
    ward.phone.outcomes[(ADA, SMS)] = [Refused("switched off")]
    ward.clock.at = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    for _ in range(3):
        look_around(ward)
    ward.expect((ADA, SMS), (CLEO, SMS))


def test_how_far_ahead_a_gap_is_looked_for_is_the_policys(ward, tmp_path):
    ward.policy = replace(ward.policy, gap_ahead_s=3600)
    begin_with(ward, tmp_path, HOLED + OTHERS)
    assert technical(ward) == {}


def test_an_hour_nobody_covers_calls_whoever_else_there_is(ward, tmp_path):
    holed = shift("nurse", "ada", "07:00:00", "19:00:00") + shift("nurse", "ben", "20:00:00", "02:00:00")
    begin_with(ward, tmp_path, holed + OTHERS)
    ward.expect((CLEO, SMS))  # the second nurse, at once
    assert technical(ward) == {"nobody is on call as nurse": "urgent"}
