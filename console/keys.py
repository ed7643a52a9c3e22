"""The registry of keys: every key of the console, what it does, where, and who may. `console.actions` reads it.

A letter means one thing wherever it is offered on a patient; the digits go to the same screen from everywhere. Rows
that belong to one part of the console stand in the `*_rows` modules; their order here is that of the line of keys and
of the help.
"""

from typing import Final

from console.house_rows import DUTY_AND_HUBS, HAND_OVER
from console.incident_rows import CALLS
from console.manner_rows import MANNERS
from console.patient_rows import ENROLMENT, ENTRIES, PATIENTS
from console.places import ANSWERED, BOARD, INCIDENTS, OPEN, SHIFT, VEIL, Action
from gateway.permissions import Action as Permission

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
    *ENTRIES,
    *PATIENTS,
    *CALLS,
    *ENROLMENT,
    *DUTY_AND_HUBS,
    *HAND_OVER,
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
        key="r",
        name="instruct",
        short="instruct",
        on=ANSWERED,
        needs=Permission.INSTRUCT_HOME,
        help="send the home one of the site's standing instructions; the whole text is shown before it goes",
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
    Action(key="q", name="ask_quit", short="leave", on=OPEN | VEIL, help="leave the console; pages go on without it"),
    *MANNERS,
)
