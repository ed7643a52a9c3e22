"""The board without values: what it keeps in sight whatever its size."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.views.cells import GROUP_TONE, Cell, Group, Tone
from console.views.veil import WORDS, VeiledView, columns, veil
from console.views.ward import ward_view

BLANK = Cell(text="")


def veiled(groups):
    return VeiledView(
        title=BLANK,
        counts="",
        banners=(),
        next_thing=BLANK,
        lines=tuple(
            Cell(text=f"!! P-{number:04} {WORDS[group]}", tone=GROUP_TONE[group]) for number, group in enumerate(groups)
        ),
        groups=tuple(groups),
        asking=False,
        ring=False,
    )


wards = st.lists(st.sampled_from(Group), max_size=120).map(sorted).map(veiled)


@given(wards, st.integers(40, 220), st.integers(1, 60))
def test_everybody_is_shown_or_counted_by_kind_and_nothing_is_cut(view, width, height):
    rows = columns(view, width, height)
    assert len(rows) <= height
    shown = [
        cell.text.rstrip()
        for column in range(max(map(len, rows), default=0))
        for row in rows
        for cell in row[column : column + 1]
    ]
    names = [line.text.rstrip() for line in view.lines]
    if shown == names:
        return
    *kept, rest = shown
    assert kept == names[: len(kept)]
    assert rest.startswith(f"and {len(names) - len(kept)} more")
    for group in set(Group) - {Group.REST}:
        left = view.groups[len(kept) :].count(group)
        assert (f"{left} {WORDS[group]}" in rest) is bool(left)


@given(wards, st.integers(40, 220), st.integers(1, 60))
def test_who_does_not_fit_is_never_counted_in_a_calmer_tone_than_they_have(view, width, height):
    rows = columns(view, width, height)
    cells = [cell for row in rows for cell in row]
    counted = [cell for cell in cells if cell.text.startswith("and ")]
    if counted:
        hidden = view.groups[len(cells) - 1 :]
        assert counted[0].tone == GROUP_TONE[min(hidden)]


def test_a_veiled_ward_keeps_codes_urgency_and_holders_and_drops_every_value(make):
    view = veil(ward_view(make.snapshot(), make.now, zone=make.zone, actor="LOCKED"))
    texts = [line.text for line in view.lines]
    assert texts[:3] == [
        "!! P-0042 EMERGENCY NO ONE 41s",
        "!  P-0017 URGENT Ben to 04:01",
        "?  P-0031 NOT SEEN overdue 19h",
    ]
    told = " ".join([*texts, view.next_thing.text, view.title.text, view.counts, *(each.text for each in view.banners)])
    for word in ("38.9", "86", "tec", "SUD", "fever", "susp", "paracetamol"):
        assert word not in told


def test_a_view_for_a_locked_board_has_no_place_for_values():
    assert {field.name for field in fields(VeiledView)}.isdisjoint({"rows", "texts", "pages", "why"})


@pytest.mark.parametrize("failure", [None, "disk gone"])
def test_without_a_page_the_first_line_names_the_patient_and_no_reason(make, failure):
    snapshot = make.snapshot()
    quiet = type(snapshot)(
        read_at=snapshot.read_at, overviews=snapshot.overviews, incidents=(), faults=snapshot.faults, texts=()
    )
    view = veil(ward_view(quiet, make.now, zone=make.zone, actor="LOCKED", failure=failure))
    assert "fever" not in view.next_thing.text
    assert "systolic" not in view.next_thing.text
    assert view.next_thing.tone is not Tone.CALM
    assert ("P-0042 EMERGENCY" in view.next_thing.text) is (failure is None)


def test_a_calm_ward_is_calm_and_says_nothing_of_masks(make):
    snapshot = make.snapshot()
    masked = make.well(1, "P-0001", answer=make.assessment(masked=True))
    calm = type(snapshot)(read_at=make.now, overviews=[masked], incidents=(), faults=(), texts=())
    view = ward_view(calm, make.now, zone=make.zone, actor="ada")
    assert "Fever may be hidden" in view.next_thing.text
    assert "Fever" not in veil(view).next_thing.text
    assert veil(view).next_thing.tone is view.next_thing.tone
