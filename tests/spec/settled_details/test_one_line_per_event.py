"""Shape of the answer: one assessment per input event, in the order processed, nothing left out."""

import msgspec
import pytest

from monitor import assessment
from spec_shorthand import instant, timeline
from spec_tables import replayed


def test_there_is_one_line_per_event_in_the_order_processed():
    lines = replayed(timeline("3h well; 0h dose SUD1; 1h rx 4h T 38.4; 2h tick"))
    assert [line.at for line in lines] == [instant("0h"), instant("2h"), instant("3h"), instant("4h")]


def test_every_line_survives_the_journey_through_its_json():
    for line in replayed(timeline("0h dose SUD1; 1h well T 38.4; 30h tick")):
        assert assessment.decode(assessment.encode(line)) == line


@pytest.mark.parametrize("when", ["0h tick", "0h dose SUD1; 1h well T 38.4 B 80/50", "0h dose SUD1; 30h tick"])
def test_all_keys_are_present_and_no_list_is_null(when):
    line = msgspec.json.decode(assessment.encode(replayed(timeline(when))[-1]))
    for key in ("reasons", "crs", "icans", "window", "sight", "news2", "next_due", "guidance", "rules_version"):
        assert line[key] is not None
    assert line["guidance"]["next_dose"]["actions"] is not None
    assert line["guidance"]["now"] is not None
    assert line["sight"]["overdue"] is not None


def test_the_same_timeline_is_graded_the_same_twice():
    story = timeline("0h dose SUD1; 1h well; 30h well T 38.4; 31h med acetaminophen; 32h well B 80/50; 60h tick")
    assert replayed(story) == replayed(story)


@pytest.mark.parametrize(
    ("value", "unit", "fever"),
    [(38.0, "Cel", True), (37.99, "Cel", False), (100.4, "[degF]", True), (100.3, "[degF]", False), (38, "Cel", True)],
)
def test_plain_numbers_are_read_as_they_are_written(value, unit, fever):
    reading = {"at": "2026-03-02T11:00:00Z", "type": "reading", "temperature": {"value": value, "unit": unit}}
    assert replayed({"patient": {"code": "P-1"}, "regimen": {"drug": "x"}, "events": [reading]})[-1].crs.fever is fever


def test_an_offset_names_the_same_instant():
    told = timeline("0h dose SUD1; 1h well T 38.4")
    elsewhere = timeline("0h dose SUD1; 1h well T 38.4")
    elsewhere["events"][1]["at"] = "2026-03-02T13:00:00+02:00"
    assert replayed(elsewhere) == replayed(told)


def test_a_timeline_without_events_says_nothing():
    assert replayed({"patient": {"code": "P-1"}, "regimen": {"drug": "x"}, "events": []}) == []


def test_replaying_leaves_the_timeline_as_it_was():
    story, untouched = timeline("2h well; 0h dose SUD1"), timeline("2h well; 0h dose SUD1")
    replayed(story)
    assert story == untouched
