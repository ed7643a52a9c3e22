"""Keeps overrides of the roster: entered at night without editing a file, removed again, never forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from alerts.roster import Roster, StaffRole, Swap
from alerts.roster_tables import RosterOverrideRow
from gateway.audit import Entry, append, writing_chain
from gateway.database import UtcTime

_TABLE = SQLModel.metadata.tables["roster_override"]
_IN_FORCE = (
    select_columns(_TABLE.c.id, _TABLE.c.role, _TABLE.c.person, _TABLE.c.starts_at, _TABLE.c.ends_at)
    .where(_TABLE.c.removed_at.is_(None), _TABLE.c.ends_at > bindparam("now", type_=UtcTime))
    .order_by(_TABLE.c.id.desc())
)


class OverrideRefusedError(Exception):
    """The override cannot be entered or removed; the message says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An override as it was entered. `removed_at` and `removed_by` are None while it stands."""

    id: int
    role: str
    person: str
    starts: datetime
    ends: datetime
    why: str
    by: str
    entered_at: datetime
    removed_at: datetime | None
    removed_by: str | None


def add_override(
    session: Session, roster: Roster, *, role: StaffRole, person: str, starts: datetime, ends: datetime, why: str,
    by: str, now: datetime,
) -> int:  # fmt: skip
    """Put `person` (a key of the roster) on duty from `starts` until `ends` (exclusive); return the override's id.

    Raises
    ------
    OverrideRefusedError
        When nobody on the roster has that key, it would end before it begins, or it has ended already.
    """
    if roster.by_key(person) is None:
        known = ", ".join(sorted(one.key for one in roster.people))
        raise OverrideRefusedError(f"nobody on the roster is {person!r}; known are {known}")
    if ends <= starts:
        raise OverrideRefusedError("it would end before it begins; give --until after --from")
    if ends <= now:
        raise OverrideRefusedError("it has ended already; give an --until that lies ahead")
    row = RosterOverrideRow(
        role=role, person=person, starts_at=starts, ends_at=ends, why=why, by=by, entered_at=now
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 - flushed
    _seal(session, row, "entered", by, now)
    return row.id


def remove_override(session: Session, override_id: int, *, by: str, now: datetime) -> None:
    """Let an override end now, or never begin; what it overrode holds again.

    Raises
    ------
    OverrideRefusedError
        When there is none with this id, or it was removed or has ended already.
    """
    row = session.get(RosterOverrideRow, override_id, with_for_update=True)
    if row is None:
        raise OverrideRefusedError(f"no override has the number {override_id}; see stepguard roster overrides")
    if row.removed_at is not None:
        raise OverrideRefusedError(f"override {override_id} was removed already")
    if row.ends_at <= now:
        raise OverrideRefusedError(f"override {override_id} has ended already")
    row.removed_at, row.removed_by = now, by
    session.add(row)
    _seal(session, row, "removed", by, now)


def with_overrides(session: Session, roster: Roster, now: datetime) -> Roster:
    """Return the roster of the moment: the file's with the overrides that have not ended, the newest first.

    One for somebody who is no longer on the roster is left out, so that it cannot hide who would be called instead.
    """
    people = {person.key: person for person in roster.people}
    rows = session.connection().execute(_IN_FORCE, {"now": now})
    return roster.overridden(
        [
            Swap(id=row.id, role=row.role, person=people[row.person], starts=row.starts_at, ends=row.ends_at)
            for row in rows
            if row.person in people
        ]
    )


def overrides(session: Session, now: datetime, *, ended: bool = False) -> Sequence[Override]:
    """Return the overrides that stand and have not ended, the newest first; with `ended` every one there was."""
    query = select(RosterOverrideRow).order_by(col(RosterOverrideRow.id).desc())
    if not ended:
        query = query.where(col(RosterOverrideRow.removed_at).is_(None), col(RosterOverrideRow.ends_at) > now)
    return [_override(row) for row in session.exec(query)]


def _override(row: RosterOverrideRow) -> Override:
    return Override(
        id=row.id or 0,
        role=row.role,
        person=row.person,
        starts=row.starts_at,
        ends=row.ends_at,
        why=row.why,
        by=row.by,
        entered_at=row.entered_at,
        removed_at=row.removed_at,
        removed_by=row.removed_by,
    )


def _seal(session: Session, row: RosterOverrideRow, what: str, by: str, now: datetime) -> None:
    detail = {
        "what": what,
        "role": row.role,
        "person": row.person,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "why": row.why,
    }
    entry = Entry("change", f"roster_override:{row.id}", msgspec.json.encode(detail), actor=by)
    append(session.connection(), writing_chain(), now, [entry])
