"""The gateway's tables. Rows stay inside the module that owns them; everybody else gets values.

Readings are append-only with integer keys and carry no unique index: duplicates are refused by the per-hub
sequence marks before they reach the table. That is what keeps a million rows as fast as none.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from gateway.database import RowId, UtcTime


class PatientRow(SQLModel, table=True):
    """A patient, known to everybody only by the opaque code."""

    __tablename__ = "patient"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)


class HubRow(SQLModel, table=True):
    """A home hub that may connect. `password_hash` is salted scrypt; the password itself is never kept."""

    __tablename__ = "hub"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    password_hash: str
    disabled: bool = False


class AssignmentRow(SQLModel, table=True):
    """Which patient's home a hub stands in, from when until when (until is exclusive; None means still)."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "one_open_assignment",
            "hub_id",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    hub_id: int = Field(foreign_key="hub.id", index=True)
    patient_id: int = Field(foreign_key="patient.id", index=True)
    from_at: datetime = Field(sa_type=UtcTime)
    until_at: datetime | None = Field(default=None, sa_type=UtcTime)


class SyntheticRow(SQLModel, table=True):
    """A patient who is nobody, and the hub and telephone of the watchdog it belongs to; see `gateway.synthetic`."""

    __tablename__ = "synthetic_patient"

    patient_id: int = Field(primary_key=True, foreign_key="patient.id", sa_column_kwargs={"autoincrement": False})
    hub_id: int = Field(foreign_key="hub.id", unique=True)
    number: str
    created_at: datetime = Field(sa_type=UtcTime)


class ReadingRow(SQLModel, table=True):
    """One stored message: the bytes as they came, and what the gateway knows about them.

    `graded_at` is `measured_at` unless the device clock is doubtful, then `received_at`; `clock_doubt` says why.
    `patient_id` is None when no assignment covered the measurement.
    """

    __tablename__ = "reading"
    __table_args__ = (Index("reading_of_patient", "patient_id", "id"),)

    id: int = Field(default=None, primary_key=True, sa_type=RowId)
    hub_id: int
    patient_id: int | None
    boot: str | None
    seq: int | None = Field(sa_type=BigInteger)
    measured_at: datetime = Field(sa_type=UtcTime)
    received_at: datetime = Field(sa_type=UtcTime)
    graded_at: datetime = Field(sa_type=UtcTime)
    clock_doubt: str | None
    kind: str = "native"
    payload: bytes


class SequenceRow(SQLModel, table=True):
    """What has arrived of one boot of one hub: all from `first_seq` to `complete_to`, and `beyond` it these ranges.

    `anchor_seq` and `anchor_at` are the lowest numbered message whose clock was sound: later numbers measured after
    it may be old and are believed all the same.
    """

    __tablename__ = "sequence"

    hub_id: int = Field(primary_key=True)
    boot: str = Field(primary_key=True)
    first_seq: int = Field(sa_type=BigInteger)
    complete_to: int = Field(sa_type=BigInteger)
    beyond: str
    anchor_seq: int | None = Field(sa_type=BigInteger)
    anchor_at: datetime | None = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)


class QuarantineRow(SQLModel, table=True):
    """A message that could not become a reading, with its bytes and the reason."""

    __tablename__ = "quarantine"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    hub_name: str
    patient_id: int | None = Field(index=True)
    topic: str
    received_at: datetime = Field(sa_type=UtcTime, index=True)
    reason: str
    payload: bytes


class HubStateRow(SQLModel, table=True):
    """The last thing a hub said about itself, or its will said for it."""

    __tablename__ = "hub_state"

    hub_id: int = Field(primary_key=True)
    online: bool
    at: datetime = Field(sa_type=UtcTime)
    battery_pct: int | None = None
    boot: str | None = None
    software: str | None = None


class HubClockRow(SQLModel, table=True):
    """Whether a hub's clock was doubtful at its last reading that changed the answer; `doubt` None: sound again.

    Written only for hubs whose clock ever was in doubt. `since` is the first doubtful reading of the present run.
    """

    __tablename__ = "hub_clock"

    hub_id: int = Field(primary_key=True)
    patient_id: int | None
    doubt: str | None
    since: datetime = Field(sa_type=UtcTime)
    last_at: datetime = Field(sa_type=UtcTime)


class HeartbeatRow(SQLModel, table=True):
    """When each part last finished a cycle, and its own word about itself as JSON."""

    __tablename__ = "heartbeat"

    part: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    detail: str = "{}"


class UserRow(SQLModel, table=True):
    """A person who logs in. `password_hash` is argon2; `wrong_in_a_row` counts tries since the last success."""

    __tablename__ = "app_user"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    role: str
    password_hash: str
    disabled: bool = False
    created_at: datetime = Field(sa_type=UtcTime)
    last_login_at: datetime | None = Field(default=None, sa_type=UtcTime)
    wrong_in_a_row: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcTime)


class LeadershipRow(SQLModel, table=True):
    """How often a process became the leader of a part on PostgreSQL; see `gateway.leadership`."""

    __tablename__ = "leadership"

    part: str = Field(primary_key=True)
    epoch: int = Field(sa_type=BigInteger)
