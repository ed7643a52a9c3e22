"""Hubs, homes and passwords, and what the store says when asked for something it cannot do."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from gateway import store
from gateway.database import Database
from gateway.intake import Arrived, Intake
from gateway.keys import HubKeys
from gateway.passwords import Verified, hash_password, make_password, matches
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName
from gateway.store import HubError
from gateway.tables import AssignmentRow

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def session(database: Database) -> Session:
    with database.write() as session:
        store.add_hub(session, "h1")
        store.ensure_patient(session, "P-1")
        store.ensure_patient(session, "P-2")
        yield session


def test_a_patient_is_made_once(session: Session):
    assert store.ensure_patient(session, "P-1") == store.ensure_patient(session, "P-1")
    assert store.ensure_patient(session, "P-1") != store.ensure_patient(session, "P-2")


def test_a_hub_moves_from_home_to_home(session: Session):
    store.assign(session, "h1", "P-1", NOON)
    store.unassign(session, "h1", NOON + HOUR)
    store.assign(session, "h1", "P-2", NOON + HOUR)
    (hub,) = store.hubs(session)
    assert (hub.patient_code, hub.assigned_from) == ("P-2", NOON + HOUR)


def test_two_open_assignments_are_refused_with_the_remedy(session: Session):
    store.assign(session, "h1", "P-1", NOON)
    with pytest.raises(HubError, match="unassign it first"):
        store.assign(session, "h1", "P-2", NOON + HOUR)


def test_two_open_assignments_are_refused_by_the_database_too(session: Session):
    store.assign(session, "h1", "P-1", NOON)
    session.add(AssignmentRow(hub_id=1, patient_id=2, from_at=NOON))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_assignments_never_overlap(session: Session):
    store.assign(session, "h1", "P-1", NOON)
    with pytest.raises(HubError, match="end it after that"):
        store.unassign(session, "h1", NOON - HOUR)
    store.unassign(session, "h1", NOON + HOUR)
    with pytest.raises(HubError, match="assign it from then on"):
        store.assign(session, "h1", "P-2", NOON)


@pytest.mark.parametrize("name", ["", "a/b", "a b", "+", "#", "-h", "h" * 65, "\u00e6"])
def test_a_name_that_cannot_be_a_topic_level_is_refused(session: Session, name: str):
    with pytest.raises(HubError, match="letters, digits"):
        store.add_hub(session, name)


def test_unknown_names_are_refused_with_the_remedy(session: Session):
    with pytest.raises(HubError, match="exists"):
        store.add_hub(session, "h1")
    with pytest.raises(HubError, match="add it first"):
        store.assign(session, "h9", "P-1", NOON)
    with pytest.raises(HubError, match="enroll the patient first"):
        store.assign(session, "h1", "P-9", NOON)
    with pytest.raises(HubError, match="not assigned"):
        store.unassign(session, "h1", NOON)


def test_a_password_is_kept_only_as_a_salted_hash(session: Session):
    password = store.renew_password(session, "h1")
    hashes = {hash_password(password) for _ in range(2)}
    assert len(hashes) == 2
    assert not any(password in one for one in hashes)
    assert all(matches(password.encode(), one) for one in hashes)
    assert not matches(b"other", hashes.pop())
    assert len(password) >= 22, "128 bits"


@pytest.mark.parametrize("damaged", ["", "scrypt", "md5$1$1$1$00$00", "scrypt$256$8$1$zz$00", "scrypt$3$8$1$00$00"])
def test_a_damaged_hash_opens_nothing(damaged: str):
    assert not matches(b"anything", damaged)


def test_a_remembered_password_still_has_to_be_right():
    verified, password = Verified(), make_password().encode()
    password_hash = hash_password(password.decode())
    assert [verified.check(one, password_hash) for one in (b"wrong", password, password, b"wrong")] == [
        False,
        True,
        True,
        False,
    ]


def test_only_an_enabled_hub_has_a_key(database: Database):
    with database.write() as session:
        passwords = {name: store.add_hub(session, name).encode() for name in ("h1", "h2")}
        store.set_hub_disabled(session, "h2", disabled=True)
    keys = HubKeys(database)
    assert keys.check("h1", passwords["h1"]) is None, "nothing is known before the first refresh"
    keys.refresh()
    assert keys.check("h1", passwords["h1"]) == "h1"
    assert keys.check("h2", passwords["h2"]) is None
    assert keys.check("h1", passwords["h2"]) is None
    assert keys.check(None, passwords["h1"]) is None
    assert keys.check("h1", None) is None


def test_readings_are_given_in_the_order_stored_and_by_patient(database: Database):
    intake = Intake(load_limits())
    with database.write() as session:
        for number in (1, 2):
            store.add_hub(session, f"h{number}")
            store.ensure_patient(session, f"P-{number}")
            store.assign(session, f"h{number}", f"P-{number}", NOON - HOUR)
    with database.write_connection() as connection:
        intake.save(
            connection,
            [
                Arrived(HubName(f"h{1 + seq % 2}"), "up/reading", body(seq), NOON + timedelta(seconds=seq))
                for seq in range(6)
            ],
        )
    with database.read() as session:
        everything = store.readings_after(session, 0, 10)
        assert [one.reading.seq for one in everything] == [0, 1, 2, 3, 4, 5]
        assert store.readings_after(session, everything[1].id, 2) == everything[2:4]
        assert store.readings_of(session, store.ensure_patient(session, "P-2")) == everything[1::2]
        assert everything[3].reading.received_at == NOON + timedelta(seconds=3)


def body(seq: int) -> bytes:
    return f'{{"boot": "b1", "seq": {seq}, "measured_at": "2026-03-02T12:00:00Z", "respiratory_rate_bpm": 16}}'.encode()


def test_a_heartbeat_replaces_the_one_before(session: Session):
    store.beat(session, "monitor", NOON, {"cycles": 1})
    store.beat(session, "monitor", NOON + HOUR, {"cycles": 2})
    (beat,) = store.heartbeats(session).values()
    assert (beat.part, beat.at, beat.detail) == ("monitor", NOON + HOUR, {"cycles": 2})
