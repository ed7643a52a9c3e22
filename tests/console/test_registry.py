"""One registry of keys: whatever a key does anywhere in the console comes from it, and it says so in the help."""

import importlib
import itertools
import pkgutil

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import console
from console.actions import bindings, help_sections, key_line, offered, permission_of
from console.keys import ACTIONS
from console.places import BOARD, SCREENS
from console.terminal import PLACES, ConsoleApp

TYPED_INTO = frozenset({"dialog", "form", "login"})
"""Places that hold a line to type into: a letter or digit bound there could not be typed."""


def widgets_of_the_console() -> list[type[DOMNode]]:
    for module in pkgutil.walk_packages(console.__path__, "console."):
        if module.name.startswith(("console.screens", "console.widgets")):
            importlib.import_module(module.name)
    found, left = [], [DOMNode]
    while left:
        known = left.pop().__subclasses__()
        left += known
        found += [each for each in known if each.__module__.startswith("console.")]
    return found


def test_no_screen_and_no_list_binds_a_key_that_is_not_in_the_registry():
    registered = {
        (binding.key, binding.action)
        for place in (*SCREENS, "list", "dialog", "form", "help", "login")
        for binding in bindings(place)
    }
    bound = {
        (binding.key, binding.action, widget.__name__)
        for widget in widgets_of_the_console()
        for binding in widget.__dict__.get("BINDINGS", ())
        if isinstance(binding, Binding) or pytest.fail(f"{widget.__name__} binds {binding} beside the registry")
    }
    assert bound
    assert {(key, action) for key, action, _ in bound} <= registered


def test_every_action_has_its_method_where_the_registry_says_it_is():
    own = {widget: widget.__name__ for widget in widgets_of_the_console()}
    for action in ACTIONS:
        method = f"action_{action.name.split('(')[0]}"
        if action.own:
            assert any(hasattr(widget, method) for widget in own), action.name
        else:
            assert hasattr(ConsoleApp, method), action.name


@pytest.mark.parametrize("place", [*SCREENS, "list", "dialog", "form", "help", "login"])
def test_no_place_has_a_key_twice(place):
    keys = [key for action in offered(place) for key in action.keys]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("place", ["board", "record", "incidents", "devices"])
def test_walking_through_the_list_takes_no_key_from_the_screen_around_it(place):
    taken = {key for action in offered("list") for key in action.keys}
    assert taken.isdisjoint(key for action in offered(place) for key in action.keys)


@pytest.mark.parametrize("place", sorted(TYPED_INTO))
def test_where_a_line_is_typed_no_printable_key_is_taken(place):
    assert all(len(key) > 1 for action in offered(place) for key in action.keys)


def test_an_action_needs_the_same_permission_wherever_it_is_offered():
    for action in ACTIONS:
        assert permission_of(action.name) == action.needs


@pytest.mark.parametrize("place", SCREENS)
@pytest.mark.parametrize("width", [40, 60, 78, 100, 158, 198])
def test_the_key_line_never_outgrows_its_width_and_always_says_how_to_get_help(place, width):
    line = key_line(place, width)
    assert len(line) <= width
    if place != "veil":
        assert "? help" in line
    if place not in {"board", "veil"}:
        assert "esc back" in line


@pytest.mark.parametrize("place", SCREENS)
def test_a_wider_key_line_names_every_key_of_a_narrower_one(place):
    lines = [set(key_line(place, width).split("  ")) for width in range(40, 200, 3)]
    assert all(before <= after for before, after in itertools.pairwise(lines))


@pytest.mark.parametrize("place", [*SCREENS, "nowhere"])
def test_the_help_says_every_action_once_and_those_of_the_screen_first(place):
    sections = help_sections(place)
    told = [row for _, rows in sections for row in rows]
    assert sorted(told) == sorted((action.shown, action.help) for action in ACTIONS)
    if place in SCREENS:
        assert sections[0][0].startswith("Keys here")
        assert len(sections[0][1]) == len(list(offered(place)))


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_screen_of_the_house_is_reached_by_one_digit_from_everywhere(place):
    [way] = [action for action in ACTIONS if action.name == f"go('{place}')"]
    assert way.keys[0].isdigit()
    assert way.on >= BOARD | frozenset(PLACES)
    assert place == PLACES[place].PLACE
