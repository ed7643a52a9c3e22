"""`stepguard replay` reads strictly and prints nothing but assessments."""

import json

import pytest

FIRST_FEVER = {
    "patient": {"code": "P-0042"},
    "regimen": {"drug": "teclistamab"},
    "events": [
        {"at": "2026-03-02T10:00:00Z", "type": "dose", "step": "SUD1", "amount": 0.06, "unit": "mg/kg"},
        {"at": "2026-03-03T02:10:00Z", "type": "reading", "temperature": {"value": 38.0, "unit": "Cel"}},
    ],
}


@pytest.fixture
def timeline(here):
    def write(content):
        file = here / "night.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return file

    return write


def test_all_prints_one_line_for_every_event(stepguard, timeline):
    said = stepguard("replay", timeline(FIRST_FEVER), "--all")
    assert said.code == 0
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line["at"] for line in lines] == ["2026-03-02T10:00:00Z", "2026-03-03T02:10:00Z"]
    assert lines[-1]["crs"]["grade"] == 1
    assert lines[-1]["urgency"] == "urgent"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", ["not valid JSON", "line 1"]),
        ("[]", ["one JSON object"]),
        ('{"patient": {}, "patient": {}}', ["'patient'", "twice"]),
        ('{"patient": {"code": "P"}, "events": [{"at": NaN}]}', ["NaN", "not a number"]),
        ('{"patient": {"code": "P"}, "events": [{"at": -Infinity}]}', ["-Infinity"]),
        ("[" * 100_000, ["night.json"]),
    ],
    ids=["cut off", "a list", "a key twice", "NaN", "infinity", "too deep"],
)
def test_what_is_no_timeline_is_refused_with_its_file(stepguard, timeline, content, words):
    stepguard("replay", timeline(content)).refuses("night.json", *words)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"at": "2026-03-03T02:10:00", "type": "tick"}, ["no offset"]),
        ({"at": "2026-03-03T02:10:00Z", "type": "nap"}, ["'nap'"]),
        ({"at": "2026-03-03T02:10:00Z", "type": "reading", "temperature": {"value": 38.4}}, ["unit"]),
        ({"at": "2026-03-03T02:10:00Z", "type": "reading"}, ["vital group"]),
    ],
    ids=["naive time", "unknown type", "no unit", "no vital group"],
)
def test_a_bad_event_is_named_by_its_index(stepguard, timeline, event, words):
    bad = FIRST_FEVER | {"events": [*FIRST_FEVER["events"], event]}
    stepguard("replay", timeline(bad)).refuses("night.json", "event 2", *words)


def test_a_file_that_is_not_there_is_named(stepguard):
    stepguard("replay", "missing.json").refuses("missing.json", "cannot be read")


def test_a_folder_or_bytes_that_are_no_text_are_refused(stepguard, here):
    stepguard("replay", here).refuses("cannot be read")
    (here / "bytes.json").write_bytes(b"\xff\xfe\x00")
    stepguard("replay", here / "bytes.json").refuses("bytes.json", "UTF-8")


@pytest.mark.slow
def test_a_timeline_comes_by_standard_input_too(installed):
    said = installed("replay", "-", "--all", stdin=json.dumps(FIRST_FEVER))
    assert said.code == 0
    assert len(said.out.splitlines()) == 2
