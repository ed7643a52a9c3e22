"""The tables of the audit log. Rows are written by `gateway.audit` and never changed; only keys and payloads go."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from gateway.database import UtcTime


class AuditRow(SQLModel, table=True):
    """One row of a chain: what one transaction did. See `gateway.audit_seal`."""

    __tablename__ = "audit"

    chain: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = Field(sa_type=UtcTime)
    body: bytes
    previous_hash: bytes
    hash: bytes


class AuditKeyRow(SQLModel, table=True):
    """The secret under which digests of a patient's payloads are made; gone once the patient is erased."""

    __tablename__ = "audit_key"

    patient_id: int = Field(primary_key=True)
    key: bytes


class AuditPayloadRow(SQLModel, table=True):
    """A payload that no other table keeps: entry `position` (from 0) of a row of the log."""

    __tablename__ = "audit_payload"
    __table_args__ = (Index("audit_payload_of_patient", "patient_id"),)

    chain: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    position: int = Field(primary_key=True)
    patient_id: int | None
    payload: bytes


class AuditErasureRow(SQLModel, table=True):
    """When a patient's key went, and the row of the log that says so.

    Writers that remember keys look here whether theirs still hold.
    """

    __tablename__ = "audit_erasure"

    id: int | None = Field(default=None, primary_key=True)
    patient_id: int
    at: datetime = Field(sa_type=UtcTime)
    chain: str
    number: int = Field(sa_type=BigInteger)
