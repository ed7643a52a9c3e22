"""The rows of the registry for duty, hubs and the hand-over of a shift."""

from typing import Final

from console.places import DEVICES, INCIDENTS, RECORD, ROSTER, SHIFT, Action
from gateway.permissions import Action as Permission

ANSWER: Final = Permission.ANSWER_PAGES

DUTY_AND_HUBS: Final[tuple[Action, ...]] = (
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
)

HAND_OVER: Final[tuple[Action, ...]] = (
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
        on=SHIFT | INCIDENTS | RECORD,
        help="scroll what belongs to the line on; from its end, to its start",
    ),
    Action(key="t", name="turn_layout", short="I-PASS/SBAR", on=SHIFT, help="I-PASS or SBAR: the facts are the same"),
    Action(key="r", name="read_anew", short="read anew", on=SHIFT, help="read the shift anew, as of now"),
    Action(
        key="x",
        name="write_out",
        short="to a file",
        on=SHIFT,
        needs=Permission.VIEW_PATIENT,
        help="write the hand-over to NAME.pdf or NAME.txt, in the folder the console was opened in",
    ),
)
