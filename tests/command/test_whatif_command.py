"""`stepguard whatif`: other rules over recorded timelines, as a clinician would try them."""

import json

import pytest

import console.commands.whatif

DOSE = {"at": "2026-03-02T10:00:00Z", "type": "dose", "step": "SUD1"}
REST = {
    "temperature": {"value": 36.8, "unit": "Cel", "site": "oral"},
    "blood_pressure": {"systolic_mmhg": 124, "diastolic_mmhg": 76},
}
LOW = {"at": "2026-03-02T12:00:00Z", "type": "reading", "oximetry": {"spo2_pct": 93}, **REST}
SOUND = {"at": "2026-03-02T13:00:00Z", "type": "reading", "oximetry": {"spo2_pct": 98}, **REST}


@pytest.fixture
def timelines(here):
    """Give a folder of three timelines, one of which has a value between the rules."""
    folder = here / "recorded"
    (folder / "ward").mkdir(parents=True)
    for name, events in {"a": [DOSE, SOUND], "ward/b": [DOSE, LOW, SOUND], "c": [DOSE]}.items():
        content = {"patient": {"code": f"P-{name[-1]}"}, "regimen": {"drug": "teclistamab"}, "events": events}
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


@pytest.fixture
def laxer(here, stepguard):
    """Give a site's rule file, with its vectors, that lets SpO2 fall further before it is urgent."""
    file = here / "laxer.toml"
    said = stepguard("rules", "template", "oximetry.urgent_below_pct=93")
    assert said.code == 0, said
    signed = said.out.replace('source = ""', 'source = "ward meeting"').replace("# checked =", "checked =")
    file.write_text(signed)
    return file


def test_a_missed_call_is_told_with_its_patient_file_and_time(stepguard, timelines, laxer):
    said = stepguard("whatif", laxer, timelines)
    assert said.code == 0
    lines = [line.strip() for line in said.out.splitlines()]
    assert "P-b  recorded/ward/b.json" in said.out.replace(f"{timelines.parent}/", "")
    assert "missed   2026-03-02 12:00:00Z urgent (oximetry)" in lines
    assert "first urgent: 2026-03-02 12:00:00Z -> never" in lines
    assert "3 timelines, 1 changed (1 graded twice)" in lines
    assert "1 missed, 0 later, 0 added, 0 earlier" in lines


def test_json_says_the_same_and_grading_every_timeline_changes_nothing(stepguard, timelines, laxer):
    quick = stepguard("whatif", laxer, timelines, "--json").object
    every = stepguard("whatif", laxer, timelines, "--json", "--every").object
    assert quick["changed"] == every["changed"]
    assert (quick["totals"]["graded_twice"], every["totals"]["graded_twice"]) == (1, 3)
    [one] = quick["changed"]
    assert one["told"][0]["fate"] == "missed"
    assert one["old"]["minutes"]["urgent"] == 60
    assert one["new"]["minutes"]["urgent"] == 0


def test_a_bad_event_is_named_with_its_file_and_its_index(stepguard, timelines, laxer):
    bad = {"patient": {"code": "P"}, "events": [DOSE, {"at": "2026-03-02T18:00:00Z", "type": "nap"}]}
    (timelines / "d.json").write_text(json.dumps(bad))
    stepguard("whatif", laxer, timelines).refuses("d.json", "1", "nap")


def test_an_empty_folder_is_refused(stepguard, here, laxer):
    (here / "nothing").mkdir()
    stepguard("whatif", laxer, here / "nothing").refuses("nothing", "no timeline", ".json")


def test_a_rule_file_that_is_not_there_is_refused(stepguard, timelines):
    stepguard("whatif", "absent.toml", timelines).refuses("absent.toml")


def test_progress_goes_to_stderr_when_it_takes_long(stepguard, timelines, laxer, monkeypatch):
    monkeypatch.setattr(console.commands.whatif, "TELL_EVERY_S", 0.0)
    said = stepguard("whatif", laxer, timelines, "--json")
    assert "3 of 3 timelines, 1 changed" in said.err
    assert said.object["totals"]["timelines"] == 3
