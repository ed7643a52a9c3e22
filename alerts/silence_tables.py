"""The table of silences."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from gateway.database import RowId, UtcTime


class SilenceRow(SQLModel, table=True):
    """A silence as it was entered: the first columns never change; `ended_*` say when and why it ended early.

    `subject` is that of the incidents it is about, `target` what people call it: a patient's code or a condition's key.
    `grade` and `blind` are what of a patient's state it covers.
    """

    __tablename__ = "silence"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    subject: str = Field(index=True)
    target: str
    patient_id: int | None = Field(default=None, index=True)
    covers: str
    grade: int | None = None
    blind: bool
    by: str
    why: str
    since_at: datetime = Field(sa_type=UtcTime)
    until_at: datetime = Field(sa_type=UtcTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)
    ended_by: str | None = None
    ended_why: str = ""
