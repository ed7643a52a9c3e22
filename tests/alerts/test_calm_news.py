"""What may be left undecoded: an answer in brief agrees with the whole answer."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from alerts.stored_sources import StoredSources
from gateway.store import ensure_patient
from monitor.assessment import URGENCIES, encode
from monitor.brief import briefs_after
from monitor.tables import AssessmentRow

START = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)


def put(database, body, *, groups="", reading_id=None):
    with database.write() as session:
        row = AssessmentRow(
            patient_id=ensure_patient(session, "P-0042"),
            at=START,
            assessed_at=START,
            reading_id=reading_id,
            event_id=None,
            urgent_groups=groups,
            body=body,
        )
        session.add(row)


def briefs(database, after_id=0, limit=500):
    with database.read() as session:
        return briefs_after(session, after_id, limit)


@pytest.mark.parametrize("urgency", URGENCIES)
@pytest.mark.parametrize("fever", [True, False, None])
@pytest.mark.parametrize("episode", ["none", "open", "resolved"])
def test_only_a_routine_answer_without_fever_and_open_episode_is_calm(
    database, answer_that_says, urgency, fever, episode
):
    said = answer_that_says(START, urgency=urgency, fever=fever, onset=None if episode == "none" else START)
    if episode == "resolved":
        over = msgspec.structs.replace(said.crs.episode, resolved=START)
        said = msgspec.structs.replace(said, crs=msgspec.structs.replace(said.crs, episode=over))
    put(database, encode(said))
    [brief] = briefs(database)
    assert brief.calm == (urgency == "routine" and fever is not True and episode != "open")
    assert brief.assessment() == said


def test_an_answer_in_brief_says_whose_it_is_and_what_caused_it(database, answer_that_says):
    put(database, encode(answer_that_says(START)), groups="oximetry,temperature", reading_id=7)
    put(database, encode(answer_that_says(START)))
    with database.read() as session:
        first, second = StoredSources().news(session, 0, 500)
    assert (first.id, first.code, first.reading_id) == (1, "P-0042", 7)
    assert first.urgent_groups == {"oximetry", "temperature"}
    assert (second.id, second.reading_id, second.urgent_groups) == (2, None, frozenset())
    assert [brief.id for brief in briefs(database, 1)] == [2]
    assert [brief.id for brief in briefs(database, 0, 1)] == [1]


def test_an_answer_that_cannot_be_read_is_not_calm_and_stops_nobody_else(ward, database, monkeypatch):
    put(database, b"{")
    [brief] = briefs(database)
    assert not brief.calm
    with pytest.raises(msgspec.DecodeError):
        brief.assessment()
    with monkeypatch.context() as patch:
        patch.setattr(ward.alerts, "cycle", lambda: None)
        ward.says(1)
    ward.monitor.stored[-1] = replace(ward.monitor.stored[-1], calm=False, read=brief.assessment)
    ward.fever(2)
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    assert {line.code for line in ward.lines()} >= {"P-0002"}
    assert any(line.kind == "technical" for line in ward.lines())
