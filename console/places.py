"""What a row of the registry of keys is, and the places that offer keys. The rows stand in `console.keys`."""

from dataclasses import dataclass
from typing import Final

from gateway.permissions import Action as Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A key, the method `action_<name>` it calls, and what the help screen says.

    `key` may name several, parted by commas. `short` is the word in the key line; empty leaves the key out of it.
    `on` names the places that offer it. `needs` is what the role of whoever presses it must permit; None for what
    concerns nobody but them. `own` says that the screen or list itself has the method, not the application.
    `first` says that it is done before the next key is looked at: what is typed after it is meant for another field.
    """

    key: str
    name: str
    help: str
    on: frozenset[str]
    short: str = ""
    shown_key: str = ""
    needs: Permission | None = None
    own: bool = False
    first: bool = False

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
