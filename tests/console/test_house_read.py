"""The screens of the house over a real one: what they read of a database, and what their keys write into it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.audit_rows import ALERTS_TABLES
from alerts.cycle import Alerts
from alerts.erasure import erase_patient
from alerts.message import Site
from alerts.outbox import Outbox
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.shift_story import Shown
from alerts.stored_sources import StoredSources
from console.desk import DatabaseDesk
from console.feed import DatabaseFeed
from console.ports import ChangedError, RefusedError
from gateway.audit_rows import GATEWAY_TABLES
from gateway.audit_verify import verify
from gateway.clock import StillClock
from gateway.database import Database
from gateway.entered import store_entered
from gateway.permissions import Role
from gateway.settings import Settings, SiteSettings
from gateway.store import add_hub, assign, hubs
from gateway.users import add_user
from monitor.audit_rows import MIRRORS, MONITOR_TABLES
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event

RULES = load_rules()
LOW = (
    b'{"measured_at": "%s", "oximetry": {"spo2_pct": 89},'
    b' "blood_pressure": {"systolic_mmhg": 86, "diastolic_mmhg": 51}}'
)
ROSTER = """timezone = "UTC"
person = [
  {key = "ada", name = "Ada Berg", number = "+12025550111"},
  {key = "ben", name = "Ben Ortiz", number = "+12025550112"},
]
"""
SHIFT = '[[shift]]\nrole = "%s"\nperson = "ben"\ndays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\n'
EVERY_HOUR = "from = 00:00:00\nuntil = 00:00:00\n"


@pytest.fixture
def site(tmp_path):
    roles = ("nurse", "second_nurse", "oncologist", "emergency_department")
    file = tmp_path / "roster.toml"
    file.write_text(ROSTER + "".join(SHIFT % role + EVERY_HOUR for role in roles), encoding="utf-8")
    return SiteSettings(roster=str(file))


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path}/house.db")
    opened.migrate()
    yield opened
    opened.dispose()


@pytest.fixture
def clock(make):
    return StillClock(make.now)


@pytest.fixture
def house(database, site, clock):
    """Return the feed and the desk of a site with a roster of its own."""
    return DatabaseFeed(database, RULES, Settings(site=site)), DatabaseDesk(database, clock, site=site)


@pytest.fixture
def emergency(database, site, clock, make):
    """Let a patient's pressure fall, and the nurse be called."""
    with database.write() as session:
        patient_id = enrol(session, code="P-0042", profile={}, drug="teclistamab", schedule=None, now=make.now)
        dose = {"at": (make.now - timedelta(hours=31)).isoformat(), "type": "dose", "step": "SUD2"}
        add_event(session, patient_id, dose, "ben", make.now)
        store_entered(session, patient_id, LOW % make.now.isoformat().encode(), make.now)
    engine = Alerts(
        database,
        clock,
        policy=load_policy(None),
        roster=load_roster(site.roster),
        phone=Outbox(database, clock),
        sources=StoredSources(),
        site=Site(timezone="UTC", emergency_number="112", unit_phone="555-0100"),
    )

    def turn():
        Monitor(database, RULES, clock).cycle()
        engine.cycle()

    turn()
    return turn


def of_patient(feed, now):
    [line] = [each for each in feed.ward(now).incidents if each.code == "P-0042"]
    return line


def test_the_story_of_a_real_incident_names_who_was_called_and_what_became_of_it(house, emergency, make):
    feed, _ = house
    line = of_patient(feed, make.now)
    story = feed.incidents(make.now).stories[line.id]
    nurse = next(call for call in story.calls if call.role == "nurse")
    assert (nurse.person, nurse.channel, nurse.state) == ("Ben Ortiz", "sms", "delivered")
    assert {each.what for each in story.happened} >= {"opened", "paged"}
    assert (story.accepted_at, story.ed_told_at, story.began_at) == (None, None, make.now)
    assert [call.at for call in story.calls] == sorted(call.at for call in story.calls)


def test_what_a_nurse_does_at_the_desk_is_in_the_story_a_moment_later(house, emergency, clock, make):
    feed, desk = house
    line = of_patient(feed, make.now)
    desk.hold_notice(line.id, "bed is being found", by="ada")
    clock.advance(timedelta(seconds=20))
    desk.home_answered(line.id, "the son picked up", by="ada")
    story = feed.incidents(clock.now()).stories[line.id]
    done = {each.what: (each.by, each.note) for each in story.happened}
    assert done["notice held"] == ("ada", "bed is being found")
    assert done["home answered"] == ("ada", "the son picked up")
    assert story.ed_held_until is not None
    assert story.accepted_at == clock.now()
    assert story.answered_at == clock.now()


