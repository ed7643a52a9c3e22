"""The tables of alerts. Rows stay in this package; everybody else gets values."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from gateway.database import EPOCH, RowId, UtcTime


class ContactRow(SQLModel, table=True):
    """A caregiver's telephone. `letter` names the patient in a text when the number serves two homes.

    `entered_at` is the epoch where nobody kept the time. `consent_at` and `consent_by` say when who wrote down whether
    they agreed to be texted values; None where nobody was asked, or nobody kept it.
    """

    __tablename__ = "contact"

    id: int | None = Field(default=None, primary_key=True)
    patient_id: int = Field(index=True)
    name: str
    number: str = Field(index=True)
    language: str
    consent_values: bool
    letter: str | None = None
    entered_at: datetime = Field(default=EPOCH, sa_type=UtcTime)
    consent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    consent_by: str | None = None


class IncidentRow(SQLModel, table=True):
    """One incident: `body` is the value, the columns are what is searched for.

    `subject` is `patient:<id>` or `technical:<key>`; at most one live incident has it. `next_at` is when it must be
    looked at again without any news; None when only news can change it.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index(
            "one_live_incident",
            "subject",
            unique=True,
            sqlite_where=text("state != 'resolved'"),
            postgresql_where=text("state != 'resolved'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    subject: str = Field(index=True)
    patient_id: int | None = Field(default=None, index=True)
    code: str | None = None
    kind: str
    urgency: str
    state: str = Field(index=True)
    opened_at: datetime = Field(sa_type=UtcTime)
    next_at: datetime | None = Field(default=None, sa_type=UtcTime, index=True)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcTime)
    next_step: str | None = None
    next_step_at: datetime | None = Field(default=None, sa_type=UtcTime)
    body: bytes


class IncidentEventRow(SQLModel, table=True):
    """What happened to an incident, by whom; append-only."""

    __tablename__ = "incident_event"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    incident_id: int = Field(index=True, sa_type=RowId)
    at: datetime = Field(sa_type=UtcTime)
    what: str
    by: str | None = None
    note: str = ""


class PageRow(SQLModel, table=True):
    """One message owed to one number: written before it is sent, and again when it is known what became of it.

    `state`: intent, sent, delivered, failed, retry. `engine` names the process that is trying; an intent of another
    one was left by a crash. `lead_id` points at the page that carries this one's news too (nothing is sent for it).
    `reading_received_at` is set on the first text that a reading caused, `language` is that of `body`.
    """

    __tablename__ = "page"
    __table_args__ = (Index("page_of_state", "state", "not_before"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    incident_id: int | None = Field(index=True, sa_type=RowId)
    patient_id: int | None = None
    lead_id: int | None = Field(default=None, index=True, sa_type=RowId)
    rung: str
    role: str
    person: str | None
    number: str
    channel: str
    kind: str
    urgency: str
    body: str
    reason: str
    due_at: datetime = Field(sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)
    state: str
    attempts: int
    engine: str
    not_before: datetime | None = Field(default=None, sa_type=UtcTime)
    outcome: str = ""
    reference: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    receipt_by: datetime | None = Field(default=None, sa_type=UtcTime)
    reading_received_at: datetime | None = Field(default=None, sa_type=UtcTime)
    language: str = "en"


class InboundRow(SQLModel, table=True):
    """A text that came in: stored first, understood afterwards. `reference` is the network's id, when it gives one.

    `awaited_reading_id` is the reading it became, until the assessment of that reading has answered the home.
    `channel` is voice for a key pressed in the call of page `page_id`; the body is then that key.
    """

    __tablename__ = "inbound_text"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    received_at: datetime = Field(sa_type=UtcTime)
    number: str
    body: str
    reference: str | None = Field(default=None, unique=True)
    handled_at: datetime | None = Field(default=None, sa_type=UtcTime, index=True)
    meaning: str = ""
    role: str | None = None
    person: str | None = None
    patient_id: int | None = Field(default=None, index=True)
    incident_id: int | None = Field(default=None, sa_type=RowId)
    awaited_reading_id: int | None = Field(default=None, index=True, sa_type=RowId)
    channel: str = "sms"
    page_id: int | None = Field(default=None, sa_type=RowId)


class ReceiptRow(SQLModel, table=True):
    """What the network last said of one message or call, by the network's own reference.

    `page_key` is the key it was sent under, None when the network named none. `rank` never falls. `called_back_at` is
    when the network last told by itself, None while it never did; `asked` counts how often it was asked.
    """

    __tablename__ = "receipt"
    __table_args__ = (Index("receipt_by_time", "created_at"),)

    reference: str = Field(primary_key=True)
    page_key: str | None = Field(default=None, index=True)
    channel: str
    status: str
    rank: int
    error_code: int | None = None
    created_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)
    called_back_at: datetime | None = Field(default=None, sa_type=UtcTime)
    asked: int = 0


class OptedOutRow(SQLModel, table=True):
    """A number that gets no texts from us: its owner or carrier wants none (`stop`), or it is a `landline`."""

    __tablename__ = "opted_out"

    number: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcTime)
    why: str = "stop"


class PinRow(SQLModel, table=True):
    """The PIN with which a person of the roster, by their key, hears more by telephone. `hash` is argon2."""

    __tablename__ = "pin"

    person: str = Field(primary_key=True)
    hash: str
    set_at: datetime = Field(sa_type=UtcTime)
    set_by: str


class OutboxRow(SQLModel, table=True):
    """A text or call that the local network carried."""

    __tablename__ = "outbox"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    key: str = Field(unique=True)
    at: datetime = Field(sa_type=UtcTime)
    number: str
    channel: str
    body: str


class AlertsCursorRow(SQLModel, table=True):
    """Up to which assessment the incidents have been brought."""

    __tablename__ = "alerts_cursor"

    name: str = Field(primary_key=True)
    assessment_id: int = Field(sa_type=RowId)
