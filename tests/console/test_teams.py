"""A board narrowed to one team of the ward: nobody who needs somebody is hidden, and who is left out is said."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyboard import said, settled

from console.views.cells import Group, Tone
from console.views.teams import next_team, teams_of
from console.views.ward import ward_view
from monitor.event_fields import BadEvent
from monitor.profile_object import parse_profile


def board(make, snapshot, team):
    return ward_view(snapshot, make.now, zone=make.zone, actor=make.actor, team=team)


def divided(make, teams):
    snapshot = make.snapshot()
    named = [replace(each, team=team) for each, team in zip(snapshot.overviews, teams, strict=False)]
    return replace(snapshot, overviews=named)


@given(teams=st.lists(st.sampled_from(["north", "south", None]), min_size=12, max_size=12))
def test_whoever_needs_somebody_stays_and_everybody_left_out_is_counted(make, teams):
    snapshot = divided(make, teams)
    whole, narrow = (board(make, snapshot, team) for team in (None, "north"))
    shown = {row.patient_id for row in narrow.rows}
    hidden = [row for row in whole.rows if row.patient_id not in shown]
    team_of = {each.patient_id: each.team for each in snapshot.overviews}
    assert all(team_of[row.patient_id] == "south" and row.group > Group.URGENT for row in hidden)
    assert not any(row.incident is not None and row.incident.unanswered_since for row in hidden)
    assert bool(narrow.left_out) == ("north" in teams)
    if narrow.left_out:
        assert f"TEAM north: {len(hidden)} patients of other teams NOT SHOWN" in narrow.left_out
        unseen = sum(row.group is Group.UNSEEN for row in hidden)
        assert (f"{unseen} not seen" in narrow.left_out) == bool(unseen)
    assert (narrow.counts, narrow.asking, narrow.ring, narrow.banners) == (
        whole.counts,
        whole.asking,
        whole.ring,
        whole.banners,
    )


def test_a_narrowed_board_says_calm_of_those_shown_alone(make):
    calm = replace(make.snapshot(), overviews=[make.well(1, "P-0001"), make.well(2, "P-0002")], incidents=[], faults=())
    calm = replace(calm, overviews=[replace(calm.overviews[0], team="north"), replace(calm.overviews[1], team="south")])
    whole, narrow = board(make, calm, None), board(make, calm, "north")
    assert whole.next_thing.tone is Tone.CALM
    assert narrow.next_thing.text.startswith("Of those shown: All 1 seen")
    assert narrow.next_thing.tone is not Tone.CALM


def test_a_team_that_has_nobody_any_more_shows_everybody(make):
    snapshot = divided(make, ["south"] * 12)
    assert board(make, snapshot, "north").rows == board(make, snapshot, None).rows


def test_the_key_goes_through_the_teams_and_back_to_everybody(make):
    known = teams_of(divided(make, ["south", "north", None]).overviews)
    assert known == ("north", "south")
    assert [next_team(each, known) for each in (None, "north", "south", "gone")] == ["north", "south", None, None]


def test_a_teams_name_is_read_in_lower_case_and_bounded():
    assert parse_profile({"code": "P-1", "team": " North  Wing "}).team == "north wing"
    assert parse_profile({"code": "P-1", "team": ""}).team is None
    with pytest.raises(BadEvent, match=r"patient\.team"):
        parse_profile({"code": "P-1", "team": "x" * 17})


async def test_the_choice_lasts_a_sitting_and_a_search_looks_into_every_team(console, feed, make):
    feed.snapshot = divided(make, ["north"] * 3 + ["south"] * 9)
    async with console.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        everybody = len(console.view().rows)
        await pilot.press("t")
        await settled(pilot)
        assert console.team == "north"
        assert len(console.view().rows) < everybody
        assert "TEAM north:" in said(pilot, "#banners")
        hidden = {row.code for row in board(make, feed.snapshot, None).rows} - {row.code for row in console.view().rows}
        await pilot.press("slash")
        pilot.app.focused.value = min(hidden)
        await pilot.press("enter")
        await settled(pilot)
        assert (console.team, console.board.selected.code) == (None, min(hidden))
        await pilot.press("t")
        console._close_everything()
        assert console.team is None
