"""The console's door: the one of a house where people log in, and the one of a house where nobody need."""

from typing import Final

from console.ports import RefusedError
from console.sitting import Person, Standing
from gateway.clock import Clock
from gateway.database import Database
from gateway.people_log import note
from gateway.users import Refused, enabled_user, log_in, logins_exist

OPEN: Final = Standing(guarded=False, person=None)


class OpenDoor:
    """Asks nobody: for demonstrations, where nobody is set up to log in."""

    def standing(self, name: str | None) -> Standing:
        """Return that no logins are set up."""
        del name
        return OPEN

    def log_in(self, name: str, password: str) -> Person:
        """Refuse, as there is nobody to log in."""
        del name, password
        raise RefusedError("no logins are set up; see stepguard user --help")

    def note(self, what: str, *, by: str) -> None:
        """Keep nothing: nobody locks or leaves a console that everybody may use."""
        del what, by


class DatabaseDoor:
    """The door of a running house."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def standing(self, name: str | None) -> Standing:
        """Return whether anybody's login is enabled, and that person while theirs is."""
        with self._database.read() as session:
            user = None if name is None else enabled_user(session, name)
            person = None if user is None else Person(name=user.name, role=user.role)
            return Standing(guarded=person is not None or logins_exist(session), person=person)

    def log_in(self, name: str, password: str) -> Person:
        """Let somebody in whose password is right."""
        answer = log_in(self._database, name, password, self._clock.now())
        if isinstance(answer, Refused):
            raise RefusedError(answer.sentence)
        return Person(name=answer.name, role=answer.role)

    def note(self, what: str, *, by: str) -> None:
        """Put into the audit log that this console was locked, unlocked or left."""
        with self._database.write() as session:
            note(session, self._clock.now(), "login", f"user:{by}", {"outcome": what}, by=by)