def test_a_note_stands_in_the_record_and_a_struck_one_stays_readable(house, emergency, make):
    feed, desk = house
    patient_id = of_patient(feed, make.now).patient_id
    written = {"at": make.now.isoformat(), "type": "note", "text": "slept well [b]until two[/b]"}
    desk.enter(patient_id, written, by="ada")
    [entry] = [each for each in feed.patient(patient_id, make.now).history.entries if each.kind == "note"]
    assert (entry.text, entry.by, entry.voided) == ("slept well [b]until two[/b]", "ada", False)
    desk.enter(patient_id, {"at": make.now.isoformat(), "type": "void", "of": entry.ref, "why": "of another"}, by="ben")
    [entry] = [each for each in feed.patient(patient_id, make.now).history.entries if each.kind == "note"]
    assert entry.voided
    with pytest.raises(RefusedError, match="holds its words"):
        desk.enter(patient_id, {"at": make.now.isoformat(), "type": "note", "text": " "}, by="ada")


def test_an_incident_is_handed_to_somebody_of_the_roster_alone(house, emergency, make):
    feed, desk = house
    line = of_patient(feed, make.now)
    with pytest.raises(RefusedError, match="accept it, then hand it over"):
        desk.hand_over(line.id, "ben", by="ada")
    desk.acknowledge(line.id, "", by="Ada Berg")
    with pytest.raises(RefusedError, match="There is no zoe on the roster"):
        desk.hand_over(line.id, "zoe", by="Ada Berg")
    desk.hand_over(line.id, "ben", by="Ada Berg")
    assert of_patient(feed, make.now).offered_to == "Ben Ortiz"
    assert of_patient(feed, make.now).holder == "Ada Berg"


def test_an_emergency_is_silenced_by_nobody_and_a_watch_within_the_policys_bounds(house, emergency, database, make):
    feed, desk = house
    with pytest.raises(RefusedError, match="no silence covers that"):
        desk.silence(of_patient(feed, make.now).id, make.now + timedelta(hours=1), "noise", by="ada")
    with database.write() as session:
        calm = enrol(session, code="P-0007", profile={}, drug="teclistamab", schedule=None, now=make.now)
        warm = b'{"measured_at": "%s", "temperature": {"value": 37.6, "unit": "Cel", "site": "oral"}}'
        store_entered(session, calm, warm % make.now.isoformat().encode(), make.now)
    emergency()
    [watch] = [each for each in feed.ward(make.now).incidents if each.code == "P-0007"]
    with pytest.raises(RefusedError, match="at most"):
        desk.silence(watch.id, make.now + timedelta(days=30), "noise", by="ada")
    desk.silence(watch.id, make.now + timedelta(hours=1), "asleep", by="ada")
    [watch] = [each for each in feed.ward(make.now).incidents if each.code == "P-0007"]
    assert watch.silence is not None
    assert (watch.silence.by, watch.silence.why) == ("ada", "asleep")
    desk.end_silence(watch.silence.id, by="ada")
    with pytest.raises(RefusedError, match="has ended already"):
        desk.end_silence(watch.silence.id, by="ada")


def test_the_duty_book_follows_the_file_and_what_was_put_over_it_by_hand(house, site, clock, make, tmp_path):
    feed, desk = house
    book = feed.duty(make.now)
    assert book.roster is not None
    assert book.roster.on_call("nurse", make.now).key == "ben"
    assert [each.state for each in book.telephones] == ["unverified", "unverified"]
    desk.put_on_duty("nurse", "ada", make.now, make.now + timedelta(hours=4), "Ben is ill", by="cleo")
    book = feed.duty(make.now)
    assert book.roster.on_call("nurse", make.now).key == "ada"
    [one] = book.overrides
    assert (one.name, one.why, one.by, one.known) == ("Ada Berg", "Ben is ill", "cleo", True)
    with pytest.raises(RefusedError, match="nobody on the roster"):
        desk.put_on_duty("nurse", "zoe", make.now, make.now + timedelta(hours=4), "", by="cleo")
    with pytest.raises(RefusedError, match="is no number"):
        desk.end_duty("the first", by="cleo")
    desk.end_duty(str(one.id), by="cleo")
    assert feed.duty(make.now).roster.on_call("nurse", make.now).key == "ben"


