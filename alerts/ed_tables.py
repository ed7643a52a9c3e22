"""The tables of the links that open the page for an emergency department."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from gateway.database import RowId, UtcTime


class EdLinkRow(SQLModel, table=True):
    """One department's way to one patient's page.

    `locked_at` is set after too many wrong codes, `accepted_at` when the department took the patient, `closed_at`
    when it declined or got another link.
    """

    __tablename__ = "ed_link"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    incident_id: int = Field(index=True, sa_type=RowId)
    patient_id: int = Field(index=True)
    department: str
    made_at: datetime = Field(sa_type=UtcTime)
    wrong_codes: int = 0
    locked_at: datetime | None = Field(default=None, sa_type=UtcTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcTime)


class EdSecretRow(SQLModel, table=True):
    """What opens a link, as a hash. `kind`: link (in the address), code (six digits), browser (a cookie).

    A browser's row has the name and role that its person gave.
    """

    __tablename__ = "ed_secret"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    link_id: int = Field(index=True, sa_type=RowId)
    kind: str
    hash: str = Field(index=True)
    made_at: datetime = Field(sa_type=UtcTime)
    name: str = ""
    role: str = ""
