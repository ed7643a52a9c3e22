"""The console over a real house: its feed and desk keep the promises the fakes of the other tests keep."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from keyboard import settled

from alerts.cycle import Alerts
from alerts.message import Site
from alerts.outbox import Outbox
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.stored_sources import StoredSources
from console.app import _rules_to_show
from console.desk import DatabaseDesk
from console.entry.vocabulary import load_medicines
from console.feed import DatabaseFeed
from console.ports import Desk, Feed, RefusedError
from console.terminal import ConsoleApp
from console.views.ward import ward_view
from gateway.clock import StillClock
from gateway.database import Database
from gateway.entered import store_entered
from gateway.permissions import Role
from gateway.reading import PatientId
from gateway.settings import RulesSettings, Settings
from gateway.users import add_user
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event

RULES = load_rules()
FEVER = (
    b'{"measured_at": "%s", "temperature": {"value": 38.4, "unit": "Cel", "site": "oral"},'
    b' "oximetry": {"spo2_pct": 93}, "blood_pressure": {"systolic_mmhg": 86, "diastolic_mmhg": 51}}'
)


@dataclass
class House:
    """A database with one febrile patient whose page nobody has answered."""

    database: Database
    clock: StillClock
    patient_id: PatientId

    def turn(self) -> None:
        """Let the monitor and alerts look at what is stored."""
        Monitor(self.database, RULES, self.clock).cycle()
        Alerts(
            self.database,
            self.clock,
            policy=load_policy(None),
            roster=load_roster(None),
            phone=Outbox(self.database, self.clock),
            sources=StoredSources(),
            site=Site(timezone="Europe/Copenhagen", emergency_number="112", unit_phone="555-0100"),
        ).cycle()


@pytest.fixture
def house(tmp_path, make) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path}/house.db")
    database.migrate()
    clock = StillClock(make.now)
    dosed = make.now - timedelta(hours=31)
    with database.write() as session:
        profile = {"baseline": {"systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97}}
        patient_id = enrol(session, code="P-0042", profile=profile, drug="teclistamab", schedule="us_weekly", now=dosed)
        dose = {"at": dosed.isoformat(), "type": "dose", "step": "SUD2", "amount": 0.3, "unit": "mg/kg"}
        add_event(session, patient_id, dose, "ben", dosed)
        store_entered(session, patient_id, FEVER % make.now.isoformat().encode(), make.now)
    built = House(database, clock, patient_id)
    built.turn()
    yield built
    database.dispose()


@pytest.fixture(params=["fake", "real"])
def either(request, house, feed, desk, make) -> SimpleNamespace:
    """Return a feed and a desk, once the fakes and once the real ones; both know P-0042 with an unanswered page."""
    if request.param == "fake":
        return SimpleNamespace(feed=feed, desk=desk, patient_id=PatientId(42), actor=make.actor, clock=house.clock)
    return SimpleNamespace(
        feed=DatabaseFeed(house.database, RULES, Settings()),
        desk=DatabaseDesk(house.database, house.clock),
        patient_id=house.patient_id,
        actor=make.actor,
        clock=house.clock,
    )


def own_page(feed: Feed, patient_id: PatientId, make):
    [page] = [each for each in feed.ward(make.now).incidents if each.patient_id == patient_id]
    return page


def test_a_ward_holds_its_patients_pages_and_texts_of_one_moment(either, make):
    ward = either.feed.ward(make.now)
    assert ward.read_at == make.now
    assert "P-0042" in {each.code for each in ward.overviews}
    page = own_page(either.feed, either.patient_id, make)
    assert page.unanswered_since is not None
    assert page.holder is None
    assert any(each.incident_id == page.id for each in ward.texts)
    assert [each.at for each in ward.texts] == sorted((each.at for each in ward.texts), reverse=True)
    assert "unsigned" in {each.kind for each in ward.faults}


def test_a_record_is_of_the_patient_asked_for(either, make):
    record = either.feed.patient(either.patient_id, make.now)
    assert record.overview.code == "P-0042"
    assert {each.patient_id for each in record.incidents} == {either.patient_id}
    assert {"temperature", "oximetry", "blood_pressure"} <= {each.group for each in record.history.points}
    assert "dose" in {each.kind for each in record.history.entries}
    assert either.feed.patient(PatientId(999_999), make.now).overview is None


def test_behind_a_record_stand_the_patients_lines_episodes_and_sources_and_follow_what_is_entered(house, make):
    feed, desk = DatabaseFeed(house.database, RULES, Settings()), DatabaseDesk(house.database, house.clock)
    record = feed.patient(house.patient_id, make.now)
    behind = record.dossier
    assert [line.value for line in behind.thresholds.temperature][:2] == [38, Decimal("39.5")]
    assert [(each.number, each.resolved) for each in behind.episodes] == [(1, None)]
    assert all(each.source for each in (*behind.label, *behind.around, *behind.prompted))
    assert feed.patient(house.patient_id, make.now).dossier is behind  # nothing new: not folded again
    body = {"type": "medication", "name": "paracetamol", "amount": 1000, "unit": "mg"}
    desk.enter(house.patient_id, {"at": make.now.isoformat(), **body}, by=make.actor)
    [taken] = feed.patient(house.patient_id, make.now).dossier.taken
    assert (taken.name, taken.hides_fever_until - taken.at) == ("paracetamol", RULES.masking["paracetamol"].lasts)


def test_the_texts_of_a_record_are_of_its_home_and_incidents_alone(house, make):
    feed = DatabaseFeed(house.database, RULES, Settings())
    whole = {each.id for each in feed.ward(make.now).texts}
    own = {each.id for each in feed.patient(house.patient_id, make.now).texts}
    assert own
    assert own <= whole
    with house.database.write() as session:
        other = enrol(session, code="P-0099", profile={}, drug=None, schedule=None, now=make.now)
    assert feed.patient(other, make.now).texts == []


def test_the_trail_is_of_one_patient_and_of_the_last_days(house, make):
    feed, desk = DatabaseFeed(house.database, RULES, Settings()), DatabaseDesk(house.database, house.clock)
    with house.database.write() as session:
        other = enrol(session, code="P-0099", profile={}, drug=None, schedule=None, now=make.now)
    desk.look(other, by="ben")
    desk.look(house.patient_id, by=make.actor)
    trail = feed.trail(house.patient_id, make.now)
    assert (trail[-1].kind, trail[-1].actor) == ("view", make.actor)
    assert {each.patient for each in trail} == {"P-0042"}
    assert feed.trail(house.patient_id, make.now + timedelta(days=30)) == ()


def test_an_answered_page_has_a_holder_and_asks_nobody(either, make):
    page = own_page(either.feed, either.patient_id, make)
    either.desk.acknowledge(page.id, "on my way", by=either.actor)
    answered = own_page(either.feed, either.patient_id, make)
    assert answered.unanswered_since is None
    assert answered.holder == either.actor
    assert answered.held_until > make.now


def test_no_support_entered_is_none_not_empty(either, make):
    assert either.feed.standing_support(either.patient_id, make.now) is None


def test_what_the_owners_refuse_is_a_sentence(house, make):
    desk: Desk = DatabaseDesk(house.database, house.clock)
    with pytest.raises(RefusedError, match="no incident 999"):
        desk.acknowledge(999, "", by=make.actor)
    with pytest.raises(RefusedError, match="no such entry"):
        desk.enter(
            house.patient_id, {"at": make.now.isoformat(), "type": "void", "of": "m99", "why": "typo"}, by=make.actor
        )


def test_a_clinicians_grade_keeps_the_clinicians_name_and_who_typed_it(house, make):
    desk = DatabaseDesk(house.database, house.clock)
    grade = {"at": make.now.isoformat(), "type": "clinician_grade", "syndrome": "crs", "grade": 2, "by": "Dr Ito"}
    desk.enter(house.patient_id, grade, by=make.actor)
    entries = DatabaseFeed(house.database, RULES, Settings()).patient(house.patient_id, make.now).history.entries
    entry = next(each for each in entries if each.kind == "clinician_grade")
    assert (entry.text, entry.by) == ("CRS grade 2 by Dr Ito", "Ada Berg")


def test_support_is_said_until_the_next_one_or_until_it_is_struck_out(house, make):
    feed = DatabaseFeed(house.database, RULES, Settings())
    desk = DatabaseDesk(house.database, house.clock)
    oxygen = {"device": "nasal_cannula", "flow_l_min": 4, "indication": "hypoxia"}
    desk.enter(house.patient_id, {"at": make.now.isoformat(), "type": "support", "oxygen": oxygen}, by=make.actor)
    assert "nasal cannula" in str(feed.standing_support(house.patient_id, make.now)).replace("_", " ")
    entries = feed.patient(house.patient_id, make.now).history.entries
    ref = next(each for each in entries if each.kind == "support").ref
    desk.enter(
        house.patient_id, {"at": make.now.isoformat(), "type": "void", "of": ref, "why": "other patient"}, by=make.actor
    )
    assert feed.standing_support(house.patient_id, make.now) is None


async def test_a_console_that_starts_before_its_database_says_so_and_recovers(tmp_path, make):
    late = tmp_path / "not" / "yet"
    database = Database(f"sqlite:///{late}/house.db")
    app = ConsoleApp(
        DatabaseFeed(database, RULES, Settings()),
        DatabaseDesk(database, StillClock(make.now)),
        StillClock(make.now),
        actor=make.actor,
        zone=make.zone,
        catalogue=RULES.catalogue,
        medicines=load_medicines(),
        flashing=False,
    )
    async with app.run_test(size=(100, 30)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "DATABASE UNREADABLE" in app.view().banners[0].text
        late.mkdir(parents=True)
        await pilot.pause()
        app._read_asked = float("-inf")
        app.beat()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.view().banners[0].text.startswith("MUTE: alerts has never run")
    database.dispose()


def test_a_signed_site_has_no_unsigned_banner_of_the_consoles_own(house, make):
    signed = load_rules(None, "Dr Ito", "2026-11-20")
    kinds = {each.kind for each in DatabaseFeed(house.database, signed, Settings()).ward(make.now).faults}
    assert kinds.isdisjoint({"unsigned", "insecure"})


def test_a_rule_file_that_cannot_be_used_keeps_no_board_shut_and_is_said(house, make, tmp_path):
    file = tmp_path / "site-rules.toml"
    file.write_text("oximetry = 3", encoding="utf-8")
    settings = Settings(rules=RulesSettings(file=str(file), signed_by="Dr Ito", signed_on="2026-03-01"))
    rules, fault = _rules_to_show(settings)
    ward = DatabaseFeed(house.database, rules, settings, rules_fault=fault).ward(make.now)
    assert rules == load_rules()
    assert [each.text for each in ward.faults if each.kind == "rules"] == [fault]
    board = ward_view(ward, make.now, zone=make.zone, actor=make.actor)
    assert any("RULES: the rule file cannot be used" in banner.text for banner in board.banners)


async def test_two_keys_on_the_real_board_stop_the_calls_and_a_line_reaches_the_record(house, make):
    app = ConsoleApp(
        DatabaseFeed(house.database, RULES, Settings()),
        DatabaseDesk(house.database, house.clock),
        house.clock,
        actor=make.actor,
        zone=make.zone,
        catalogue=RULES.catalogue,
        medicines=load_medicines(),
        flashing=False,
    )
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        assert [row.code for row in app.view().rows] == ["P-0042"]
        assert app.view().next_thing.text.startswith("EMERGENCY unanswered 0:00  P-0042")
        await pilot.press("a", "enter")
        await settled(pilot)
        await pilot.press("m")
        for character in "para 1000 01:20":
            app.screen.query_one("#line").insert_text_at_cursor(character)
        await pilot.pause()
        await pilot.press("enter", "enter")
        await settled(pilot)
    feed = DatabaseFeed(house.database, RULES, Settings())
    assert own_page(feed, house.patient_id, make).holder == make.actor
    entries = feed.patient(house.patient_id, make.now).history.entries
    assert any(each.kind == "medication" and "paracetamol" in each.text and each.by == make.actor for each in entries)


def test_the_desk_asks_whether_somebody_may_in_the_transaction_that_writes(house, make):
    feed, desk = DatabaseFeed(house.database, RULES, Settings()), DatabaseDesk(house.database, house.clock)
    page = own_page(feed, house.patient_id, make).id
    before = feed.patient(house.patient_id, make.now).history.entries
    with house.database.write() as session:
        for name, role in (("eve", Role.AUDITOR), ("tom", Role.DEVICE_TECHNICIAN), ("ada", Role.NURSE)):
            add_user(session, name, role, "correct horse battery", by="root", now=make.now)
    grade = {"at": make.now.isoformat(), "type": "clinician_grade", "syndrome": "crs", "grade": 2}
    dose = {"at": make.now.isoformat(), "type": "dose", "step": "SUD3"}
    for by in ("eve", "tom", "nobody", make.actor):
        for deed in (
            lambda by: desk.acknowledge(page, "", by=by),
            lambda by: desk.take(page, by=by),
            lambda by: desk.escalate(page, by=by),
            lambda by: desk.hold_notice(page, "why", by=by),
            lambda by: desk.send_notice(page, by=by),
            lambda by: desk.write_note(page, "words", by=by),
            lambda by: desk.enter(house.patient_id, dose, by=by),
        ):
            with pytest.raises(RefusedError, match=r"may not|no enabled login"):
                deed(by)
    with pytest.raises(RefusedError, match="ask a physician"):
        desk.enter(house.patient_id, grade, by="ada")
    with pytest.raises(RefusedError, match="may not"):
        desk.look(house.patient_id, by="tom")
    assert feed.patient(house.patient_id, make.now).history.entries == before
    assert own_page(feed, house.patient_id, make).holder is None
    desk.acknowledge(page, "", by="ADA")
    assert own_page(feed, house.patient_id, make).holder == "ada"


def test_a_record_opened_is_in_the_audit_log_under_a_name(house, make):
    DatabaseDesk(house.database, house.clock).look(house.patient_id, by=make.actor)
    with house.database.read() as session:
        bodies = session.connection().exec_driver_sql("SELECT body FROM audit WHERE chain = 'people' ORDER BY number")
        last = json.loads(bodies.scalars().all()[-1])
    assert last[0][:4] == ["view", f"patient:{house.patient_id}", house.patient_id, make.actor]


def test_a_site_without_users_says_so_on_the_board_until_there_is_one(house, make):
    feed = DatabaseFeed(house.database, RULES, Settings())
    assert "open" in {each.kind for each in feed.ward(make.now).faults}
    demonstration = DatabaseFeed(house.database, RULES, Settings(), says_open=False)
    assert "open" not in {each.kind for each in demonstration.ward(make.now).faults}
    with house.database.write() as session:
        add_user(session, "ada", Role.NURSE, "correct horse battery", by="root", now=make.now)
    assert "open" not in {each.kind for each in feed.ward(make.now).faults}
