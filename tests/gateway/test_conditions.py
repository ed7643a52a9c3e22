"""What is technically wrong, said while it is and no longer."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway import store
from gateway.conditions import SILENCE_SPAN, conditions
from gateway.database import Database
from gateway.intake import Arrived, Intake
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Site:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.intake = Intake(load_limits())
        self.seq = 0

    def arrives(
        self, payload: bytes | None, at: datetime, measured_at: datetime | None = None, leaf: str = "up/reading"
    ):
        self.seq += 1
        moment = (measured_at or at).isoformat()
        body = f'{{"boot": "b1", "seq": {self.seq}, "measured_at": "{moment}", "respiratory_rate_bpm": 16}}'.encode()
        message = Arrived(HubName("h1"), leaf, body if payload is None else payload, at)
        with self.database.write_connection() as connection:
            saved = self.intake.save(connection, [message])
        self.intake.adopt(saved)

    def holds(self, now: datetime) -> dict[str, str]:
        with self.database.read() as session:
            return {one.key: one.severity for one in conditions(session, now)}


@pytest.fixture
def site(database: Database) -> Site:
    with database.write() as session:
        store.add_hub(session, "h1")
        store.ensure_patient(session, "P-1")
        store.assign(session, "h1", "P-1", NOON)
    return Site(database)


def test_a_quiet_site_has_no_condition(site: Site):
    site.arrives(None, NOON)
    assert site.holds(NOON + MINUTE) == {}


def test_a_doubtful_clock_holds_until_the_next_sound_one(site: Site):
    site.arrives(None, NOON + 20 * MINUTE, measured_at=NOON + 40 * MINUTE)
    assert site.holds(NOON + 21 * MINUTE) == {"clock:h1": "low"}
    site.arrives(None, NOON + 22 * MINUTE)
    assert site.holds(NOON + 23 * MINUTE) == {}


def test_a_doubtful_clock_is_remembered_over_a_restart(site: Site):
    site.arrives(None, NOON + MINUTE, measured_at=NOON + 40 * MINUTE)
    again = Site(site.database)
    with site.database.read() as session:
        again.intake.load(session.connection())
    again.seq = site.seq
    again.arrives(None, NOON + 2 * MINUTE, measured_at=NOON + 40 * MINUTE)
    with site.database.read() as session:
        (condition,) = conditions(session, NOON + 3 * MINUTE)
    assert condition.since == NOON + MINUTE
    again.arrives(None, NOON + 4 * MINUTE)
    assert again.holds(NOON + 5 * MINUTE) == {}


def test_a_doubtful_clock_of_long_ago_is_no_longer_said(site: Site):
    for minutes in range(5):
        site.arrives(None, NOON + minutes * MINUTE, measured_at=NOON + 40 * MINUTE)
    assert site.holds(NOON + 63 * MINUTE) == {"clock:h1": "low"}
    assert site.holds(NOON + 64 * MINUTE) == {}


def test_quarantined_messages_of_the_last_hour_are_one_condition(site: Site):
    site.arrives(b"one", NOON)
    site.arrives(b"two", NOON + MINUTE)
    assert site.holds(NOON + 59 * MINUTE) == {"quarantine:h1": "low"}
    with site.database.read() as session:
        (condition,) = conditions(session, NOON + 59 * MINUTE)
        assert condition.since == NOON
        assert condition.text == "2 messages of the last hour could not be read"
        assert condition.patient_id == store.ensure_patient(session, "P-1")
    assert site.holds(NOON + 61 * MINUTE) == {}


def test_a_hub_whose_will_spoke_is_offline_until_it_is_back(site: Site):
    site.arrives(None, NOON)
    site.arrives(b'{"online": false}', NOON + MINUTE, leaf="state")
    assert site.holds(NOON + 2 * MINUTE) == {"offline:h1": "low"}
    site.arrives(b'{"online": true}', NOON + 3 * MINUTE, leaf="state")
    assert site.holds(NOON + 4 * MINUTE) == {}


def test_a_hub_in_nobodys_home_may_be_offline(site: Site):
    site.arrives(b'{"online": false}', NOON, leaf="state")
    with site.database.write() as session:
        store.unassign(session, "h1", NOON + MINUTE)
    assert site.holds(NOON + 2 * MINUTE) == {}


def test_silence_of_every_home_is_our_own_fault_until_shown_otherwise(site: Site):
    assert site.holds(NOON + SILENCE_SPAN) == {}
    assert site.holds(NOON + SILENCE_SPAN + MINUTE) == {"silence": "high"}
    site.arrives(None, NOON + SILENCE_SPAN + 2 * MINUTE)
    assert site.holds(NOON + SILENCE_SPAN + 3 * MINUTE) == {}


def test_an_empty_site_is_not_silent(database: Database):
    assert Site(database).holds(NOON + timedelta(days=9)) == {}


def test_no_condition_names_a_patient_or_a_value(site: Site):
    site.arrives(b'{"patient": "Jane Doe", "temperature": 41.9}', NOON)
    site.arrives(None, NOON + MINUTE, measured_at=NOON + timedelta(days=400))
    with site.database.read() as session:
        texts = " ".join(one.text for one in conditions(session, NOON + 2 * MINUTE))
    assert "Jane" not in texts
    assert "41.9" not in texts
    assert "P-1" not in texts


def several(database: Database, count: int) -> Site:
    with database.write() as session:
        for number in range(1, count + 1):
            store.add_hub(session, f"h{number}")
            store.ensure_patient(session, f"P-{number}")
            store.assign(session, f"h{number}", f"P-{number}", NOON)
    return Site(database)


def goes_offline(site: Site, number: int, at: datetime) -> None:
    message = Arrived(HubName(f"h{number}"), "state", b'{"online": false}', at)
    with site.database.write_connection() as connection:
        saved = site.intake.save(connection, [message])
    site.intake.adopt(saved)


def test_most_hubs_going_offline_within_minutes_have_a_cause_in_common(database: Database):
    site = several(database, 8)
    for number in range(1, 5):
        goes_offline(site, number, NOON + number * MINUTE)
    assert "hubs" not in site.holds(NOON + 10 * MINUTE)
    goes_offline(site, 5, NOON + 11 * MINUTE)
    assert site.holds(NOON + 12 * MINUTE)["hubs"] == "high"
    with database.read() as session:
        [together] = [one for one in conditions(session, NOON + 12 * MINUTE) if one.key == "hubs"]
    assert (together.since, together.text) == (NOON + MINUTE, "5 home hubs went offline together")


def test_hubs_that_went_offline_one_by_one_or_are_few_of_many_are_their_homes_matter(database: Database):
    site = several(database, 12)
    for number in range(1, 6):
        goes_offline(site, number, NOON + number * MINUTE)
    assert "hubs" not in site.holds(NOON + 6 * MINUTE), "five of twelve"
    for number in range(6, 9):
        goes_offline(site, number, NOON + number * 30 * MINUTE)
    assert "hubs" not in site.holds(NOON + timedelta(hours=5)), "eight of twelve, but not together"
