"""Who sits at the console: somebody or nobody, locked or not. Pure; decides what may be seen and done.

Where nobody's login is enabled the name the console was opened with is taken as said, and nothing ever locks. Once a
console has learnt that logins exist it asks for one until it is closed, also when the last login is disabled.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from gateway.permissions import Action, Role, in_words, may, refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at the console. `role` is None where no logins are set up: a name as said, which may do everything."""

    name: str
    role: Role | None

    @property
    def words(self) -> str:
        """Name and role, as the title shows them."""
        return self.name if self.role is None else f"{self.name} ({in_words(self.role)})"

    def may(self, action: Action) -> bool:
        """Return whether this person may do it."""
        return self.role is None or may(self.role, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the database says: whether logins are set up, and the person asked about if their login is enabled."""

    guarded: bool
    person: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Who sits here, since when without a key.

    `guarded` is None until the database has said whether logins exist; nobody acts before that. `locked_at` is None
    while not locked; a locked console keeps its person, who may come back to what was open.
    """

    opened_as: str
    guarded: bool | None
    person: Person | None
    last_key_at: datetime
    locked_at: datetime | None = None

    @property
    def acting(self) -> Person | None:
        """The person in whose name things are done now; None when nothing may be done."""
        return None if self.guarded is None or self.locked_at is not None else self.person

    @property
    def asks_login(self) -> bool:
        """Whether a key asks for a login and does nothing else."""
        return self.guarded is True and self.acting is None

    @property
    def veiled(self) -> bool:
        """Whether the board shows who needs somebody, and no values."""
        return self.asks_login or (self.acting is not None and not self.acting.may(Action.VIEW_WARD))

    @property
    def words(self) -> str:
        """Who sits here, for the title."""
        if self.person is None:
            return self.opened_as if self.guarded is None else "nobody"
        return self.person.words if self.locked_at is None else "LOCKED"

    def touched(self, now: datetime) -> Self:
        """Return the sitting after a key."""
        return replace(self, last_key_at=now)

    def idle_for(self, now: datetime) -> timedelta:
        """Return the time without a key; none when the clock was set back."""
        return max(timedelta(0), now - self.last_key_at)

    def locked(self, now: datetime) -> Self:
        """Return the sitting as locked; without logins nothing locks."""
        return replace(self, locked_at=now) if self.guarded and self.acting is not None else self

    def let_in(self, person: Person, now: datetime) -> Self:
        """Return the sitting of whoever has just logged in."""
        return replace(self, person=person, locked_at=None, last_key_at=now)

    def informed(self, standing: Standing) -> Self:
        """Return the sitting after the database has said how things stand."""
        if not standing.guarded and not self.guarded:
            return replace(self, guarded=False, person=Person(name=self.opened_as, role=None))
        if self.person is None or self.person.role is None:
            return replace(self, guarded=True, person=None, locked_at=None)
        if standing.person is None:  # disabled while they sat here
            return replace(self, person=None, locked_at=None)
        if standing.person.name != self.person.name:  # asked about somebody who has been relieved since
            return self
        return replace(self, person=standing.person)

    def why_not(self, action: Action) -> str | None:
        """Return why the person here may not do it, as a sentence; None when they may."""
        person = self.acting
        if person is None:
            return "Nobody is logged in." if self.guarded else "Still reading who may log in; try again."
        if person.role is None or may(person.role, action):
            return None
        sentence = refusal(person.role, action)
        return f"{sentence[0].upper()}{sentence[1:]}."
