"""The rows of the registry for incidents: who has one, who is called, the department, silence, notes."""

from typing import Final

from console.places import ANSWERED, INCIDENTS, Action
from gateway.permissions import Action as Permission

ANSWER: Final = Permission.ANSWER_PAGES

CALLS: Final[tuple[Action, ...]] = (
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
)
