"""The tables of duty: overrides entered while the chain runs, and codes that show whether a telephone is answered."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from gateway.database import RowId, UtcTime


class RosterOverrideRow(SQLModel, table=True):
    """Somebody put on duty by a person, not by the file; one that was removed stays, with who removed it."""

    __tablename__ = "roster_override"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    role: str
    person: str
    starts_at: datetime = Field(sa_type=UtcTime)
    ends_at: datetime = Field(sa_type=UtcTime, index=True)
    why: str
    by: str
    entered_at: datetime = Field(sa_type=UtcTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    removed_by: str | None = None


class PhoneQuestionRow(SQLModel, table=True):
    """A code texted to a number, to be texted back.

    `owner` is `staff:<key>` or `contact:<id>`; `purpose` is `verification` or `drill`. `page_id` is the page that
    carries it, which knows whether it was delivered. `wrong` counts wrong codes that came back.
    """

    __tablename__ = "phone_question"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    purpose: str
    owner: str = Field(index=True)
    number: str = Field(index=True)
    code: str
    asked_at: datetime = Field(sa_type=UtcTime)
    asked_by: str
    page_id: int = Field(sa_type=RowId)
    answered_at: datetime | None = Field(default=None, sa_type=UtcTime)
    wrong: int = 0
