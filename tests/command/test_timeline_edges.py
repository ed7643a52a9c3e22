"""What a timeline may leave out, what it may not say, and that nothing it says ends in a traceback."""

import json

import pytest

DOSE = {"at": "2026-03-02T10:00:00Z", "type": "dose", "step": "SUD1", "amount": 0.06, "unit": "mg/kg"}
FEVER = {"at": "2026-03-03T02:10:00Z", "type": "reading", "temperature": {"value": 38.4, "unit": "Cel"}}


@pytest.fixture
def replay(stepguard, here):
    """Replay a timeline, given as an object or as the text of the file."""

    def run(content, *options):
        file = here / "night.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return stepguard("replay", file, *options)

    return run


def night(*events, **patient):
    return {"patient": {"code": "P-0042", **patient}, "regimen": {"drug": "teclistamab"}, "events": list(events)}


def test_a_record_without_events_has_no_answer_and_is_no_mistake(replay):
    said = replay(night(), "--all")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_events_of_one_instant_keep_their_order_and_have_a_line_each(replay):
    at = FEVER["at"]
    calm = {"at": at, "type": "reading", "temperature": {"value": 36.6, "unit": "Cel"}}
    said = replay(night(DOSE, FEVER, calm, {"at": at, "type": "tick"}), "--all")
    assert [json.loads(line)["crs"]["fever"] for line in said.out.splitlines()] == [None, True, False, False]


def test_an_id_given_twice_is_refused_because_one_void_would_strike_out_both(replay):
    replay(night(DOSE | {"id": "a"}, FEVER | {"id": "a"})).refuses("night.json", "event 1", "'a'")


def test_a_void_strikes_out_the_event_of_that_id_and_no_other(replay):
    void = {"at": "2026-03-03T03:00:00Z", "type": "void", "of": "e1", "why": "wrong patient"}
    said = replay(night(DOSE | {"id": "e1"}, FEVER, void), "--all")
    last = json.loads(said.out.splitlines()[-1])
    assert last["window"]["phase"] == "before"
    assert last["crs"]["fever"] is True, "the reading, which has no id, was struck out as well"


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (DOSE | {"amount": -1}, ["amount", "below 0"]),
        (DOSE | {"at": "0001-01-01T00:00:00+14:00"}, ["at", "before or after all time"]),
        (DOSE | {"ended_at": "9999-12-31T23:59:59Z"}, ["ended_at", "8999"]),
        ({"at": DOSE["at"], "type": "support", "vasopressors": 0}, ["vasopressors", "list"]),
        ({"at": DOSE["at"], "type": "support", "oxygen": []}, ["oxygen", "object"]),
        ({"at": DOSE["at"], "type": "baseline", "systolic_mmhg": 0}, ["systolic_mmhg", "leave it out"]),
    ],
    ids=["below zero", "before all time", "after all time", "no list", "no object", "a baseline of nothing"],
)
def test_a_value_that_cannot_be_is_refused_rather_than_taken_for_missing(replay, event, words):
    replay(night(event)).refuses("night.json", "event 0", *words)


@pytest.mark.parametrize(
    ("patient", "words"),
    [
        ({"baseline": []}, ["baseline"]),
        ({"conditions": [1]}, ["conditions"]),
        ({"spo2_scale": True}, ["spo2_scale"]),
        ({"timezone": ""}, ["timezone"]),
        ({"limits": 0}, ["limits"]),
    ],
    ids=["baseline", "conditions", "scale", "timezone", "limits"],
)
def test_a_patient_object_of_the_wrong_kind_is_refused(replay, patient, words):
    replay(night(DOSE, **patient)).refuses("night.json", *words)


def test_a_reading_of_an_impossible_clock_is_graded_when_it_arrived(replay):
    ahead = FEVER | {"at": "9999-12-31T23:59:59Z", "received_at": "2026-03-03T02:10:00Z"}
    said = replay(night(DOSE, ahead), "--all")
    last = json.loads(said.out.splitlines()[-1])
    assert (last["at"], last["crs"]["fever"]) == ("2026-03-03T02:10:00Z", True)


def test_a_number_longer_than_any_measurement_is_refused(replay):
    replay('{"patient": {"code": "P", "weight_kg": ' + "9" * 5000 + '}, "events": []}').refuses("night.json", "5000")


def test_half_a_character_is_refused(replay):
    replay(json.dumps(night(FEVER | {"by": "\ud800"}))).refuses("night.json", "half a character")


def test_a_byte_order_mark_before_the_object_is_no_mistake(replay):
    assert replay("\ufeff" + json.dumps(night(DOSE))).code == 0


@pytest.mark.slow
def test_an_answer_that_cannot_be_written_is_one_line_and_a_failure(here):
    import subprocess  # noqa: PLC0415 - the one test whose stdout is a device
    import sys  # noqa: PLC0415 - as above
    from pathlib import Path  # noqa: PLC0415 - as above

    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this machine has no /dev/full")
    (here / "night.json").write_text(json.dumps(night(DOSE)))
    command = [str(Path(sys.executable).parent / "stepguard"), "replay", "night.json"]
    with full.open("wb") as out:
        ended = subprocess.run(command, cwd=here, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("stepguard: ")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"urgent": 88, "emergency": 85, "why": "COPD", "until": "2027-01-01T00:00:00Z"}, ["oximetry", "by"]),
        ({"urgent": 88, "emergency": 85, "by": "ada", "until": "2027-01-01T00:00:00Z"}, ["oximetry", "why"]),
        ({"urgent": 88, "emergency": 85, "by": "ada", "why": "COPD"}, ["oximetry", "until"]),
        (
            {"urgent": 88, "emergency": 0, "by": "a", "why": "b", "until": "2027-01-01T00:00:00Z"},
            ["emergency", "bounds"],
        ),
    ],
    ids=["nobody", "no reason", "no end", "out of bounds"],
)
def test_a_patients_own_limits_need_a_name_a_reason_an_end_and_the_bounds_of_the_rules(stepguard, here, limit, words):
    (here / "profile.json").write_text(json.dumps({"code": "P-0042", "limits": {"oximetry": limit}}))
    stepguard("enroll", "P-0042", "--profile", "profile.json").refuses(*words)
