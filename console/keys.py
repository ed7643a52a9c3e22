"""The rows of the registry: every key of the console, what it does, where, and who may. `console.actions` reads them.

A letter means one thing wherever it is offered on a patient; the digits go to the same screen from everywhere.
"""

from dataclasses import dataclass
from typing import Final

from gateway.permissions import Action as Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A key, the method `action_<name>` it calls, and what the help screen says.

    `key` may name several, parted by commas. `short` is the word in the key line; empty leaves the key out of it.
    `on` names the places that offer it. `needs` is what the role of whoever presses it must permit; None for what
    concerns nobody but them. `own` says that the screen or list itself has the method, not the application.
    """

    key: str
    name: str
    help: str
    on: frozenset[str]
    short: str = ""
    shown_key: str = ""
    needs: Permission | None = None
    own: bool = False

    @property
    def shown(self) -> str:
        """The key as the key line and the help name it."""
        return self.shown_key or self.key.replace(",", " or ")

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that does it, as the terminal names them."""
        return tuple(self.key.split(","))


BOARD: Final = frozenset({"board"})
PATIENT: Final = frozenset({"patient"})
RECORD: Final = frozenset({"record"})
INCIDENTS: Final = frozenset({"incidents"})
ROSTER: Final = frozenset({"roster"})
DEVICES: Final = frozenset({"devices"})
SYSTEM: Final = frozenset({"system"})
SHIFT: Final = frozenset({"shift"})
VEIL: Final = frozenset({"veil"})
LIST: Final = frozenset({"list"})
DIALOG: Final = frozenset({"dialog"})
FORM: Final = frozenset({"form"})
HELP: Final = frozenset({"help"})
LOGIN: Final = frozenset({"login"})
SCREENS: Final = ("board", "patient", "record", "incidents", "roster", "devices", "system", "shift", "veil")
BOTH: Final = BOARD | PATIENT
OPEN: Final = BOTH | RECORD | INCIDENTS | ROSTER | DEVICES | SYSTEM | SHIFT
ANSWERED: Final = BOTH | INCIDENTS

