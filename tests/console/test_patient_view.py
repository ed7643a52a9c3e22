"""The patient screen as values: the sentence, the charts, the reasons, what was entered and texted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from console.views.cells import Tone
from console.views.patient import crs_sentence, patient_view, state_words
from console.views.record import PatientRecord
from console.views.sections import trail
from monitor.assessment import Guidance
from monitor.record import Baseline


def record_of(make, overview, incidents=(), texts=()) -> PatientRecord:
    return PatientRecord(
        patient_id=overview.patient_id,
        read_at=make.now,
        overview=overview,
        history=make.history(),
        incidents=incidents,
        texts=texts,
        dossier=make.dossier(),
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"grade": 2, "at_least": True, "certainty": "suspected"}, "suspected CRS, at least grade 2"),
        ({"grade": 1, "certainty": "confirmed"}, "confirmed CRS, grade 1"),
        ({"grade": 0}, "CRS grade 0"),
        ({"grade": 0, "masked": True}, "CRS grade 0, fever may be hidden"),
        ({"grade": None}, "CRS cannot be graded"),
        ({"grade": None, "clinician": 2}, "CRS cannot be graded, clinician says 2"),
        ({"grade": 1, "certainty": "suspected", "clinician": 3}, "suspected CRS, grade 1, clinician says 3"),
    ],
)
def test_the_grade_is_a_sentence_with_its_certainty(make, answer, sentence):
    assert crs_sentence(make.assessment(**answer)) == sentence


def test_an_icans_never_asked_for_is_not_grade_0(make):
    assert "ICANS not asked" in state_words(make.assessment())
    assert "ICANS 0 (ICE 10)" in state_words(make.assessment(icans=0, ice=10))
    assert state_words(None) == "NOT ASSESSED YET"


@pytest.mark.parametrize(
    "more",
    [
        {"sight": "blind", "grade": None},
        {"sight": "partial"},
        {"masked": True},
        {"place": "admitted", "sight": "blind"},
    ],
)
def test_the_state_of_a_patient_nobody_sees_is_not_calm(make, more):
    overview = make.well(1, "P-1", answer=make.assessment(**more))
    assert patient_view(record_of(make, overview), make.now, zone=make.zone).state.tone is not Tone.CALM


def test_a_seen_quiet_patient_is_calm_until_the_record_cannot_be_read(make):
    record = record_of(make, make.well(1, "P-1"))
    assert patient_view(record, make.now, zone=make.zone).state.tone is Tone.CALM
    later = make.now + timedelta(minutes=3)
    unread = patient_view(record, later, zone=make.zone, failure="gone")
    assert unread.state.text.startswith("CANNOT READ THE RECORD, this is 3:00 old.")
    assert unread.state.tone is Tone.EMERGENCY
    assert unread.trends.charts[0].newest.text == "36.8 73m oral"


def test_a_patient_who_is_not_enrolled_has_no_view(make):
    record = replace(record_of(make, make.well(1, "P-1")), overview=None)
    assert patient_view(record, make.now, zone=make.zone) is None


def test_the_window_says_in_words_what_the_curve_draws(make):
    overview = make.well(1, "P-1", answer=make.assessment(phase="closed"))
    words = [line.text for line in patient_view(record_of(make, overview), make.now, zone=make.zone).window]
    assert "outside the usual window: look hard for infection, CRS still possible" in words
    unknown = make.well(1, "P-1", onset=None, answer=make.assessment(phase="unknown"))
    words = [line.text for line in patient_view(record_of(make, unknown), make.now, zone=make.zone).window]
    assert words[0].startswith("?")
    assert "no onset distribution known for this drug" in words


def test_a_voided_entry_is_struck_and_says_so(make):
    lines = patient_view(record_of(make, make.well(1, "P-1")), make.now, zone=make.zone).entries
    [struck] = [line for line in lines if line.struck]
    assert struck.text == "m3  Mon 23:14  VOID medication paracetamol 500 mg by Ada Berg"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ({}, "02:13 to caregiver E., delivered: hello"),
        ({"status": "failed: no route"}, "02:13 to caregiver E., FAILED: NO ROUTE: hello"),
        ({"direction": "in"}, "02:13 from caregiver E.: hello"),
        ({"direction": "in", "role": None, "person": None}, "02:13 from an unknown number: hello"),
        ({"role": "second_nurse", "person": "Ben"}, "02:13 to second nurse Ben, delivered: hello"),
        ({"person": "caregiver of P-1"}, "02:13 to caregiver of P-1, delivered: hello"),
    ],
)
def test_a_text_says_direction_person_and_what_became_of_it(make, text, line):
    record = record_of(make, make.well(1, "P-1"), texts=[make.text(1, 1, "hello", **text)])
    assert [each.text for each in patient_view(record, make.now, zone=make.zone).messages] == [line]


def lines_of(make, section, **more) -> list[str]:
    overview = more.pop("overview", None) or make.well(1, "P-1")
    record = replace(record_of(make, overview), dossier=make.dossier(**more))
    return [line.text for line in getattr(patient_view(record, make.now, zone=make.zone), section)]


def test_what_the_label_says_now_stands_with_its_source_and_once(make):
    guidance = Guidance(
        now=("look in an hour", "label, CRS grade 1: treat the fever", "other causes: draw blood cultures"),
        next_dose=make.assessment().guidance.next_dose,
    )
    said = lines_of(
        make,
        "now",
        overview=make.well(1, "P-1", answer=make.assessment(guidance=guidance)),
        label=(make.says("CRS grade 1, treatment", "treat the fever"),),
        prompted=(
            make.says("infection", "draw blood cultures", source="ASTCT 2019", confidence="uncertain", doubt=True),
        ),
    )
    assert said == [
        "look in an hour",
        "CRS grade 1, treatment: treat the fever",
        "   US prescribing information, table 2; published",
        "UNCERTAIN infection: draw blood cultures",
        "   ASTCT 2019; uncertain",
    ]


def test_every_episode_says_when_after_which_dose_how_bad_and_how_it_ended(make):
    def episode(number, begin, end, **more):
        values = {"dose": "SUD1", "peak": 1, "told": 0, "resolved_while_masked": False, "closed_by_clinician": False}
        resolved = None if end is None else make.now - timedelta(hours=end)
        return make.episode(
            number=number, onset=make.now - timedelta(hours=begin), resolved=resolved, **(values | more)
        )

    said = lines_of(
        make,
        "episodes",
        episodes=(
            episode(1, 200, 150, resolved_while_masked=True, told=2),
            episode(2, 30, 20, dose=None, peak=None, closed_by_clinician=True),
            episode(3, 2, None),
        ),
        neuro=(make.neuro(onset=make.now - timedelta(hours=1), peak=2, ended=None),),
    )
    assert said == [
        "ICANS: since 01:14, 60m, OPEN, peak grade 2",
        "CRS 3 after SUD1: since 00:14, 2h, OPEN, peak grade 1",
        "CRS 2 after a dose not known: Sun 20:14 to Mon 06:14, 10h, never graded, called over by a clinician",
        (
            "CRS 1 after SUD1: 2026-02-22 18:14 to 2026-02-24 20:14, 2d, peak grade 1, a clinician said 2,"
            " resolved while fever may have been hidden"
        ),
    ]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"confidence": "uncertain"}, "UNCERTAIN: the text it rests on is doubtful"),
        (
            {"basis": "drug"},
            "UNCERTAIN: this dose has no distribution of its own, it is that of other doses",
        ),
        ({"basis": "route"}, "that of other drugs given this way"),
        ({}, "half of the onsets at 26 to 48 h, 95 % at 10 to 80 h"),
    ],
)
def test_a_window_that_must_not_be_relied_on_says_so(make, more, words):
    said = lines_of(make, "window", overview=make.well(1, "P-1", onset=replace(make.curve(), **more)))
    assert any(words in line for line in said)
    assert any(line.startswith("UNCERTAIN") for line in said) is bool(more)


def test_why_names_the_parts_of_the_grade_the_lines_that_are_off_and_what_is_missing(make):
    held = make.thresholds(baseline=Baseline())
    said = lines_of(make, "why", thresholds=held, missing=("weight not recorded", "ICE never asked"))
    assert "CRS from fever not known, pressure not known, oxygen not known" in said
    assert "no baseline oxygen is recorded: no line stands for a fall from it" in said
    assert "missing: weight not recorded; ICE never asked" in said
    assert said[-1].endswith("rules 2026.11.3")


def test_the_audit_trail_reads_newest_first_with_who_and_what(make):
    def entry(ago, **more):
        values = {"chain": "people", "number": 1, "kind": "change", "subject": "record:7", "patient": "P-1"}
        return make.log_line(at=make.now - timedelta(minutes=ago), **(values | more))

    log = (
        entry(9, actor=None, detail={}, kind="assessment", subject="assessment:3"),
        entry(4, actor="ada", detail={"kind": "dose", "ref": "m1"}),
    )
    assert [line.text for line in trail(log, make.now, make.zone)] == [
        "02:10  change by ada  record:7  kind dose; ref m1",
        "02:05  assessment  assessment:3",
    ]
