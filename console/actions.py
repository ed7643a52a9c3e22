"""One registry of what a key does: bindings, the key line, the command palette and the help screen are read from it.

The rows themselves stand in `console.keys`.
"""

from collections.abc import Iterator
from typing import Final

from textual.binding import Binding, BindingType

from console.keys import ACTIONS
from console.places import DIALOG, FORM, HELP, LIST, LOGIN, SCREENS, Action
from gateway.permissions import Action as Permission

ALWAYS_NAMED: Final = ("back", "help")
"""The way out and the way to everything else stay in the key line however narrow the terminal is."""

GAP: Final = 2
MANNERS: Final = LIST | DIALOG | FORM | HELP | LOGIN
"""What a key does inside something that is open, whichever screen it was opened from."""


def offered(place: str) -> Iterator[Action]:
    """Yield the actions of one place, in the order of the help."""
    return (each for each in ACTIONS if place in each.on)


def bindings(place: str) -> list[BindingType]:
    """Return the key bindings of one place."""
    return [
        Binding(each.key, each.name if each.own else f"app.{each.name}", each.help, show=False, priority=each.first)
        for each in offered(place)
    ]


def key_line(place: str, width: int) -> str:
    """Return the line of keys at the bottom of a screen, in at most `width` characters.

    Where not every key fits the last ones go first; how to leave and how to get help always stay.
    """
    named = [each for each in offered(place) if each.short and each.name != f"go('{place}')"]
    kept = [each for each in named if each.name in ALWAYS_NAMED]
    for each in named:
        if each not in kept and _long((*kept, each)) <= width:
            kept.append(each)
        elif each not in kept:
            break
    return (" " * GAP).join(_word(each) for each in named if each in kept)


def _word(action: Action) -> str:
    return f"{action.shown_key or action.keys[0]} {action.short}"


def _long(actions: tuple[Action, ...]) -> int:
    return sum(len(_word(each)) for each in actions) + GAP * (len(actions) - 1)


def permission_of(name: str) -> Permission | None:
    """Return what an action needs by its name, such as `enter('d')`; None for one that concerns nobody else."""
    return next((each.needs for each in ACTIONS if each.name == name), None)


def help_sections(place: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return titled lists of (key, what it does): first what the screen called `place` offers, then the others.

    A row that was said already is not said again; every action stands in one of the lists.
    """
    first = [place] if place in SCREENS else []
    said: set[Action] = set()
    sections = []
    for name in (*first, *(each for each in SCREENS if each not in first), "list", "dialog", "form", "help", "login"):
        rows = [each for each in offered(name) if each not in said]
        said.update(rows)
        if rows:
            title = f"Keys here ({TITLES[name]})" if [name] == first else f"Keys: {TITLES[name]}"
            sections.append((title, [(each.shown, each.help) for each in rows]))
    return sections


TITLES: Final = {
    "board": "the board",
    "patient": "a patient",
    "record": "the record of a patient",
    "incidents": "incidents",
    "roster": "who is on call",
    "devices": "home hubs",
    "system": "the system",
    "shift": "the hand-over of the shift",
    "veil": "the locked board",
    "list": "walking through a list",
    "dialog": "while something is asked",
    "form": "while an entry is written; Tab leads from field to field",
    "help": "this help",
    "login": "the login",
}
