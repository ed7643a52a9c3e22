"""Keeps links and what opens them; the only module that writes their rows. Secrets go out and come in, hashes stay."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from alerts.ed_access import (
    CODE_DIGITS,
    LIVES_AFTER_ACCEPTANCE,
    LIVES_UNANSWERED,
    MOST_WRONG,
    EdLink,
    Reader,
    digits_of,
)
from alerts.ed_tables import EdLinkRow, EdSecretRow
from gateway.passwords import hash_password, matches
from gateway.reading import PatientId

TOKEN_BYTES = 16
"""128 random bits: nobody guesses an address."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of a code: the secret for the browser when it was right, else how many tries are left."""

    browser: str | None
    left: int


def make_link(session: Session, *, incident_id: int, patient_id: PatientId, department: str, now: datetime) -> int:
    """Write a new link; return its id."""
    row = EdLinkRow(incident_id=incident_id, patient_id=patient_id, department=department, made_at=now)
    session.add(row)
    session.flush()
    return row.id or 0


def mint_token(session: Session, link_id: int, now: datetime) -> str:
    """Return a new secret for the address of a link; each try to send it has its own."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _keep(session, link_id, "link", _digest(token), now)
    return token


def mint_code(session: Session, link_id: int, now: datetime) -> str:
    """Return a new code of six digits for a link; codes given before stay good."""
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    _keep(session, link_id, "code", hash_password(code), now)
    return code


def link_of(session: Session, token: str) -> EdLink | None:
    """Return the link with this secret in its address; None when there is none."""
    secret = _secret(session, "link", token)
    row = None if secret is None else session.get(EdLinkRow, secret.link_id)
    return None if row is None else _link(row)


def newest_link(session: Session, incident_id: int, department: str) -> EdLink | None:
    """Return the link that a department got last about an incident."""
    query = select(EdLinkRow).where(EdLinkRow.incident_id == incident_id, EdLinkRow.department == department)
    row = session.exec(query.order_by(col(EdLinkRow.id).desc()).limit(1)).first()
    return None if row is None else _link(row)


def reader_of(session: Session, link: EdLink, browser: str) -> Reader | None:
    """Return who opened this link in the browser that sends this secret; None when nobody did."""
    secret = _secret(session, "browser", browser)
    if secret is None or secret.link_id != link.id:
        return None
    return Reader(name=secret.name, role=secret.role)


def open_with(session: Session, link: EdLink, code: str, reader: Reader, now: datetime) -> Opened:
    """Try a code: a right one opens the link for one browser, too many wrong ones lock it.

    The link was read in this transaction, is locked against other tries, and is open.
    """
    row = session.exec(select(EdLinkRow).where(EdLinkRow.id == link.id).with_for_update()).one()
    if row.locked_at is not None:
        return Opened(None, 0)
    query = select(EdSecretRow).where(EdSecretRow.link_id == link.id, EdSecretRow.kind == "code")
    typed = digits_of(code).encode()
    if not any(matches(typed, secret.hash) for secret in session.exec(query)):
        row.wrong_codes += 1
        row.locked_at = now if row.wrong_codes >= MOST_WRONG else None
        session.add(row)
        return Opened(None, MOST_WRONG - row.wrong_codes)
    browser = secrets.token_urlsafe(TOKEN_BYTES)
    _keep(session, link.id, "browser", _digest(browser), now, reader)
    return Opened(browser, MOST_WRONG - row.wrong_codes)


def accept_link(session: Session, link_id: int, now: datetime) -> None:
    """Remember that the department took the patient; the first time counts."""
    row = session.get_one(EdLinkRow, link_id)
    row.accepted_at = row.accepted_at or now
    session.add(row)


def close_link(session: Session, link_id: int, now: datetime) -> None:
    """End a link: the department declined, or got another."""
    row = session.get_one(EdLinkRow, link_id)
    row.closed_at = row.closed_at or now
    session.add(row)


def recent_links(session: Session, now: datetime) -> Sequence[EdLink]:
    """Return the links made or accepted within their longest life, closed ones too, the oldest first."""
    since = now - LIVES_UNANSWERED - LIVES_AFTER_ACCEPTANCE
    query = select(EdLinkRow).where(EdLinkRow.made_at > since).order_by(col(EdLinkRow.id))
    return [_link(row) for row in session.exec(query)]


def forget_patient(session: Session, patient_id: PatientId) -> int:
    """Remove every link of a patient and what opens it, names included; return how many rows went."""
    links = [row.id for row in session.exec(select(EdLinkRow).where(EdLinkRow.patient_id == patient_id))]
    gone = [
        delete(EdSecretRow).where(col(EdSecretRow.link_id).in_(links)),
        delete(EdLinkRow).where(col(EdLinkRow.patient_id) == patient_id),
    ]
    return sum(session.connection().execute(statement).rowcount for statement in gone)


def _keep(session: Session, link_id: int, kind: str, digest: str, now: datetime, reader: Reader | None = None) -> None:
    name, role = (reader.name, reader.role) if reader is not None else ("", "")
    session.add(EdSecretRow(link_id=link_id, kind=kind, hash=digest, made_at=now, name=name, role=role))


def _secret(session: Session, kind: str, given: str) -> EdSecretRow | None:
    query = select(EdSecretRow).where(EdSecretRow.kind == kind, EdSecretRow.hash == _digest(given))
    return session.exec(query).first()


def _digest(secret: str) -> str:
    """Return what is kept of 128 random bits: nobody can guess them, so a slow hash would buy nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _link(row: EdLinkRow) -> EdLink:
    return EdLink(
        id=row.id or 0,
        incident_id=row.incident_id,
        patient_id=row.patient_id,
        department=row.department,
        made_at=row.made_at,
        wrong_codes=row.wrong_codes,
        locked_at=row.locked_at,
        accepted_at=row.accepted_at,
        closed_at=row.closed_at,
    )