def test_a_roster_file_that_cannot_be_used_shuts_no_screen_and_is_tried_again(database, site, make, tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_text("person = 3", encoding="utf-8")
    feed = DatabaseFeed(database, RULES, Settings(site=SiteSettings(roster=str(broken))))
    book = feed.duty(make.now)
    assert book.roster is None
    assert "stepguard roster check" in str(book.problem)
    assert feed.incidents(make.now).roster is None
    broken.write_text((tmp_path / "roster.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert feed.duty(make.now).roster is not None


def test_a_hub_is_put_changed_and_taken_out_and_the_log_names_who_did_it(house, database, make, clock):
    feed, desk = house
    with database.write() as session:
        for name in ("kit-17", "kit-18"):
            add_hub(session, name)
        for code in ("P-0042", "P-0043"):
            enrol(session, code=code, profile={}, drug="teclistamab", schedule=None, now=make.now)
    assert [(each.name, each.code, each.heard_at) for each in feed.devices(make.now)] == [
        ("kit-17", None, None),
        ("kit-18", None, None),
    ]
    desk.put_hub("kit-17", "P-0042", by="ada")
    with pytest.raises(RefusedError, match="assigned already"):
        desk.put_hub("kit-17", "P-0043", by="ada")
    clock.advance(timedelta(hours=1))
    desk.swap_hub("kit-17", "kit-18", "P-0042", by="ada")
    assert {each.name: each.code for each in feed.devices(clock.now())} == {"kit-17": None, "kit-18": "P-0042"}
    with pytest.raises(RefusedError, match="does not stand at P-0042 any more"):
        desk.swap_hub("kit-17", "kit-18", "P-0042", by="ada")
    desk.take_hub_out("kit-18", by="ada")
    with database.read() as session:
        assert {each.patient_code for each in hubs(session)} == {None}
        told = session.connection().exec_driver_sql("SELECT body FROM audit WHERE chain = 'people'").scalars().all()
    assert sum(b'"ada"' in body for body in told) == 4


def test_a_swap_whose_second_half_is_refused_changes_nothing(house, database, make):
    feed, desk = house
    with database.write() as session:
        for name in ("kit-17", "kit-18"):
            add_hub(session, name)
        for code in ("P-0042", "P-0043"):
            enrol(session, code=code, profile={}, drug="teclistamab", schedule=None, now=make.now)
        assign(session, "kit-17", "P-0042", make.now - timedelta(days=1))
        assign(session, "kit-18", "P-0043", make.now - timedelta(days=1))
    with pytest.raises(RefusedError, match="assigned already"):
        desk.swap_hub("kit-17", "kit-18", "P-0042", by="ada")
    assert {each.name: each.code for each in feed.devices(make.now)} == {"kit-17": "P-0042", "kit-18": "P-0043"}


def test_the_system_of_a_house_where_nothing_runs_is_not_said_to_see_or_call(house, make):
    feed, _ = house
    parts = {each.subject: each.state for each in feed.system(make.now)}
    assert parts["database"] == "ok"
    assert {parts["gateway"], parts["monitor"], parts["alerts"]} == {"failed"}


def test_what_the_screens_write_asks_for_permission_in_the_transaction_that_writes(house, emergency, database, make):
    feed, desk = house
    line = of_patient(feed, make.now)
    with database.write() as session:
        for name, role in (("eve", Role.AUDITOR), ("tom", Role.DEVICE_TECHNICIAN)):
            add_user(session, name, role, "correct horse battery", by="root", now=make.now)
    later = make.now + timedelta(hours=1)
    for deed in (
        lambda by: desk.hand_over(line.id, "ben", by=by),
        lambda by: desk.silence(line.id, later, "x", by=by),
        lambda by: desk.end_silence(1, by=by),
        lambda by: desk.home_answered(line.id, "", by=by),
        lambda by: desk.put_on_duty("nurse", "ada", make.now, later, "", by=by),
        lambda by: desk.end_duty("1", by=by),
    ):
        for by in ("eve", "tom", "nobody"):
            with pytest.raises(RefusedError, match=r"may not|no enabled login"):
                deed(by)
    for deed in (
        lambda by: desk.put_hub("kit-1", "P-0042", by=by),
        lambda by: desk.take_hub_out("kit-1", by=by),
        lambda by: desk.swap_hub("kit-1", "kit-2", "P-0042", by=by),
    ):
        with pytest.raises(RefusedError, match="may not"):
            deed("eve")
        with pytest.raises(RefusedError, match=r"there is no hub|does not stand"):
            deed("tom")


def test_a_shift_is_told_from_the_record_and_confirmed_as_it_was_read(
    house, emergency, database, clock, site, make, verify_log
):
    """The whole of it: report, refusals, a change while it is read, what is sealed, and what an erasure leaves."""
    feed, desk = house
    patient_id = of_patient(feed, make.now).patient_id
    given = {"at": make.now.isoformat(), "type": "medication", "name": "paracetamol", "amount": 1000, "unit": "mg"}
    desk.enter(patient_id, given, by="ben")
    emergency()
    clock.advance(timedelta(minutes=1))
    report = feed.shift(clock.now()).report
    [part] = report.patients
    told = "\n".join(fact.text for fact in part.facts)
    assert (report.span.giver, part.group.name, part.eventful) == ("Ben Ortiz", "EMERGENCY", True)
    assert "medication paracetamol 1000 mg, ben [m2]" in told
    assert "paracetamol may hide fever until 07:14" in told
    assert "NOBODY HAS IT since 01:14" in told
    assert "urgency: not assessed before, " in told
    assert "not recorded: " in told

    def shown(now_shown):
        return Shown(
            given_by="Ben Ortiz",
            since=now_shown.span.since,
            shown_at=now_shown.span.now,
            items=(now_shown.ward.item, *(each.item for each in now_shown.patients)),
        )

    with pytest.raises(RefusedError, match="Whoever takes over confirms"):
        desk.confirm_shift(shown(report), by="ben")
    with pytest.raises(RefusedError, match="Say who handed over"):
        desk.confirm_shift(replace(shown(report), given_by=" "), by="ada")
    desk.acknowledge(of_patient(feed, make.now).id, "", by="Ben Ortiz")
    with pytest.raises(
        ChangedError, match=r"P-0042: was EMERGENCY .*nobody has it; is now .*with Ben Ortiz"
    ) as refused:
        desk.confirm_shift(shown(report), by="ada")
    assert refused.value.codes == ("P-0042",)
    assert feed.shift(clock.now()).report.patients[0].confirmed is None

    clock.advance(timedelta(minutes=1))
    again = feed.shift(clock.now()).report
    desk.confirm_shift(shown(again), by="ada")
    [taken] = feed.shift(clock.now()).report.patients
    assert (taken.confirmed.received_by, taken.confirmed.given_by) == ("ada", "Ben Ortiz")
    assert taken.confirmed.digest == again.patients[0].item.digest
    assert of_patient(feed, make.now).holder == "Ben Ortiz"  # confirming takes nobody's page
    handed = feed.duty(clock.now()).handed
    assert (handed.left, handed.ward.received_by, len(handed.taken)) == ((), "ada", 1)
    desk.look_at_shift([patient_id], "screen", by="ada")
    assert verify_log().sound

    # an erasure takes what the digest could be compared with, and leaves who took over when
    desk.enter(patient_id, {"at": clock.now().isoformat(), "type": "place", "where": "ended"}, by="ada")
    emergency()
    with database.write_connection() as connection:
        connection.exec_driver_sql("UPDATE incident SET state = 'resolved'")
    with database.write() as session:
        erase_patient(session, patient_id, by="ada", why="asked for it", now=clock.now())
    with database.read() as session:
        kept = session.connection().exec_driver_sql("SELECT patient_id, received_by, digest FROM shift_confirmation")
        assert {(one, who, len(pin)) for one, who, pin in kept} == {(None, "ada", 64), (patient_id, "ada", 0)}
    assert verify_log().sound
    with database.write_connection() as connection:
        connection.exec_driver_sql("UPDATE shift_confirmation SET received_by = 'zoe'")
    assert not verify_log().sound


@pytest.fixture
def verify_log(database):
    def verified():
        with database.read() as session:
            return verify(session.connection(), (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES), mirrors=MIRRORS)

    return verified
