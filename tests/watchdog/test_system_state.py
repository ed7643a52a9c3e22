"""How the system stands, as every screen and every command says it: nothing unseen is called well."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.surroundings import Surroundings
from alerts.system_view import PARTS, system_state, system_troubles
from gateway.clock import StillClock
from gateway.conditions import conditions
from gateway.database import Database
from gateway.intake import Arrived, Intake
from gateway.plausibility_limits import load_limits
from gateway.readiness import DISK_FULL_BYTES, GIB, SystemLine, clock_state, disk_state
from gateway.reading import HubName
from gateway.settings import BackupSettings, DatabaseSettings, Settings
from gateway.store import HubError, add_hub, assign, beat, ensure_patient, last_reading_at, set_hub_disabled
from gateway.synthetic import add_synthetic, synthetic_patients
from monitor.enrolment import enrol, enrolled
from monitor.timeline import BadEvent

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TELEPHONE = "+12025550190"


@pytest.fixture
def lines(database: Database) -> Callable[[datetime], dict[str, SystemLine]]:
    def read(now: datetime) -> dict[str, SystemLine]:
        with database.read() as session:
            return {line.subject: line for line in system_state(session, now)}

    return read


@pytest.fixture
def intake() -> Intake:
    return Intake(load_limits())


def arrives(
    database: Database, intake: Intake, hub: str, at: datetime, *, seq: int = 1, measured_at: datetime | None = None
) -> None:
    moment = (measured_at or at).isoformat()
    body = f'{{"boot": "b1", "seq": {seq}, "measured_at": "{moment}", "respiratory_rate_bpm": 16}}'
    with database.write_connection() as connection:
        saved = intake.save(connection, [Arrived(HubName(hub), "up/reading", body.encode(), at)])
    intake.adopt(saved)


def says(database: Database, intake: Intake, hub: str, at: datetime, *, online: bool) -> None:
    body = f'{{"online": {"true" if online else "false"}}}'.encode()
    with database.write_connection() as connection:
        intake.adopt(intake.save(connection, [Arrived(HubName(hub), "state", body, at)]))


def beats(database: Database, at: datetime, **detail: object) -> None:
    with database.write() as session:
        for part in PARTS:
            beat(session, part, at, detail if part == "alerts" else {})


def watchdog(database: Database, at: datetime = NOON) -> None:
    with database.write() as session:
        add_synthetic(session, "watchdog", TELEPHONE, at)


def test_a_house_in_which_nothing_ran_yet_claims_nothing(lines):
    found = lines(NOON)
    assert {part: found[part].state for part in PARTS} == dict.fromkeys(PARTS, "failed")
    rest = {subject: line.state for subject, line in found.items() if subject not in {*PARTS, "database"}}
    assert rest == dict.fromkeys(rest, "unseen")


def test_a_part_that_went_quiet_is_named_with_the_moment_it_was_last_heard(database: Database, lines):
    beats(database, NOON)
    assert lines(NOON)["monitor"].state == "ok"
    found = lines(NOON + MINUTE)["monitor"]
    assert (found.state, found.since, found.text) == ("failed", NOON, "monitor has gone quiet: no reading is graded")


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [
        (73 * GIB, 252 * GIB, "ok"),
        (19 * GIB, 2000 * GIB, "doubtful"),
        (3 * GIB, 10 * GIB, "ok"),
        (2 * GIB - 1, 10 * GIB, "doubtful"),
        (DISK_FULL_BYTES - 1, 252 * GIB, "failed"),
        (0, 0, "failed"),
    ],
)
def test_a_disk_is_judged_by_the_room_on_it(free: int, total: int, state: str):
    assert disk_state(free, total) == state


@pytest.mark.parametrize(("ahead_s", "state"), [(0.0, "ok"), (-9.9, "ok"), (10.0, "doubtful"), (-60.0, "failed")])
def test_a_clock_is_judged_in_both_directions(ahead_s: float, state: str):
    assert clock_state(ahead_s) == state


def test_a_full_disk_calls_and_a_folder_that_is_gone_is_doubtful(database: Database, lines, tmp_path: Path):
    settings = Settings(
        database=DatabaseSettings(url=f"sqlite:///{tmp_path}/stepguard.db"),
        backup=BackupSettings(folder=str(tmp_path / "backups")),
    )
    (tmp_path / "backups").mkdir()
    room = {tmp_path: (50 * GIB, 100 * GIB), tmp_path / "backups": (GIB // 4, 100 * GIB)}
    beats(database, NOON, **Surroundings(settings, database, StillClock(NOON), room=room.__getitem__).detail())
    found = lines(NOON)["disk"]
    assert (found.state, found.text, found.since) == ("failed", "backups: 0.2 GiB free of 100", NOON)
    with database.read() as session:
        assert [(one.key, one.severity) for one in system_troubles(session, NOON)] == [("system:disk", "high")]
    (tmp_path / "backups").rmdir()
    beats(database, NOON, **Surroundings(settings, database, StillClock(NOON)).detail())
    found = lines(NOON)["disk"]
    assert (found.state, found.text) == (
        "doubtful",
        "the folder of the backups cannot be looked at (FileNotFoundError)",
    )


def test_a_watchdog_is_heard_by_its_readings_and_missed_when_they_stop(database: Database, lines, intake: Intake):
    watchdog(database)
    assert lines(NOON + MINUTE)["watchdog"].state == "unseen"
    arrives(database, intake, "watchdog", NOON + 5 * MINUTE)
    assert lines(NOON + 60 * MINUTE)["watchdog"].state == "ok"
    found = lines(NOON + 70 * MINUTE)["watchdog"]
    assert (found.state, found.since) == ("failed", NOON + 5 * MINUTE)
    assert found.text == "the watchdog watchdog has not been heard of since"


def test_a_watchdog_whose_connection_breaks_is_missed_at_once_and_is_no_reason_to_wake_a_nurse(
    database: Database, lines, intake: Intake
):
    watchdog(database)
    arrives(database, intake, "watchdog", NOON + MINUTE)
    says(database, intake, "watchdog", NOON + 2 * MINUTE, online=False)
    found = lines(NOON + 3 * MINUTE)["watchdog"]
    assert (found.state, found.since) == ("failed", NOON + 2 * MINUTE)
    with database.read() as session:
        [trouble] = system_troubles(session, NOON + 3 * MINUTE)
    assert (trouble.key, trouble.severity, trouble.patient_id) == ("system:watchdog", "low", None)
    says(database, intake, "watchdog", NOON + 4 * MINUTE, online=True)
    arrives(database, intake, "watchdog", NOON + 4 * MINUTE, seq=2)
    assert lines(NOON + 5 * MINUTE)["watchdog"].state == "ok"


def test_a_watchdog_that_was_shut_out_is_not_missed(database: Database, lines):
    watchdog(database)
    with database.write() as session:
        set_hub_disabled(session, "watchdog", disabled=True)
    assert (
        lines(NOON + 90 * MINUTE)["watchdog"].text == "none is set up: nobody outside notices when this system is down"
    )


def test_the_watchdogs_readings_tell_that_our_clock_is_wrong(database: Database, lines, intake: Intake):
    watchdog(database)
    arrives(database, intake, "watchdog", NOON + 2 * MINUTE, measured_at=NOON)
    found = lines(NOON + 3 * MINUTE)["clock"]
    assert found.state == "failed"
    assert found.text == "this machine's clock is 120 s ahead of that of the watchdog watchdog"


def test_a_watchdogs_reading_never_hides_that_every_home_fell_silent(database: Database, lines, intake: Intake):
    watchdog(database)
    with database.write() as session:
        add_hub(session, "h1")
        ensure_patient(session, "P-1")
        assign(session, "h1", "P-1", NOON)
    arrives(database, intake, "h1", NOON)
    late = NOON + timedelta(hours=10)
    arrives(database, intake, "watchdog", late)
    with database.read() as session:
        assert last_reading_at(session) == NOON
        assert [(one.key, one.since) for one in conditions(session, late)] == [("silence", NOON)]


def test_a_house_with_nothing_but_a_watchdog_misses_no_home(database: Database, lines, intake: Intake):
    watchdog(database)
    arrives(database, intake, "watchdog", NOON)
    assert lines(NOON + timedelta(hours=10))["readings"].state == "unseen"


def test_the_synthetic_patient_is_in_no_list_of_patients(database: Database):
    watchdog(database)
    with database.read() as session:
        assert enrolled(session) == []


def test_nobody_can_be_enrolled_as_the_synthetic_patient(database: Database):
    watchdog(database)
    with database.write() as session, pytest.raises(BadEvent, match="the synthetic patient of a watchdog"):
        enrol(session, code="SYNTHETIC-watchdog", profile={}, drug=None, schedule=None, now=NOON)


def test_a_watchdogs_hub_and_the_homes_stay_apart(database: Database):
    watchdog(database)
    with database.write() as session:
        ensure_patient(session, "P-1")
        add_hub(session, "h1")
        with pytest.raises(HubError, match="stands in no home"):
            assign(session, "watchdog", "P-1", NOON)
        with pytest.raises(HubError, match="has no other hub"):
            assign(session, "h1", "SYNTHETIC-watchdog", NOON)
        ensure_patient(session, "SYNTHETIC-other")
        with pytest.raises(HubError, match="there is a patient 'SYNTHETIC-other' already"):
            add_synthetic(session, "other", TELEPHONE, NOON)
        with pytest.raises(HubError, match="own telephone"):
            add_synthetic(session, "third", "112", NOON)


def test_a_mark_that_is_contradicted_hides_nobody(database: Database):
    """Whatever put another hub into that home, past every check: what it measures is somebody's."""
    watchdog(database)
    with database.write() as session:
        add_hub(session, "h1")
        [one] = synthetic_patients(session).values()
        session.connection().exec_driver_sql(
            "INSERT INTO assignment (hub_id, patient_id, from_at)"  # noqa: S608 - a number made here
            f" SELECT id, {one.patient_id}, 0 FROM hub WHERE name = 'h1'"
        )
    with database.read() as session:
        assert synthetic_patients(session) == {}
        assert [patient.code for patient in enrolled(session)] == ["SYNTHETIC-watchdog"]
