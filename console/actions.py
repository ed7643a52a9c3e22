"""One registry of what a key does: bindings, the key line, the command palette and the help screen are read from it."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from gateway.permissions import Action as Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A key, the method `action_<name>` it calls, and what the help screen says.

    `short` is the word in the key line; empty leaves the key out of it. `on` names the screens that offer it.
    `needs` is what the role of whoever presses it must permit; None for what concerns nobody but them.
    """

    key: str
    name: str
    short: str
    help: str
    on: frozenset[str]
    shown_key: str = ""
    needs: Permission | None = None


BOARD = frozenset({"board"})
PATIENT = frozenset({"patient"})
PAGES = frozenset({"pages"})
BOTH = BOARD | PATIENT
ALL = BOARD | PATIENT | PAGES
VEIL = frozenset({"veil"})
NOT_BOARD = ALL - BOARD

ACTIONS: tuple[Action, ...] = (
    Action(
        key="enter",
        name="open_patient",
        short="open",
        help="open the selected patient",
        on=BOARD,
        shown_key="↵",
        needs=Permission.VIEW_PATIENT,
    ),
    Action(
        key="a",
        name="acknowledge",
        short="acknowledge",
        help="answer the page of the selected patient, or the first waiting one; Enter confirms, a note may be added",
        on=BOTH | PAGES,
        needs=Permission.ANSWER_PAGES,
    ),
    Action(
        key="d",
        name="enter('d')",
        short="dose",
        help="enter a dose: d SUD2 0.3 mg/kg 19:10",
        on=BOTH,
        needs=Permission.ENTER_RECORD,
    ),
    Action(
        key="m",
        name="enter('m')",
        short="medicine",
        help="enter a medicine: m para 1000 01:20",
        on=BOTH,
        needs=Permission.ENTER_RECORD,
    ),
    Action(
        key="s",
        name="enter('s')",
        short="support",
        help="enter ALL oxygen, pressors, fluids now given: s nc 4 norad; s none ends them",
        on=BOTH,
        needs=Permission.ENTER_RECORD,
    ),
    Action(
        key="i",
        name="enter('i')",
        short="ICE",
        help="enter the five ICE answers (orientation naming commands writing attention): i 4 3 1 1 0; a child: i capd",
        on=BOTH,
        needs=Permission.ENTER_RECORD,
    ),
    Action(
        key="y",
        name="enter('y')",
        short="",
        help="enter symptoms: y rigors dizziness; y none answers all",
        on=BOTH,
        needs=Permission.ENTER_RECORD,
    ),
    Action(
        key="u",
        name="enter('u')",
        short="",
        help="enter neurology: u voice; u seizure brief; u weakness",
        on=BOTH,
        needs=Permission.ENTER_RECORD,
    ),
    Action(
        key="p",
        name="enter('p')",
        short="",
        help="enter the place: p travelling 60; p ed; p admitted; p home",
        on=BOTH,
        needs=Permission.ENTER_RECORD,
    ),
    Action(
        key="g",
        name="enter('g')",
        short="",
        help="enter a clinician's own grade, beside the computed one: g crs 2 Dr Berg",
        on=BOTH,
        needs=Permission.NOTE_GRADE,
    ),
    Action(
        key="c",
        name="enter('c')",
        short="",
        help="attribute a sign to another cause: c fever infection",
        on=BOTH,
        needs=Permission.ENTER_RECORD,
    ),
    Action(
        key="n",
        name="enter('n')",
        short="note",
        help="write a note to the open page of this patient",
        on=BOTH,
        needs=Permission.ANSWER_PAGES,
    ),
    Action(
        key="x",
        name="enter('v')",
        short="",
        help="correct the record: strike out a line by its number and say why: v m12 wrong time",
        on=PATIENT,
        needs=Permission.ENTER_RECORD,
    ),
    Action(
        key="w",
        name="open_pages",
        short="",
        help="who is being called: every open page and its next step",
        on=BOTH,
        needs=Permission.VIEW_WARD,
    ),
    Action(
        key="o",
        name="toggle_outbox",
        short="",
        help="show or hide the texts sent and received",
        on=BOARD,
        needs=Permission.READ_TEXTS,
    ),
    Action(
        key="t",
        name="take",
        short="take",
        help="take the selected page over from whoever holds it",
        on=PAGES,
        needs=Permission.ANSWER_PAGES,
    ),
    Action(
        key="e",
        name="escalate",
        short="call next",
        help="call the next person now, without waiting",
        on=PAGES,
        needs=Permission.ANSWER_PAGES,
    ),
    Action(
        key="h",
        name="hold_notice",
        short="hold ED",
        help="hold the emergency department's notice for 10 minutes, with a reason",
        on=PAGES,
        needs=Permission.DIRECT_NOTICE,
    ),
    Action(
        key="s",
        name="send_notice",
        short="tell ED",
        help="tell the emergency department now, without waiting for the ladder",
        on=PAGES,
        needs=Permission.DIRECT_NOTICE,
    ),
    Action(
        key="b",
        name="pause_bell",
        short="",
        help="silence the bell for 2 minutes; it cannot be turned off",
        on=ALL,
        needs=Permission.ANSWER_PAGES,
    ),
    Action(key="f", name="toggle_flash", short="", help="stop or start flashing; the words stay", on=ALL),
    Action(key="escape", name="back", short="back", help="go back to the board", on=NOT_BOARD, shown_key="esc"),
    Action(
        key="l",
        name="lock",
        short="",
        help="lock, or hand over: the board stays without values, and whoever comes next logs in",
        on=ALL | VEIL,
    ),
    Action(key="question_mark", name="help", short="help", help="this help", on=ALL | VEIL, shown_key="?"),
    Action(key="q", name="ask_quit", short="", help="leave the console; pages go on without it", on=BOARD | VEIL),
)


def offered(screen: str) -> Iterator[Action]:
    """Yield the actions of one screen, in the order of the help."""
    return (each for each in ACTIONS if screen in each.on)


def bindings(screen: str) -> list[BindingType]:
    """Return the key bindings of one screen."""
    return [Binding(each.key, f"app.{each.name}", each.help, show=False) for each in offered(screen)]


def key_line(screen: str) -> str:
    """Return the line of keys at the bottom of a screen, at most 78 characters."""
    return "  ".join(f"{each.shown_key or each.key} {each.short}" for each in offered(screen) if each.short)


def permission_of(name: str) -> Permission | None:
    """Return what an action needs by its name, such as `enter('d')`; None for one that concerns nobody else."""
    return next((each.needs for each in ACTIONS if each.name == name), None)


def help_lines() -> list[tuple[str, str, str]]:
    """Return (key, where, what it does) of every action."""
    return [(each.shown_key or each.key, where(each), each.help) for each in ACTIONS]


def where(action: Action) -> str:
    """Return the screens of an action in one word or two."""
    return "everywhere" if action.on >= ALL else ", ".join(sorted(action.on - VEIL))
