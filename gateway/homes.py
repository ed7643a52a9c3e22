"""Knows which hub stands in whose home at which instant. A snapshot of the tables, re-read when they changed."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from gateway.reading import HubName

_FINGERPRINT = text(
    "SELECT (SELECT count(*) FROM hub), (SELECT coalesce(max(id), 0) FROM hub),"
    " (SELECT count(*) FROM hub WHERE disabled), (SELECT coalesce(sum(id * id), 0) FROM hub WHERE disabled),"
    " count(*), count(until_at), coalesce(max(id), 0) FROM assignment"
)
_HUBS = text("SELECT id, name, disabled FROM hub")
_ASSIGNMENTS = text("SELECT hub_id, patient_id, from_at, until_at FROM assignment ORDER BY hub_id, from_at")


@dataclass(frozen=True, slots=True)
class Stay:
    """One assignment: a patient's home from `from_us` until `until_us` (exclusive; None: still), in microseconds."""

    patient_id: int
    from_us: int
    until_us: int | None

    def covers(self, at_us: int) -> bool:
        """Return whether the hub stood in this home at that instant."""
        return self.from_us <= at_us and (self.until_us is None or at_us < self.until_us)


@dataclass(frozen=True, slots=True)
class HomeHub:
    """A registered hub, whether it was shut out, and every home it stood in, oldest first."""

    id: int
    name: HubName
    stays: tuple[Stay, ...]
    disabled: bool = False

    def stay_at(self, at_us: int) -> Stay | None:
        """Return the assignment in force at an instant, or None."""
        for stay in reversed(self.stays):
            if stay.covers(at_us):
                return stay
        return None


class Homes:
    """Every registered hub by name, as of the last `refresh`."""

    def __init__(self) -> None:
        self._fingerprint: tuple[int, ...] | None = None
        self._hubs: dict[str, HomeHub] = {}

    def refresh(self, connection: Connection) -> None:
        """Re-read the tables if a hub was added, shut out or let in, or an assignment began or ended.

        Costs one small query if not. Called inside the writing transaction that needs the answer, so no
        assignment can slip in between.
        """
        fingerprint = tuple(connection.execute(_FINGERPRINT).one())
        if fingerprint == self._fingerprint:
            return
        stays: dict[int, list[Stay]] = {}
        for hub_id, patient_id, from_us, until_us in connection.execute(_ASSIGNMENTS):
            stays.setdefault(hub_id, []).append(Stay(patient_id, from_us, until_us))
        self._hubs = {
            name: HomeHub(hub_id, HubName(name), tuple(stays.get(hub_id, ())), bool(disabled))
            for hub_id, name, disabled in connection.execute(_HUBS)
        }
        self._fingerprint = fingerprint

    def hub(self, name: str) -> HomeHub | None:
        """Return a hub by its name."""
        return self._hubs.get(name)
