"""A ward that is read every second is made anew only where it changed, and is never older than the record."""

import json
from datetime import UTC, datetime, timedelta

from gateway.clock import StillClock
from gateway.database import Database
from gateway.entered import store_entered
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.ward_reading import WardReading, overviews

RULES = load_rules()
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_what_did_not_change_is_the_same_value_and_what_did_is_as_read_afresh(database: Database):
    clock = StillClock(START)
    with database.write() as session:
        patients = [
            enrol(session, code=f"P-{n}", profile={}, drug="teclistamab", schedule=None, now=START) for n in range(3)
        ]
    monitor, reading = Monitor(database, RULES, clock), WardReading(RULES)

    def measures(patient: int, celsius: float) -> None:
        at = clock.now().isoformat()
        told = {"measured_at": at, "temperature": {"value": celsius, "unit": "Cel", "site": "oral"}}
        with database.write() as session:
            store_entered(session, patients[patient], json.dumps(told).encode(), clock.now())
        monitor.cycle()

    def read() -> list:
        with database.read() as session:
            found = reading.read(session, clock.now())
            assert found == overviews(session, RULES, clock.now())
        return found

    for patient in range(3):
        measures(patient, 36.8)
    first = read()
    clock.advance(timedelta(seconds=1))
    assert all(one is other for one, other in zip(first, read(), strict=True))
    measures(1, 38.4)
    second = read()
    assert [one is other for one, other in zip(first, second, strict=True)] == [True, False, True]
    clock.advance(timedelta(hours=20))
    stale = read()
    assert [one.temperature.fresh for one in stale] == [False, False, False]
    with database.write() as session:
        enrol(session, code="P-2", profile={"code": "P-2"}, drug="talquetamab", schedule=None, now=clock.now())
    assert read()[2].drug == "talquetamab"
    clock.at = START
    assert read()[0].temperature.fresh, "a clock that was set back is followed"
