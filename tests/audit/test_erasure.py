"""A patient can be erased: nothing of what they were stays, and the log stays whole and says who did it."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from alerts import store
from alerts.erasure import ErasureRefusedError, erase_patient
from alerts.stored_sources import StoredSources
from gateway.clock import StillClock
from gateway.intake import Arrived, Intake
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName, PatientId
from gateway.store import readings_after, readings_of
from monitor.cycle import Monitor
from monitor.recompute import recompute
from monitor.rulebook import load_rules
from monitor.store import add_event, assessments_after, assessments_of, events_of

ERASED = PatientId(1)
LATER = timedelta(hours=3)
RULES = load_rules()


@pytest.fixture
def ended(night, now):
    """The night, with the watch over patient 1 ended and nothing open."""
    with night.write() as session:
        place = {"at": now.isoformat(), "type": "place", "where": "ended"}
        add_event(session, ERASED, place, "ada", now)
    Monitor(night, RULES, StillClock(now)).cycle()
    with night.write_connection() as connection:
        connection.execute(text("UPDATE incident SET state = 'resolved' WHERE patient_id = 1"))
    return night


def erase(database, now):
    with database.write() as session:
        return erase_patient(session, ERASED, by="ada", why="asked for it", now=now)


def everything(database):
    """Return every value of every table as bytes."""
    with database.read() as session:
        connection = session.connection()
        for name in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{name}"')):
                for value in row:
                    yield value if isinstance(value, bytes) else str(value).encode()


@pytest.mark.parametrize(
    "planted", [b"38.6", b"38,7", b"daughter", b"+12025550190", b"neighbour has a key", b"at the cabin"]
)
def test_nothing_of_an_erased_patient_is_left(ended, now, planted):
    assert any(planted in value for value in everything(ended))
    erase(ended, now)
    assert not any(planted in value for value in everything(ended)), planted


def test_the_log_stays_whole_and_says_who_erased_and_why(ended, now, verified):
    before = verified(ended)
    assert before.sound
    erase(ended, now)
    after = verified(ended)
    assert after.findings == []
    assert after.erased > 0
    assert after.entries > before.entries
    with ended.read() as session:
        bodies = (
            session.connection().execute(text("SELECT body FROM audit WHERE chain = 'people' ORDER BY number")).all()
        )
        payloads = session.connection().execute(text("SELECT payload FROM audit_payload")).scalars().all()
    assert any(b'"erasure","patient:1",null,"ada"' in bytes(body) for (body,) in bodies)
    assert b'{"why":"asked for it"}' in [bytes(payload) for payload in payloads]


def test_ids_and_counts_stay_and_the_other_patient_is_untouched(ended, now):
    def counts():
        with ended.read() as session:
            names = ("reading", "record_event", "assessment", "page", "incident_event", "inbound_text")
            return [session.connection().execute(text(f"SELECT count(*), max(id) FROM {name}")).one() for name in names]

    with ended.read() as session:
        other = assessments_of(session, PatientId(2)), events_of(session, PatientId(2))
    before = counts()
    erase(ended, now)
    assert counts() == before
    with ended.read() as session:
        assert (assessments_of(session, PatientId(2)), events_of(session, PatientId(2))) == other
        assert recompute(session, PatientId(2), RULES).differences == []


def test_every_reader_gets_along_with_what_is_left(ended, now):
    erase(ended, now)
    Monitor(ended, RULES, StillClock(now + LATER)).cycle()
    with ended.read() as session:
        assert readings_of(session, ERASED) == []
        assert events_of(session, ERASED) == []
        assert assessments_of(session, ERASED) == []
        assert recompute(session, ERASED, RULES).compared == 0
        assert len(readings_after(session, 0, 1000)) > 0
        assert len(assessments_after(session, 0, 1000)) > 0
        assert len(StoredSources().news(session, 0, 1000)) > 0
        assert [kept.incident.reason for kept in [store.by_id(session, 1)] if kept] == ["erased"]


def test_a_running_monitor_forgets_an_erased_patient(ended, now):
    running = Monitor(ended, RULES, StillClock(now))
    with ended.write() as session:
        add_event(session, ERASED, {"at": now.isoformat(), "type": "symptom", "names": ["dizziness"]}, "ada", now)
    running.cycle()
    erase(ended, now)
    running._clock.advance(timedelta(days=3))
    running.cycle()
    with ended.read() as session:
        assert assessments_of(session, ERASED) == []


def test_what_arrives_afterwards_is_sealed_under_a_new_key(ended, now, verified, reading):
    intake = Intake(load_limits())
    with ended.read() as session:
        intake.load(session.connection())

    def arrive(seq):
        with ended.write_connection() as connection:
            messages = [Arrived(HubName("hub1"), "up/reading", reading(seq, now, 36.9), now)]
            saved = intake.save(connection, messages)
        intake.adopt(saved)

    arrive(90)  # the gateway remembers the key
    erase(ended, now)
    arrive(91)
    assert verified(ended).findings == []


def test_an_erased_row_that_is_filled_again_is_named(ended, now, tamper, verified):
    erase(ended, now)
    tamper("UPDATE reading SET payload = :forged WHERE id = 1", forged=b"{}")
    assert [(one.fault, one.where) for one in verified(ended).findings] == [("altered", "reading:1")]


def test_an_erasure_in_the_table_that_the_log_does_not_know_excuses_nothing(night, tamper, verified):
    tamper(
        "INSERT INTO audit_erasure (patient_id, at, chain, number) VALUES (1, 0, 'gateway', 2)",
        "UPDATE reading SET payload = :nothing WHERE id = 1",
        nothing=b"",
    )
    assert [(one.fault, one.where) for one in verified(night).findings] == [("altered", "reading:1")]


def test_nobody_is_erased_while_watched_or_called_about(night, now):
    with pytest.raises(ErasureRefusedError, match="still watched"):
        erase(night, now)
    with night.write() as session:
        add_event(session, ERASED, {"at": now.isoformat(), "type": "place", "where": "ended"}, "ada", now)
    Monitor(night, RULES, StillClock(now)).cycle()
    with night.write_connection() as connection:
        connection.execute(text("UPDATE incident SET state = 'calling' WHERE id = 1"))
    with pytest.raises(ErasureRefusedError, match="still open"):
        erase(night, now)
