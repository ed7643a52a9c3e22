"""The paper list: fits the page, worst first, ages and telephones, and nothing unseen that looks fine."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.contacts import add_contact
from alerts.downtime import COLUMNS, CSV_HEAD, LINES, NEVER_SEEN, Line, Numbers, OwnLimit, ordered, pages, table
from console.command import main
from gateway.clock import StillClock
from gateway.entered import store_entered
from monitor.assessment import decode
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.overview import Measured
from monitor.rulebook import load_rules
from monitor.store import add_event

NOW = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
NUMBERS = Numbers(unit="555-0100", emergency="112", on_call=(("nurse", "+12025550111"), ("oncologist", None)))


def answer(urgency="routine", sight="seen", **changes):
    sighted = {"state": sight, "overdue": ["oximetry"] if sight != "seen" else [], "oldest_minutes": 5}
    body = {
        "at": NOW.isoformat(), "crs": {
            "grade": 0 if sight == "seen" else None, "at_least": False, "certainty": "none", "fever": None,
            "fever_masked": False, "hypotension_grade": None, "hypoxia_grade": None, "clinician_grade": None,
            "disagrees": False, "episode": None,
        },
        "icans": {
            "grade": None, "at_least": False, "ice": None, "asked_at": None, "clinician_grade": None,
            "disagrees": False,
        },
        "urgency": urgency, "reasons": [], "place": "home", "sight": sighted,
        "window": {
            "dose": "SUD2", "hours_since_dose": 31.2, "phase": "peak", "quantile": None, "crs_probability": None
        },
        "news2": {"score": None, "complete": False}, "shock_index": None,
        "next_due": {
            "temperature": (NOW - timedelta(minutes=30)).isoformat(), "oximetry": None,
            "blood_pressure": None, "ice": None,
        },
        "guidance": {
            "now": [], "next_dose": {"allowed": None, "earliest": None, "actions": [], "text": "", "source": ""}
        },
        "rules_version": "1",
    }  # fmt: skip
    return decode(json.dumps(body | changes))


def measured(*values, fresh=True):
    numbers = tuple(Decimal(value) for value in values)
    return Measured(values=numbers, measured_at=NOW - timedelta(minutes=41), urgency="routine", fresh=fresh)


WELL = (
    ("temperature", measured("36.8")), ("oximetry", measured("97")), ("blood_pressure", measured("122", "78")),
)  # fmt: skip
FEBRILE_AND_OLD = (("temperature", measured("38.4", fresh=False)),)


def line(code="P-0042", **changes):
    plain = Line(
        code=code,
        drug="teclistamab",
        dose_at=NOW - timedelta(hours=31),
        assessment=answer(),
        assessed_at=NOW - timedelta(minutes=4),
        values=WELL,
        telephones=("+12025550142",),
    )  # fmt: skip
    return replace(plain, **changes)


def text_of(*lines):
    return pages(lines, NUMBERS, NOW, UTC)


def test_a_patient_stands_there_with_everything_a_nurse_needs_without_the_system():
    limits = (OwnLimit(group="oximetry", urgent="88", emergency="85", until=NOW),)
    page = " ".join(text_of(line(values=FEBRILE_AND_OLD, limits=limits)).split())
    for said in (
        "printed 2026-03-03 02:10",
        "unit 555-0100 emergency 112",
        "nurse: +12025550111",
        "oncologist: NOBODY ON CALL",
        "teclistamab; dose SUD2, 31 h ago; window peak when assessed",
        "assessed 2026-03-03 02:06, 4 min ago",
        "temp 38.4 C 41 min ago STALE",
        "SpO2 NEVER",
        "temp OVERDUE since 2026-03-03 01:40",
        "own limit SpO2: urgent below 88, emergency below 85",
        "home: +12025550142",
        "page 1 of 1",
    ):
        assert said in page, said


@pytest.mark.parametrize("sight", ["blind", "partial"])
def test_who_is_not_seen_never_looks_fine(sight):
    page = text_of(line(assessment=answer(sight=sight), values=()))
    assert "NOT SEEN: no temp, SpO2, BP" in page
    assert "CRS CANNOT BE GRADED" in page
    assert "CRS 0" not in page


def test_an_answer_of_a_monitor_that_stopped_does_not_vouch_for_values_that_are_stale_by_now():
    page = text_of(line(values=(*WELL[:2], ("blood_pressure", measured("122", "78", fresh=False)))))
    assert "PARTLY SEEN: no BP" in page
    assert "CRS CANNOT BE GRADED" in page
    assert "seen when printed" in text_of(line())
    assert "CRS 0" in text_of(line())


def test_who_was_never_assessed_stands_with_the_urgent_and_says_so():
    never = line("P-0001", assessment=None, assessed_at=None, dose_at=None, values=(), telephones=())
    page = text_of(never)
    assert NEVER_SEEN in page
    assert "NO TELEPHONE KNOWN" in page
    assert "no dose known" in page
    calm, emergency = line("P-0002"), line("P-0003", assessment=answer("emergency"))
    assert [one.code for one in ordered([calm, never, emergency])] == ["P-0003", "P-0001", "P-0002"]


def test_the_worst_come_first_then_the_unseen_then_by_code():
    lines = [
        line("P-0001"),
        line("P-0009", assessment=answer(sight="blind")),
        line("P-0002", assessment=answer("watch")),
        line("P-0005", assessment=answer("emergency")),
        line("P-0004", assessment=answer("emergency")),
    ]
    assert [one.code for one in ordered(lines)] == ["P-0004", "P-0005", "P-0002", "P-0009", "P-0001"]


@given(
    count=st.integers(min_value=0, max_value=60),
    telephones=st.integers(min_value=0, max_value=12),
    limits=st.integers(min_value=0, max_value=4),
)
def test_every_page_fits_and_every_patient_is_whole_on_one(count, telephones, limits):
    lines = [
        line(
            f"P-{i:04}",
            telephones=("+12025550142",) * telephones,
            limits=(OwnLimit(group="oximetry", urgent="88", emergency="85", until=NOW),) * limits,
        )
        for i in range(count)
    ]
    sheets = text_of(*lines).split("\f")
    for number, sheet in enumerate(sheets, start=1):
        shown = sheet.splitlines()
        assert len(shown) <= LINES
        assert all(len(one) <= COLUMNS for one in shown)
        assert shown[-1] == f"page {number} of {len(sheets)}"
        assert sheet.count("P-") == sheet.count("  now:  T "), "no patient is broken over two pages"
    assert sum(sheet.count("P-") for sheet in sheets) == count


def test_the_table_says_the_same_and_leaves_out_what_is_not_known():
    head, row = table([line(values=FEBRILE_AND_OLD)], NOW)
    assert head == CSV_HEAD
    said = dict(zip(head, row, strict=True))
    assert said["hours_since_dose"] == "31.0"
    assert said["temperature_c"] == "38.4"
    assert said["spo2_pct"] == ""
    assert said["icans_grade"] == ""
    assert dict(zip(*table([line(assessment=None, values=())], NOW), strict=True))["sight"] == "blind"


def test_the_command_prints_a_real_ward_without_names(database, tmp_path, monkeypatch, capsys):
    clock = StillClock(NOW)
    with database.write() as session:
        profile = {"code": "P-0042", "limits": {"oximetry": {"urgent": 88, "emergency": 85, "by": "ada",
                   "why": "copd", "until": "2027-06-01T00:00Z"}}}  # fmt: skip
        patient = enrol(session, code="P-0042", profile=profile, drug="teclistamab", schedule="us_weekly", now=NOW)
        enrol(session, code="P-0043", profile={"code": "P-0043"}, drug=None, schedule=None, now=NOW)
        add_contact(
            session, patient_id=patient, name="Ingrid Nielsen", number="+12025550142", language="da",
            consent_values=False, now=NOW,
        )  # fmt: skip
        dose = {"at": (NOW - timedelta(hours=31)).isoformat(), "type": "dose", "step": "SUD1", "amount": 0.06,
                "unit": "mg/kg"}  # fmt: skip
        add_event(session, patient, dose, "ada", NOW)
        reading = {"measured_at": NOW.isoformat(), "temperature": {"value": 39.6, "unit": "Cel", "site": "oral"}}
        store_entered(session, patient, json.dumps(reading).encode(), NOW)
    Monitor(database, load_rules(), clock).cycle()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", database.url)
    assert main(["export", "downtime", "--to", "ward.txt"]) == 0
    page = (tmp_path / "ward.txt").read_text()
    assert "Ingrid" not in page
    assert page.index("P-0042") < page.index("P-0043"), "the emergency first"
    assert "temp 39.6 C" in page
    assert "+12025550142" in page
    assert "own limit SpO2: urgent below 88" in page
    assert NEVER_SEEN in page
    assert main(["export", "downtime", "--to", "ward.txt"]) == 2
    capsys.readouterr()
    assert main(["export", "downtime", "P-0042", "--format", "csv"]) == 0
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["code"], row["urgency"], row["temperature_c"]) == ("P-0042", "emergency", "39.6")
    assert main(["export", "downtime", "P-9999"]) == 2
    assert "P-9999" in capsys.readouterr().err
