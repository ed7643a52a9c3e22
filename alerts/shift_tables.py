"""The table of confirmed hand-overs of a shift."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from gateway.database import RowId, UtcTime


class ShiftConfirmationRow(SQLModel, table=True):
    """One patient, or the ward itself (`patient_id` None), taken over by the receiving nurse; append-only.

    `since_at` is when the shift that was handed over began, `shown_at` when the report was made that was read, and
    `digest` what stood in it. `given_by` is who handed over, as the receiving nurse named them.
    """

    __tablename__ = "shift_confirmation"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    patient_id: int | None = Field(default=None, index=True)
    since_at: datetime = Field(sa_type=UtcTime, index=True)
    shown_at: datetime = Field(sa_type=UtcTime)
    confirmed_at: datetime = Field(sa_type=UtcTime)
    given_by: str
    received_by: str
    digest: str
