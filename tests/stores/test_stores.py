"""What each store promises, on both databases."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.contacts import add_contact, contacts_of, correct_contact
from alerts.directory import Directory
from alerts.enrolment_check_store import every_checklist
from alerts.outbox import Outbox, receive
from alerts.phone import Outgoing
from gateway import store
from gateway.database import Database
from gateway.entered import store_entered
from gateway.intake import Arrived, Intake, Outcome
from gateway.permissions import Role
from gateway.plausibility_limits import load_limits
from gateway.postgresql import Turn
from gateway.reading import HubName, PatientId
from gateway.users import Refused, User, UserError, add_user, log_in
from monitor.cycle import Monitor
from monitor.dose_plan import cancellation
from monitor.enrolment import enrol, enrolled
from monitor.planned_doses_store import calendar_of
from monitor.rulebook import load_rules
from monitor.store import add_event, assessments_after, events_of
from monitor.timeline import BadEvent

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Reopen = Callable[[], Database]


def message(payload: bytes, leaf: str = "up/reading") -> Arrived:
    return Arrived(HubName("h1"), leaf, payload, NOON)


def native(seq: int | None, **more: Any) -> bytes:
    body: dict[str, Any] = {"measured_at": NOON.isoformat(), "respiratory_rate_bpm": 16}
    return json.dumps(body | ({} if seq is None else {"boot": "b1", "seq": seq}) | more).encode()


@pytest.fixture
def patient_id(database: Database) -> PatientId:
    """A patient under watch, in whose home the hub h1 stands."""
    with database.write() as session:
        known = enrol(session, code="P-1", profile={}, drug="teclistamab", schedule=None, now=NOON - timedelta(days=9))
        store.add_hub(session, "h1")
        store.assign(session, "h1", "P-1", NOON - timedelta(days=9))
    return known


@pytest.fixture
def save(database: Database, patient_id: PatientId) -> Callable[..., list[Outcome]]:
    """Commit a group of messages as the gateway does, with what this process remembers."""
    intake = Intake(load_limits())

    def commit(*messages: Arrived, intake: Intake = intake) -> list[Outcome]:
        with database.write_connection(Turn.READINGS) as connection:
            saved = intake.save(connection, messages)
        intake.adopt(saved)
        return saved.outcomes

    return commit


def reloaded(database: Database) -> Intake:
    """Return what a gateway that starts now would remember."""
    intake = Intake(load_limits())
    with database.read() as session:
        intake.load(session.connection())
    return intake


def test_messages_are_stored_recognised_and_quarantined_and_a_restart_remembers(
    database: Database, save: Callable[..., list[Outcome]], patient_id: PatientId
):
    group = [message(native(1)), message(native(None)), message(b"nonsense"), message(native(3))]
    assert save(*group) == [Outcome.STORED, Outcome.STORED, Outcome.REJECTED, Outcome.STORED]
    assert save(*group) == [Outcome.DUPLICATE] * 4
    after = reloaded(database)
    assert save(*group, message(native(2)), intake=after) == [*[Outcome.DUPLICATE] * 4, Outcome.STORED]
    with database.read() as session:
        assert [one.patient_id for one in store.readings_after(session, 0, 9)] == [patient_id] * 4
        assert len(store.readings_of(session, patient_id)) == 4
        assert [one.patient_id for one in store.quarantined_after(session, 0, 9)] == [patient_id]
        assert store.last_reading_at(session) == NOON


HOSTILE = [
    native(1, boot="b\0d"),
    native(2, boot="\ud800"),
    native(3, temperature={"value": 38, "unit": "C\0"}),
    native(4, temperature={"value": 38, "unit": "\udfff", "site": "\0"}),
    native(5, **{"\0": 1, "\ud800": 2}),
    native(6, temperature={"value": 38, "unit": "Cel", "site": "or\0al"}),
    native(2**63 - 1),
    native(2**63),
    native(None, measured_at="0001-01-01T00:00:00+14:00"),
    native(None, measured_at="9999-12-31T23:59:59-14:00"),
    b"\0",
    b'{"boot": "\0"}',
    "{}\ud800".encode("utf-8", "surrogatepass"),
]


def test_no_message_is_beyond_what_the_database_takes(database: Database, save: Callable[..., list[Outcome]]):
    """A message that could never be stored would be sent for ever, and everything behind it would wait."""
    states = [
        json.dumps({"online": True, "boot": "b\0", "software": "\ud800", "battery_pct": 2**40}).encode(),
        b'{"online": "\0"}',
    ]
    strange = [message(b"x", leaf) for leaf in ("up/\0", "up/fhir/\0", "\ud800")]
    assert save(*map(message, HOSTILE)).count(Outcome.NOTED) == 0
    save(*(message(state, "state") for state in states))
    save(*strange)
    reloaded(database)
    with database.read() as session:
        assert store.hubs(session)[0].name == "h1"
        assert store.quarantined_after(session, 0, 99)


def test_a_hub_is_registered_once_and_stands_in_one_home(database: Database, patient_id: PatientId):
    with database.write() as session:
        for refused in (
            lambda: store.add_hub(session, "h1"),
            lambda: store.assign(session, "h1", "P-1", NOON),
            lambda: store.assign(session, "h1", "P-9", NOON),
        ):
            with pytest.raises(store.HubError):
                refused()
        store.unassign(session, "h1", NOON)
        store.assign(session, "h1", "P-1", NOON)
        store.set_hub_disabled(session, "h1", disabled=True)
    with database.read() as session:
        [hub] = store.hubs(session)
    assert (hub.patient_id, hub.disabled, hub.assigned_from) == (patient_id, True, NOON)


def test_the_last_heartbeat_of_each_part_is_kept(database: Database):
    for second in range(3):
        with database.write(Turn.READINGS) as session:
            store.beat(session, "gateway", NOON + timedelta(seconds=second), {"second": second})
    with database.read() as session:
        assert store.heartbeats(session)["gateway"].detail == {"second": 2}


def test_entries_by_several_people_at_once_are_all_kept_under_names_of_their_own(
    database: Database, reopen: Reopen, patient_id: PatientId
):
    def enter(own: Database) -> list[str]:
        refs = []
        for _ in range(5):
            with own.write() as session:
                refs.append(
                    add_event(session, patient_id, {"type": "symptom", "names": [], "at": NOON.isoformat()}, "a", NOON)
                )
        return refs

    with ThreadPoolExecutor(3) as pool:
        refs = [ref for named in pool.map(enter, [reopen() for _ in range(3)]) for ref in named]
    with database.read() as session:
        assert sorted(entry.event.ref for entry in events_of(session, patient_id)) == sorted(refs)
    assert len(set(refs)) == 15
    with database.write() as session, pytest.raises(BadEvent, match="taken"):
        add_event(
            session, patient_id, {"type": "symptom", "names": [], "at": NOON.isoformat(), "id": refs[0]}, "a", NOON
        )


def test_the_monitor_answers_everything_once_also_after_a_restart(
    database: Database, clock: Any, save: Callable[..., list[Outcome]], patient_id: PatientId
):
    rules = load_rules()
    save(*(message(native(seq)) for seq in (1, 2, 3)))
    with database.write() as session:
        store_entered(session, patient_id, native(None, respiratory_rate_bpm=31), NOON)
        add_event(session, patient_id, {"type": "dose", "step": "SUD1", "at": NOON.isoformat()}, "ada", NOON)
    assert Monitor(database, rules, clock).cycle() >= 5
    assert Monitor(database, rules, clock).cycle() == 0
    with database.write() as session:
        enrol(session, code="P-1", profile={"baseline": {"temperature_c": 36.5}}, drug=None, schedule=None, now=NOON)
    assert Monitor(database, rules, clock).cycle() == 1
    with database.read() as session:
        answers = assessments_after(session, 0, 99)
        assert {answer.patient_id for answer in answers} == {patient_id}
        assert sorted(answer.id for answer in answers) == [answer.id for answer in answers]
        assert [one.code for one in enrolled(session)] == ["P-1"]


def test_the_outbox_keeps_a_message_once_and_a_text_that_comes_twice_once(database: Database, clock: Any):
    outbox = Outbox(database, clock)
    first = Outgoing(key="page-1", number="+12025550111", channel="sms", body="one")
    assert outbox.send_all([first, first]) == outbox.send_all([first, first])
    assert receive(database, from_number="+12025550111", body="OK", now=NOON, reference="SM1") is not None
    assert receive(database, from_number="+12025550111", body="OK", now=NOON, reference="SM1") is None


def test_logins_are_unique_and_a_wrong_password_is_counted(database: Database):
    with database.write() as session:
        add_user(session, "ada", Role.NURSE, "a long enough pass phrase", by="root", now=NOON)
        with pytest.raises(UserError):
            add_user(session, "ADA", Role.NURSE, "a long enough pass phrase", by="root", now=NOON)
    wrong: Sequence[object] = [log_in(database, "ada", "wrong", NOON) for _ in range(3)]
    assert all(isinstance(answer, Refused) for answer in wrong)
    later = NOON + timedelta(days=1)
    assert isinstance(log_in(database, "ada", "a long enough pass phrase", later), User)


def test_an_enrolment_keeps_consent_calendar_and_what_is_missing(database: Database, patient_id: PatientId):
    with database.write() as session:
        bound = add_contact(
            session, patient_id, name="son", number="+4520123457", consent_values=False, by="a", now=NOON
        )
        correct_contact(session, bound, consent_values=True, by="ben", now=NOON)
        first = {"type": "planned_dose", "at": NOON.isoformat(), "step": "SUD1", "due": NOON.isoformat()}
        ref = add_event(session, patient_id, first, by="a", now=NOON)
        gone = add_event(session, patient_id, cancellation(ref, NOON, "fever"), by="a", now=NOON)
        add_event(session, patient_id, {"type": "void", "at": NOON.isoformat(), "of": gone}, by="a", now=NOON)
    with database.read() as session:
        (kept,) = contacts_of(session, patient_id)
        assert (kept.consent, kept.consent_by, kept.consent_at) == ("agreed", "ben", NOON)
        calendar = calendar_of(session, patient_id, load_rules(), NOON)
        assert [(each.ref, each.state) for each in calendar.entries] == [(ref, "due")]
        ((_, listed),) = every_checklist(session, load_rules(), Directory(), NOON).items()
        assert {"contact2", "test", "born"} <= {item.key for item in listed.missing}
