"""What is due comes in the order in which it fell due, on either database."""

from datetime import UTC, datetime, timedelta

from alerts import store
from alerts.incident_news import open_technical
from alerts.policy_file import load_policy, terms_of
from alerts.store import Kept, Plan
from gateway.database import Database

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_the_longest_due_comes_first_whatever_was_written_last(database: Database):
    terms = terms_of(load_policy())
    with database.write() as session:
        for minutes in (3, 1, 2, 9, 1):
            incident = open_technical(f"due in {minutes}", "high", NOON, terms)
            number = len(store.live(session))
            kept = Kept(id=None, subject=f"technical:{number}", patient_id=None, code=None, incident=incident)
            at = NOON + timedelta(minutes=minutes)
            store.save(session, kept, Plan(look_at=at, step=None, step_at=None))
    with database.write() as session:  # a changed row moves to the end of PostgreSQL's table
        [first] = [one for one in store.live(session) if one.incident.reason == "due in 2"]
        store.save(session, first, Plan(look_at=NOON, step=None, step_at=None))
    with database.write() as session:
        found = [(one.incident.reason, one.subject) for one in store.due(session, NOON + timedelta(minutes=5))]
    assert found == [
        ("due in 2", "technical:2"),
        ("due in 1", "technical:1"),
        ("due in 1", "technical:4"),
        ("due in 3", "technical:0"),
    ]