ENTER: Final = Permission.ENTER_RECORD
ANSWER: Final = Permission.ANSWER_PAGES

ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        key="enter",
        name="open_patient",
        short="open",
        shown_key="↵",
        on=BOARD | INCIDENTS | SHIFT,
        needs=Permission.VIEW_PATIENT,
        help="open the selected patient",
    ),
    Action(
        key="a",
        name="acknowledge",
        short="answer",
        on=ANSWERED,
        needs=ANSWER,
        help="answer the page of the selected patient, or the first waiting one; Enter confirms, a note may be added",
    ),
    Action(key="d", name="enter('d')", short="dose", on=BOTH, needs=ENTER, help="enter a dose: d SUD2 0.3 mg/kg 19:10"),
    Action(
        key="m",
        name="enter('m')",
        short="med",
        on=BOTH,
        needs=ENTER,
        help="enter a medicine: m para 1000 01:20",
    ),
    Action(
        key="s",
        name="enter('s')",
        short="support",
        on=BOTH,
        needs=ENTER,
        help="enter ALL oxygen, pressors, fluids now given: s nc 4 norad; s none ends them",
    ),
    Action(
        key="i",
        name="enter('i')",
        short="ICE",
        on=BOTH,
        needs=ENTER,
        help="enter the five ICE answers (orientation naming commands writing attention): i 4 3 1 1 0; a child: i capd",
    ),
    Action(
        key="y", name="enter('y')", on=BOTH, needs=ENTER, help="enter symptoms: y rigors dizziness; y none answers all"
    ),
    Action(
        key="u", name="enter('u')", on=BOTH, needs=ENTER, help="enter neurology: u voice; u seizure brief; u weakness"
    ),
    Action(
        key="p",
        name="enter('p')",
        on=BOTH,
        needs=ENTER,
        help="enter the place: p travelling 60; p ed; p admitted; p home",
    ),
    Action(
        key="g",
        name="enter('g')",
        on=BOTH,
        needs=Permission.NOTE_GRADE,
        help="enter a clinician's own grade, beside the computed one: g crs 2 Dr Berg",
    ),
    Action(
        key="c", name="enter('c')", on=BOTH, needs=ENTER, help="attribute a sign to another cause: c fever infection"
    ),
    Action(
        key="e",
        name="enter('')",
        on=BOTH,
        needs=ENTER,
        help="enter anything else: b what is usual for the patient, l own limits; any other letter opens its form too",
    ),
    Action(
        key="x",
        name="open_record",
        short="correct",
        on=PATIENT,
        needs=Permission.VIEW_PATIENT,
        help="correct the record: lists every entry, to be corrected or struck out",
    ),
    Action(
        key="enter",
        name="correct_entry",
        short="correct",
        shown_key="↵",
        on=RECORD,
        needs=ENTER,
        help="correct the selected entry: its form opens as it was entered; the old line is struck through and kept",
    ),
    Action(
        key="x",
        name="strike_entry",
        short="strike out",
        on=RECORD,
        needs=ENTER,
        help="strike out the selected entry and say why; it stays readable",
    ),
    Action(
        key="t",
        name="take",
        short="take",
        on=INCIDENTS,
        needs=ANSWER,
        help="take the incident over from whoever has it",
    ),
    Action(
        key="e",
        name="escalate",
        short="call next",
        on=INCIDENTS,
        needs=ANSWER,
        help="call the next person now, without waiting",
    ),
    Action(
        key="s",
        name="send_notice",
        short="tell ED",
        on=INCIDENTS,
        needs=Permission.DIRECT_NOTICE,
        help="tell the emergency department now, without waiting for the ladder",
    ),
    Action(
        key="h",
        name="hold_notice",
        short="hold ED",
        on=INCIDENTS,
        needs=Permission.DIRECT_NOTICE,
        help="hold the emergency department's notice for 10 minutes, with a reason",
    ),
    Action(
        key="g",
        name="hand_over",
        short="hand over",
        on=INCIDENTS,
        needs=ANSWER,
        help="hand the incident over to a colleague of the roster, who is called until they accept",
    ),
    Action(
        key="z",
        name="silence",
        short="silence",
        on=INCIDENTS,
        needs=ANSWER,
        help="hold its calls back for a time, with a reason, or end that; never an urgent or emergency one",
    ),
    Action(
        key="y",
        name="home_answered",
        short="home answered",
        on=INCIDENTS,
        needs=ANSWER,
        help="put down that you spoke with the home: it is not silent any more, and the incident is yours",
    ),
    Action(
        key="n",
        name="note",
        short="note",
        on=ANSWERED,
        needs=ANSWER,
        help="write a note to the patient's open incident, or to the record where there is none; one Enter saves it",
    ),
    Action(
        key="D",
        name="plan_doses",
        on=PATIENT,
        needs=ENTER,
        help="plan doses, move or cancel one: plan 2026-03-02 10:00 +4; a planned dose is no dose",
    ),
    Action(
        key="E",
        name="enrol",
        on=BOTH,
        needs=Permission.ENROL,
        help="enrol a patient (from the board), or correct the enrolment of the patient shown",
    ),
    Action(
        key="r",
        name="instruct",
        short="instruct",
        on=ANSWERED,
        needs=Permission.INSTRUCT_HOME,
        help="send the home one of the site's standing instructions; the whole text is shown before it goes",
    ),
    Action(
        key="o",
        name="put_on_duty",
        short="put on duty",
        on=ROSTER,
        needs=Permission.CHANGE_ROSTER,
        help="put somebody on duty for a time, whatever the roster file says: nurse ben 07:00 Ada is ill",
    ),
    Action(
        key="x",
        name="end_duty",
        short="end one",
        on=ROSTER,
        needs=Permission.CHANGE_ROSTER,
        help="end what was put on duty by hand, by its number",
    ),
    Action(
        key="p",
        name="put_hub",
        short="put into a home",
        on=DEVICES,
        needs=Permission.ASSIGN_DEVICES,
        help="put a spare hub into a home from now on: kit-17 P-0042",
    ),
    Action(
        key="x",
        name="swap_hub",
        short="swap",
        on=DEVICES,
        needs=Permission.ASSIGN_DEVICES,
        help="change the selected hub for a spare one: kit-17 kit-18",
    ),
    Action(
        key="u",
        name="take_hub_out",
        short="take out",
        on=DEVICES,
        needs=Permission.ASSIGN_DEVICES,
        help="take the selected hub out of the home it stands in",
    ),
    Action(
        key="c",
        name="take_over",
        short="confirm one",
        on=SHIFT,
        needs=ANSWER,
        help="confirm that you took the selected patient over, as you read it: the receiving nurse does, logged in",
    ),
    Action(
        key="C",
        name="take_all_over",
        short="confirm all",
        on=SHIFT,
        needs=ANSWER,
        help="confirm that you took over everybody who is not confirmed yet, and the ward",
    ),
    Action(
        key="right",
        name="read_on",
        shown_key="→",
        short="read on",
        on=SHIFT,
        help="scroll the part on; from its end, to its start",
    ),
    Action(key="t", name="turn_layout", short="I-PASS/SBAR", on=SHIFT, help="I-PASS or SBAR: the facts are the same"),
    Action(key="r", name="read_anew", short="read anew", on=SHIFT, help="read the shift anew, as of now"),
    Action(
        key="x",
        name="write_out",
        short="to a file",
        on=SHIFT,
        needs=Permission.VIEW_PATIENT,
        help="write the shift report to a file on the machine of the console: NAME.pdf or NAME.txt",
    ),
    Action(key="1", name="go('board')", on=OPEN, help="go to the board"),
    Action(
        key="2,w",
        name="go('incidents')",
        short="calls",
        on=OPEN,
        needs=Permission.VIEW_WARD,
        help="incidents: who was called and when, what arrived, who is called next",
    ),
    Action(
        key="3",
        name="go('roster')",
        short="roster",
        on=OPEN | VEIL,
        needs=Permission.SEE_DUTY,
        help="who is on call now and next, hours nobody covers, telephones nobody answered from",
    ),
    Action(
        key="4",
        name="go('devices')",
        short="hubs",
        on=OPEN | VEIL,
        needs=Permission.LIST_DEVICES,
        help="home hubs: in whose home, last heard, battery, clock",
    ),
    Action(
        key="5",
        name="go('system')",
        short="system",
        on=OPEN | VEIL,
        needs=Permission.SEE_DUTY,
        help="whether the system can see and call: what exactly does not work, since when",
    ),
    Action(
        key="6",
        name="go('shift')",
        short="hand-over",
        on=OPEN,
        needs=Permission.VIEW_PATIENT,
        help="the hand-over of the shift: what changed, what is open, what comes next; the receiving nurse confirms",
    ),
    Action(
        key="slash",
        name="find",
        shown_key="/",
        on=BOARD,
        needs=Permission.VIEW_WARD,
        help="find a patient by a part of the code: the cursor goes there, nobody leaves the board",
    ),
    Action(
        key="v",
        name="narrow",
        on=BOARD,
        needs=Permission.VIEW_WARD,
        help="show only who needs somebody, or everybody again; who needs somebody is never hidden",
    ),
    Action(
        key="t",
        name="choose_team",
        on=BOARD,
        needs=Permission.VIEW_WARD,
        help="show one team of the ward, the next one, or everybody; emergencies and urgents of every team stay",
    ),
    Action(
        key="o",
        name="toggle_outbox",
        on=BOARD,
        needs=Permission.READ_TEXTS,
        help="show or hide the texts sent and received",
    ),
    Action(
        key="b",
        name="pause_bell",
        on=OPEN,
        needs=ANSWER,
        help="silence the bell for 2 minutes; it cannot be turned off",
    ),
    Action(
        key="B",
        name="try_bell",
        on=OPEN | VEIL,
        help="ring the bell once and say whether you heard it: a terminal does not tell",
    ),
    Action(key="f", name="toggle_flash", on=OPEN, help="stop or start flashing; the words stay"),
    Action(
        key="escape", name="back", short="back", on=OPEN - BOARD, shown_key="esc", help="go back to where you came from"
    ),
    Action(
        key="l",
        name="lock",
        on=OPEN | VEIL,
        help="lock, or hand over: the board stays without values, and whoever comes next logs in",
    ),
    Action(key="question_mark", name="help", short="help", shown_key="?", on=OPEN | VEIL, help="this help"),
    Action(key="T", name="tour", on=OPEN, help="begin the tour of the console, or end it"),
    Action(key="space", name="tour_on", on=OPEN, help="the next step of the tour, while it is shown"),
    Action(key="q", name="ask_quit", on=BOARD | VEIL, help="leave the console; pages go on without it"),
    Action(key="up,k", name="move(-1)", on=LIST, own=True, help="one line up"),
    Action(key="down,j", name="move(1)", on=LIST, own=True, help="one line down"),
    Action(key="pageup", name="move(-10)", on=LIST, own=True, help="ten lines up"),
    Action(key="pagedown", name="move(10)", on=LIST, own=True, help="ten lines down"),
    Action(key="home", name="move(-1000000)", on=LIST, own=True, help="to the first line"),
    Action(key="end", name="move(1000000)", on=LIST, own=True, help="to the last line"),
    Action(key="escape", name="dismiss(None)", shown_key="esc", on=DIALOG | FORM, own=True, help="back, nothing done"),
    Action(key="down", name="choose(1)", on=FORM, own=True, help="the next of the words that a field allows"),
    Action(key="up", name="choose(-1)", on=FORM, own=True, help="the word before"),
    Action(
        key="escape,question_mark,q", name="close", shown_key="esc or ? or q", on=HELP, own=True, help="close the help"
    ),
    Action(key="escape", name="close_login", shown_key="esc", on=LOGIN, help="back to the board, nobody logged in"),
)
