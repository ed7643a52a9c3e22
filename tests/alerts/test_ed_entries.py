"""Whatever a department's form says: it is refused with a sentence, or becomes events that a record takes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.ed_access import MARK, EdLink, digits_of, mark
from alerts.ed_entries import MEDICINES, VASOPRESSORS, EntryRefusedError, read_entry, read_place
from alerts.web.pace import Pace
from gateway.plausibility_limits import load_limits
from monitor.timeline import OXYGEN_DEVICES, parse_event

NOW = datetime(2026, 3, 3, 17, 24, tzinfo=UTC)
KEYS = (
    *("support", "vasopressor", "vasopressin", "fluids", "oxygen", "flow", "indication"),
    *("crs", "icans", "medicine", "other_medicine", "amount_mg", "minutes_ago"),
)
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "all", "yes", "4", "3,5", "-1", "1e9", "NaN", "99999999999", *OXYGEN_DEVICES, *MEDICINES]),
    st.sampled_from(VASOPRESSORS),
)
FORMS = st.dictionaries(st.sampled_from(KEYS), st.lists(WORDS, max_size=3), max_size=len(KEYS))


@given(FORMS)
def test_any_form_is_refused_with_a_sentence_or_becomes_events_a_record_takes(form):
    try:
        entry = read_entry(form, by="Dr Lund", now=NOW)
    except EntryRefusedError:
        return
    assert len(entry.lines) == len(entry.events) > 0
    for event in entry.events:
        parsed = parse_event(event, load_limits(), ref="m1")
        assert NOW - timedelta(hours=24) <= parsed.at <= NOW
        if event["type"] == "support":
            assert form["support"][0].strip()


@given(FORMS)
def test_what_is_saved_after_the_reading_back_is_what_was_read_back(form):
    try:
        said = read_entry(form, by="Dr Lund", now=NOW)
    except EntryRefusedError:
        return
    # The page that reads back sends the same fields again, blank ones too.
    assert read_entry({key: list(values) for key, values in form.items()}, by="Dr Lund", now=NOW) == said


def test_support_without_its_tick_is_refused_and_with_it_everything_unnamed_is_not_given():
    with pytest.raises(EntryRefusedError, match="Tick that this is all"):
        read_entry({"fluids": ["yes"]}, by="x", now=NOW)
    [event] = read_entry({"support": ["all"]}, by="x", now=NOW).events
    assert (event["vasopressors"], event["vasopressin"], event["oxygen"]["device"]) == ([], False, "none")


def test_a_grade_of_0_says_what_follows_from_it_before_it_is_saved():
    assert read_entry({"crs": ["0"]}, by="x", now=NOW).lines == (
        "Grade: CRS grade 0 by x (this closes the episode of CRS)",
    )
    assert "closes" not in read_entry({"crs": ["1"], "icans": ["0"]}, by="x", now=NOW).lines[0]


def test_only_three_words_say_where_the_patient_is():
    assert [read_place(word, NOW).events[0]["where"] for word in ("arrived", "admitted", "discharged")] == [
        "emergency_department",
        "admitted",
        "discharged",
    ]
    with pytest.raises(EntryRefusedError):
        read_place("ended", NOW)


def link(**more):
    known = {"id": 1, "incident_id": 1, "patient_id": 1, "department": "a", "made_at": NOW, "wrong_codes": 0}
    return EdLink(**{**known, **dict.fromkeys(("locked_at", "accepted_at", "closed_at")), **more})


def test_a_link_lives_a_day_from_its_making_or_from_its_acceptance():
    day, second = timedelta(hours=24), timedelta(seconds=1)
    assert link().standing(NOW + day - second) == "open"
    assert link().standing(NOW + day) == "dead"
    taken = link(accepted_at=NOW + timedelta(hours=20))
    assert taken.standing(NOW + timedelta(hours=44) - second) == "open"
    assert taken.standing(NOW + timedelta(hours=44)) == "dead"
    assert link(locked_at=NOW).standing(NOW) == "locked"
    assert link(locked_at=NOW, closed_at=NOW).standing(NOW) == "dead"


def test_a_mark_is_found_again_and_a_typed_code_is_its_digits():
    assert MARK.search(f"open {mark('link', 17)} now")["id"] == "17"
    assert digits_of(" 482-193 ") == digits_of("48 21 93") == "482193"


def test_the_pace_bounds_each_key_by_itself_and_forgets():
    pace = Pace(2, 60.0, keys=2)
    assert [pace.allows("a", at) for at in (0, 1, 2)] == [True, True, False]
    assert pace.allows("b", 2)
    assert pace.allows("a", 60.5)
    assert [pace.allows(key, 61) for key in ("c", "d", "e")] == [True] * 3
