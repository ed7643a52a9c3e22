"""The first-run tour: six things to look at, one after the other, with the keys that the registry has. Pure.

It stands above the line of keys and covers nothing: banners, rows and whoever needs somebody stay where they are, and
every key does what it always does.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from console.keys import ACTIONS
from console.views.cells import Incident

NAMED: Final = {
    "answer": "acknowledge",
    "back": "back",
    "calls": "go('incidents')",
    "dose": "enter('d')",
    "help": "help",
    "ice": "enter('i')",
    "leave": "ask_quit",
    "medicine": "enter('m')",
    "next": "tour_on",
    "note": "note",
    "open": "open_patient",
    "support": "enter('s')",
    "texts": "toggle_outbox",
    "tour": "tour",
}
"""Which action a word in braces stands for; its key is written there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to see.

    `asking` is said instead of `words` while somebody's page is unanswered, with that patient as `{code}`. `on` names
    the places where it can be done, `by` the actions that lead to the next step; the key of `tour_on` always does.
    """

    words: str
    on: frozenset[str]
    by: frozenset[str] = frozenset()
    asking: str = ""


EVERYWHERE: Final = frozenset({"board", "patient", "incidents"})

STEPS: Final = (
    Step(
        words="This is the board. Whoever needs somebody stands on top, and the coloured line over the list says what"
        " to do next. 38.4 3m is a value and its age; ? is somebody of whom nobody knows. The arrows walk.",
        on=frozenset({"board"}),
    ),
    Step(
        words="Sooner or later somebody has a fever: the row rises, people are called, and for an emergency the bell"
        " rings. Until then: {open} opens the patient under the cursor.",
        asking="{code} needs somebody, and nobody has answered. Walk to that row; {open} opens the patient.",
        on=frozenset({"board"}),
        by=frozenset({"open_patient"}),
    ),
    Step(
        words="One patient: why names the readings, their ages and the rule; now and next dose quote the label. What"
        " you give is entered with {dose} dose, {medicine} medicine, {support} oxygen, {ice} ICE, {note} note.",
        on=frozenset({"patient"}),
    ),
    Step(
        words="Nobody waits at this moment. When somebody does, {answer} answers: Enter says that you have it, and"
        " nobody else is called for it.",
        asking="{answer} answers the page of {code}: Enter says that you have it, and nobody else is called for it.",
        on=EVERYWHERE,
        by=frozenset({"acknowledge"}),
    ),
    Step(
        words="{texts} shows the texts that went out and came back, {calls} who was called, what arrived and who is"
        " next.",
        on=frozenset({"board"}),
        by=frozenset({"toggle_outbox", "go('incidents')"}),
    ),
    Step(
        words="{help} says every key of the screen you are on and what each mark means. {tour} begins this tour again;"
        " {leave} leaves, and pages go on without you.",
        on=EVERYWHERE,
        by=frozenset({"help"}),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """Where somebody stands in the tour; `at` is None while it is not shown."""

    at: int | None = None

    def begun(self) -> Self:
        """Return the tour from its first step."""
        return replace(self, at=0)

    def ended(self) -> Self:
        """Return the tour as it is not shown."""
        return replace(self, at=None)

    def onward(self) -> Self:
        """Return the next step; after the last one the tour is over."""
        return replace(self, at=None if self.at is None or self.at + 1 >= len(STEPS) else self.at + 1)

    def after(self, action: str) -> Self:
        """Return the tour after an action of the registry was done."""
        return self.onward() if self.at is not None and action in STEPS[self.at].by else self


def tour_lines(tour: Tour, place: str, asking: Sequence[Incident], width: int) -> tuple[str, ...]:
    """Return what the tour says on the screen called `place`, in lines of at most `width`; none while it is over."""
    if tour.at is None:
        return ()
    step = STEPS[tour.at]
    code = next((each.code for each in asking if each.code is not None), None)
    words = step.asking if step.asking and code is not None else step.words
    keys = {word: key_of(action) for word, action in NAMED.items()}
    back = "" if place in step.on else f"({keys['back']} leads back.) "
    said = words.format_map(keys | {"code": code or ""})
    over = tour.at + 1 == len(STEPS)
    way = f"{keys['next']}: end the tour" if over else f"{keys['next']}: next, {keys['tour']}: end the tour"
    return tuple(textwrap.wrap(f"TOUR {tour.at + 1} of {len(STEPS)}  {back}{said} [{way}]", width))


def key_of(action: str) -> str:
    """Return the key of an action, as the help names it.

    Raises
    ------
    StopIteration
        For a name that the registry does not have.
    """
    return next(each.shown for each in ACTIONS if each.name == action)
