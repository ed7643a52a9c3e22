"""Reads the pages that are owed and writes what became of them, many in one statement."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import bindparam, case, func, insert, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from alerts.audit_rows import PAGES
from alerts.pace import WAITS
from alerts.phone import Channel
from alerts.tables import ContactRow, PageRow
from gateway.audit import Entry, append, draw_ids, writing_chain
from gateway.database import UtcTime

PageState = Literal["intent", "retry", "sent", "delivered", "failed"]
UNFINISHED = ("intent", "retry", "sent")
INTERRUPTED_OFTEN = 2
"""Tries after which a message waits for others of its urgency: what ends process after process must not be first."""
KEY_PREFIX = "page-"
MOST_DIGITS = 18
"""Of a page's id: what every database can compare with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A page that must be sent (`intent`, `retry`) or asked about (`sent`). `attempts` counts tries, this one too."""

    id: int
    incident_id: int | None
    patient_id: int | None
    rung: str
    role: str
    kind: str
    number: str
    channel: Channel
    urgency: str
    body: str
    state: PageState
    attempts: int
    engine: str
    reference: str | None
    sent_at: datetime | None
    receipt_by: datetime | None
    due_at: datetime
    reading_received_at: datetime | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of one page; the members are the columns written. `not_before` is when to try or ask again."""

    id: int
    state: PageState
    outcome: str = ""
    not_before: datetime | None = None
    reference: str | None = None
    sent_at: datetime | None = None
    receipt_by: datetime | None = None


_TABLE = SQLModel.metadata.tables["page"]
_OWED = (
    select_columns(*(_TABLE.c[name] for name in Owed.__dataclass_fields__))
    .where(
        _TABLE.c.state.in_(UNFINISHED),
        _TABLE.c.lead_id.is_(None),
        _TABLE.c.not_before.is_(None) | (_TABLE.c.not_before <= bindparam("now", type_=UtcTime)),
    )
    .order_by(
        case((_TABLE.c.urgency == "emergency", 0), (_TABLE.c.urgency == "urgent", 1), else_=2),
        _TABLE.c.state == "sent",  # asking what became of one never holds up another
        _TABLE.c.attempts > INTERRUPTED_OFTEN,
        _TABLE.c.role == "caregiver",
        _TABLE.c.id,
    )
    .limit(bindparam("at_most"))
)
_CLAIM = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of"))
    .values(state="intent", engine=bindparam("by"), attempts=bindparam("tries"), not_before=None)
)
_BECAME = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in Became.__dataclass_fields__ if name != "id"})
)


_ASK_NOW = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of"), _TABLE.c.state == "sent", _TABLE.c.reference == bindparam("called"))
    .values(not_before=None)
)
_CAME_LATE = (
    update(_TABLE)
    .where(
        _TABLE.c.id == bindparam("of"),
        _TABLE.c.state == "failed",
        _TABLE.c.reference.is_(None) | (_TABLE.c.reference == bindparam("called")),
    )
    .values(state="delivered", reference=bindparam("called"), outcome="delivered, but told too late")
)


def key_of(page_id: int) -> str:
    """Return the key under which a page is sent, the same for each try."""
    return f"{KEY_PREFIX}{page_id}"


def id_of_key(key: str | None) -> int | None:
    """Return the page that was sent under `key`; None when no page was."""
    number = key.removeprefix(KEY_PREFIX) if key is not None and key.startswith(KEY_PREFIX) else ""
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS else None


def number_of(session: Session, page_id: int) -> str | None:
    """Return the number a page was sent to; None when there is no such page."""
    return session.exec(select(PageRow.number).where(PageRow.id == page_id)).first()


def incident_of(session: Session, page_id: int | None) -> int | None:
    """Return the incident a page is about; None when there is no such page, or it is about none."""
    return session.exec(select(PageRow.incident_id).where(PageRow.id == page_id)).first()


def receipt_came(session: Session, page_id: int, reference: str, *, delivered: bool) -> None:
    """Have a page looked at now because the network said what became of it.

    One that was given up is set right if it was delivered after all; the ladder has gone on and stays where it is.
    """
    connection = session.connection()
    about = {"of": page_id, "called": reference}
    if connection.execute(_ASK_NOW, about).rowcount == 0 and delivered:
        connection.execute(_CAME_LATE, about)


def owed(session: Session, now: datetime, *, at_most: int, but: Collection[int] = ()) -> list[Owed]:
    """Return the pages that must be sent or asked about by `now`, the worst urgency first, those of `but` left out."""
    rows = session.connection().execute(_OWED, {"now": now, "at_most": at_most + len(but)})
    return [page for row in rows if (page := Owed(**row._mapping)).id not in but][:at_most]  # noqa: SLF001 - public


def unbound(session: Session, waiting: Iterable[Owed]) -> set[int]:
    """Return which of the pages that wait for a home would go to a number that has been taken from it meanwhile."""
    whose = {
        page.id: (page.patient_id, page.number)
        for page in waiting
        if page.role == "caregiver" and page.state != "sent" and page.patient_id is not None
    }
    if not whose:
        return set()
    numbers = {number for _, number in whose.values()}
    bound = session.exec(
        select(ContactRow.patient_id, ContactRow.number).where(col(ContactRow.number).in_(numbers))
    ).all()
    return {page_id for page_id, home in whose.items() if home not in bound}


def write(session: Session, pages: Iterable[PageRow]) -> None:
    """Write new pages in one statement, and seal them."""
    rows = [page.model_dump(exclude={"id"}) for page in pages]
    if not rows:
        return
    connection = session.connection()
    for row, page_id in zip(rows, draw_ids(connection, PAGES.name, len(rows)), strict=True):
        row["id"] = page_id
    connection.execute(insert(_TABLE), rows)
    entries = [
        PAGES.entry("page", row["id"], [row[name] for name in PAGES.columns], patient_id=row["patient_id"])
        for row in rows
    ]
    append(connection, writing_chain(), rows[0]["created_at"], entries)


def seal(session: Session, pages: Sequence[PageRow]) -> None:
    """Seal pages that were written one by one and have their ids."""
    if pages:
        entries = [PAGES.entry_of("page", page, patient_id=page.patient_id) for page in pages]
        append(session.connection(), writing_chain(), pages[0].created_at, entries)


def seal_outcomes(session: Session, outcomes: Iterable[Became], at: datetime) -> None:
    """Seal what became of some pages."""
    told = ("state", "outcome", "reference", "sent_at")
    entries = [
        Entry("receipt", f"page_outcome:{one.id}", msgspec.json.encode({name: getattr(one, name) for name in told}))
        for one in outcomes
    ]
    append(session.connection(), writing_chain(), at, entries)


def claim(session: Session, pages: Iterable[Owed], engine: str) -> None:
    """Write down that `engine` is trying these pages, which are counted as tried once more already."""
    tries = [{"of": page.id, "by": engine, "tries": page.attempts} for page in pages]
    if tries:
        session.connection().execute(_CLAIM, tries)


def write_outcomes(session: Session, outcomes: Iterable[Became]) -> None:
    """Write down what became of some pages."""
    rows = []
    for became in outcomes:
        values = asdict(became)
        rows.append({"of": values.pop("id"), **{f"new_{name}": value for name, value in values.items()}})
    if rows:
        session.connection().execute(_BECAME, rows)


def waiting_for_pace(session: Session) -> tuple[int, datetime | None]:
    """Return how many texts are held back for the carriers' sake, and since when the first of them is due."""
    query = select(func.count(col(PageRow.id)), func.min(PageRow.due_at)).where(
        PageRow.state == "retry", col(PageRow.not_before).is_not(None), col(PageRow.outcome).startswith(WAITS)
    )
    count, since = session.exec(query).one()
    return count, since


def carried_by(session: Session, page_id: int) -> Sequence[PageRow]:
    """Return the page and those whose news it carries too."""
    query = select(PageRow).where((PageRow.id == page_id) | (PageRow.lead_id == page_id))
    return session.exec(query.order_by(col(PageRow.id))).all()


def same_rung(session: Session, page: PageRow) -> Sequence[PageRow]:
    """Return every page of the same rung of the same incident and instant: one for each of a patient's caregivers."""
    query = select(PageRow).where(
        PageRow.incident_id == page.incident_id, PageRow.rung == page.rung, PageRow.created_at == page.created_at
    )
    return session.exec(query).all()
