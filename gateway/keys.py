"""Decides which hub a user name and a password are. Knows the table as of its last refresh."""

import threading

from sqlmodel import select

from gateway.database import Database
from gateway.passwords import Verified, hash_password, make_password
from gateway.reading import HubName
from gateway.tables import HubRow


class HubKeys:
    """The passwords of every hub that may connect."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._verified = Verified()
        self._hashes: dict[str, str] = {}
        self._refreshing = threading.Lock()
        # An unknown name takes as long as a wrong password, so that names cannot be found by timing.
        self._nobody = hash_password(make_password())

    def refresh(self) -> None:
        """Read the table; from any thread."""
        with self._refreshing, self._database.read() as session:
            rows = session.exec(select(HubRow.name, HubRow.password_hash).where(HubRow.disabled == False))  # noqa: E712 - SQL
            self._hashes = dict(rows.all())

    def allowed(self, name: str) -> bool:
        """Return whether a hub of this name may be connected."""
        return name in self._hashes

    def check(self, name: str | None, password: bytes | None) -> HubName | None:
        """Return the hub that these credentials are, or None."""
        if name is None or password is None:
            return None
        password_hash = self._hashes.get(name)
        if not self._verified.check(password, password_hash or self._nobody) or password_hash is None:
            return None
        return HubName(name)

    def identify(self, name: str | None, password: bytes | None, certified: str | None) -> HubName | None:
        """Return which hub this is, None when it cannot prove it.

        `certified` is the common name of the certificate it had to show, None where hubs show none. It must be the
        user name; a password is then optional, and one that is given must be right too.
        """
        if certified is None:
            return self.check(name, password)
        if not certified or name != certified:
            return None
        if password is None:
            return HubName(certified) if self.allowed(certified) else None
        return self.check(name, password)
