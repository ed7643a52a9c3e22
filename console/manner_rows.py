"""The rows of the registry for whatever is open on a screen: lists, questions, forms, the help, the login."""

from typing import Final

from console.places import DIALOG, FORM, HELP, LIST, LOGIN, Action

MANNERS: Final[tuple[Action, ...]] = (
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
    Action(key="enter", name="go_on", shown_key="↵", on=LOGIN, own=True, first=True, help="on to the password, or in"),
    Action(key="tab,shift+tab", name="other_field", on=LOGIN, own=True, first=True, help="the other field"),
    Action(key="escape", name="close_login", shown_key="esc", on=LOGIN, help="back to the board, nobody logged in"),
)
