"""What is a patient's own: the countdown of an attribution, limits with their end, the baseline in force."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from console.views.cells import COLUMNS, Tone
from console.views.own_lines import grade_lines, own_lines
from console.views.patient import patient_view
from console.views.record import PatientRecord
from console.views.ward import ward_view
from monitor.overview import Attribution, EntryLine
from monitor.record import Limit


@pytest.fixture
def attributed(make):
    held = Attribution(sign="fever", cause="urinary infection", until=make.now + timedelta(hours=5, minutes=12))
    return replace(make.well(1, "P-0001"), attributions=(held,))


def test_the_board_counts_an_attribution_down_and_its_grade_is_never_calm(make, attributed):
    snapshot = replace(make.snapshot(), overviews=[attributed], incidents=[])
    cells = [
        ward_view(snapshot, make.now + later, zone=make.zone, actor=make.actor).rows[0].cells[COLUMNS.index("crs")]
        for later in (timedelta(0), timedelta(hours=4), timedelta(hours=5, minutes=12))
    ]
    assert [cell.text for cell in cells] == ["0 attr 5h", "0 attr 72m", "0"]
    assert cells[0].tone is Tone.WATCH


def test_the_patient_screen_says_until_when_and_what_it_means(make, attributed):
    record = PatientRecord(
        patient_id=attributed.patient_id,
        read_at=make.now,
        overview=attributed,
        history=make.history(),
        incidents=(),
        texts=(),
        dossier=make.dossier(),
    )
    view = patient_view(record, make.now, zone=make.zone)
    assert "fever attributed, 5 h 12 min left" in view.state.text
    assert view.state.tone is not Tone.CALM
    assert view.own[0].text == (
        "fever attributed to urinary infection: 5 h 12 min left, until 07:26; meanwhile it does not count for the grade"
    )


def test_limits_say_who_why_and_until_when_and_that_they_ran_out(make):
    standing = Limit(
        urgent=Decimal(88), emergency=Decimal(85), by="Dr Berg", why="chronic", until=make.now + timedelta(days=1)
    )
    over = replace(standing, until=make.now)
    lines = own_lines({}, [("oximetry", standing), ("blood_pressure", over)], (), make.now, make.zone)
    assert lines[0].text == (
        "own limits of SpO2 %: urgent below 88, emergency below 85, until Wed 02:14 (Dr Berg: chronic)"
    )
    assert "RAN OUT 02:14, the general ones count" in lines[1].text
    assert lines[1].tone is Tone.WATCH


def test_an_unknown_baseline_is_said_and_a_known_one_is_named_whole(make):
    [unknown] = own_lines({}, (), (), make.now, make.zone)
    assert (unknown.tone, "not known" in unknown.text) == (Tone.UNSEEN, True)
    usual = {"temperature_c": Decimal("36.6"), "systolic_mmhg": Decimal(124), "spo2_pct": Decimal(97)}
    [known] = own_lines(usual, (), (), make.now, make.zone)
    assert known.text == "usual: 36.6 C, 124 mmHg, SpO2 97 %"


def test_a_clinicians_grade_stands_with_whose_it_is_and_says_when_the_computed_one_differs(make):
    at = make.now - timedelta(hours=1)
    entry = EntryLine(
        ref="m9", at=at, entered_at=at, by="ada", kind="clinician_grade", text="CRS grade 2 by Dr Berg", voided=False
    )
    given = make.assessment(grade=1, certainty="suspected", clinician=2, disagrees=True)
    [differs] = grade_lines(
        given, [replace(entry, ref="m8", voided=True, text="CRS grade 2 by Dr No"), entry], make.now, make.zone
    )
    assert (differs.text, differs.tone) == ("CRS grade 2 by Dr Berg, 01:14; computed: 1, they differ", Tone.WATCH)
    [older] = grade_lines(make.assessment(grade=2, clinician=2), [], make.now, make.zone)
    assert older.text == "CRS grade 2 by a clinician, entered earlier; the computed grade agrees"
    assert grade_lines(make.assessment(), [entry], make.now, make.zone) == ()
