"""Keeps silences: entered by a person, ended by a person, by time or by worsening, never forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from alerts import store
from alerts.audit_rows import SILENCES
from alerts.calling import at_once
from alerts.silence import Covered, Severity, Silence, SilenceLimits, SilenceRefusedError, refuse_unless_allowed
from alerts.silence import refuse_urgency as refuse
from alerts.silence_tables import SilenceRow
from alerts.silencing import kind_of, outgrown, under
from alerts.store import Kept
from gateway.audit import Entry, append, writing_chain
from gateway.database import UtcTime
from gateway.reading import PatientCode, PatientId

TECHNICAL = "technical:"
REPLACED = "another silence took its place"
_TABLE = SQLModel.metadata.tables["silence"]
_VALUE = ("id", "subject", "covers", "grade", "blind", "by", "why", "since_at", "until_at")
_IN_FORCE = (
    select_columns(*(_TABLE.c[name] for name in _VALUE))
    .where(_TABLE.c.ended_at.is_(None), _TABLE.c.until_at > bindparam("now", type_=UtcTime))
    .order_by(_TABLE.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceLine:
    """A silence as lists show it. `target` is what `stepguard silence add` takes; `ended_*` as long as it ran: None.

    A silence that ran out has no `ended_at`.
    """

    id: int
    target: str
    patient_id: PatientId | None
    covers: Covered
    by: str
    why: str
    since: datetime
    until: datetime
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str


def add_silence(
    session: Session, *, by: str, why: str, until: datetime, now: datetime, limits: SilenceLimits,
    patient: tuple[PatientId, PatientCode] | None = None, key: str = "", severity: Severity | None = None,
) -> int:  # fmt: skip
    """Hold calls back: about a patient's watch level and reminders, or about the technical condition `key`.

    Parameters
    ----------
    severity
        Of a technical condition that does not hold yet, such as one that planned work will cause; not needed for one
        that holds.

    Raises
    ------
    SilenceRefusedError
        For an urgency that no silence may cover, a time beyond the limits, a missing reason, or a technical condition
        that does not hold while its severity is not given.
    """
    if not why.strip():
        raise SilenceRefusedError("Say why.")
    subject = store.subject_of(patient[0]) if patient is not None else f"{TECHNICAL}{key}"
    kept = store.live_of(session, subject)
    covers = _covers(kept, subject, severity) if patient is None else _covers_patient(kept, patient[1])
    refuse_unless_allowed(covers, since=now, until=until, limits=limits)
    for row in _standing(session, subject, now):
        _end(session, row, by=by, why=REPLACED, now=now)
    report = None if kept is None else kept.incident.report
    row = SilenceRow(
        subject=subject,
        target=key if patient is None else patient[1],
        patient_id=None if patient is None else patient[0],
        covers=covers,
        grade=None if report is None else report.grade,
        # Who silences a home that is not heard knows that nobody sees it; who silences a value does not.
        blind=kept is None or report is None or kept.incident.kind != "clinical" or report.blind,
        by=by,
        why=why.strip(),
        since_at=now,
        until_at=until,
    )
    session.add(row)
    session.flush()
    entry = SILENCES.entry_of("change", row, patient_id=row.patient_id, actor=by)
    append(session.connection(), writing_chain(), now, [entry])
    if kept is not None:
        held = replace(kept, incident=under(kept.incident, _silence(row), now))
        store.save(session, held, at_once(now))
        store.note(session, kept.id or 0, now, "silenced", by=by, text=row.why)
    assert row.id is not None  # noqa: S101 - flushed
    return row.id


def end_silence(session: Session, silence_id: int, *, by: str, now: datetime, why: str = "") -> None:
    """Let a silence end now: what it held back and what is still wrong calls at once.

    Raises
    ------
    SilenceRefusedError
        When there is none with this number, or it has ended.
    """
    row = session.get(SilenceRow, silence_id, with_for_update=True)
    if row is None:
        raise SilenceRefusedError(f"There is no silence {silence_id}; see stepguard silence list.")
    if row.ended_at is not None or row.until_at <= now:
        raise SilenceRefusedError(f"Silence {silence_id} has ended already.")
    _end(session, row, by=by, why=why.strip(), now=now)
    kept = store.live_of(session, row.subject)
    if kept is not None:
        store.save(session, kept, at_once(now))  # the next look frees it


def in_force(session: Session, now: datetime) -> dict[str, Silence]:
    """Return the silences that have not ended, by the subject they are about."""
    return {
        row.subject: Silence(
            id=row.id,
            subject=row.subject,
            covers=row.covers,
            grade=row.grade,
            blind=row.blind,
            by=row.by,
            why=row.why,
            since=row.since_at,
            until=row.until_at,
        )
        for row in session.connection().execute(_IN_FORCE, {"now": now})
    }


def apply(session: Session, kept: Kept, silences: Mapping[str, Silence], now: datetime) -> Kept:
    """Return an incident under its silence; a silence it has outgrown ends, and what was held back is due."""
    silence = silences.get(kept.subject)
    if silence is not None and (why := _misfit(silence, kept)) is not None:
        row = session.get(SilenceRow, silence.id, with_for_update=True)
        if row is not None and row.ended_at is None:
            _end(session, row, by=None, why=why, now=now)
        silence = None
    before, incident = kept.incident, under(kept.incident, silence, now)
    if before.silence is not None and incident.silence is None:
        store.note(session, kept.id or 0, now, "silence ended", text=before.silence.why)
    return replace(kept, incident=incident)


def conditions_to_silence(session: Session) -> list[str]:
    """Return the keys of the technical conditions that hold now, in their order."""
    return [kept.subject.removeprefix(TECHNICAL) for kept in store.live(session, prefix=TECHNICAL)]


def silence_lines(session: Session, now: datetime, *, ended: bool = False) -> Sequence[SilenceLine]:
    """Return the silences in force, the newest first; with `ended` every one there was."""
    query = select(SilenceRow).order_by(col(SilenceRow.id).desc())
    if not ended:
        query = query.where(col(SilenceRow.ended_at).is_(None), col(SilenceRow.until_at) > now)
    return [_line(row) for row in session.exec(query)]


def _covers(kept: Kept | None, subject: str, severity: Severity | None) -> Covered:
    if kept is not None:
        kind = kind_of(kept.incident)
        if kind == "technical_high" and kept.patient_id is not None:
            raise SilenceRefusedError("This condition stands for a patient whom nobody can judge. It is not silenced.")
        if kind is not None:
            return kind
    if severity is None:
        raise SilenceRefusedError(
            f"No technical condition {subject.removeprefix(TECHNICAL)!r} holds now. "
            "Give its severity to silence one that is still to come."
        )
    return "technical_high" if severity == "high" else "technical_low"


def _covers_patient(kept: Kept | None, code: PatientCode) -> Covered:
    if kept is not None:
        refuse(code, kept.incident.urgency)
    return "watch"


def _misfit(silence: Silence, kept: Kept) -> str | None:
    if silence.covers == "technical_high" and kept.patient_id is not None and kept.incident.urgency == "urgent":
        return "it stands for a patient whom nobody can judge"
    return outgrown(silence, kept.incident)


def _standing(session: Session, subject: str, now: datetime) -> Sequence[SilenceRow]:
    query = select(SilenceRow).where(
        SilenceRow.subject == subject, col(SilenceRow.ended_at).is_(None), col(SilenceRow.until_at) > now
    )
    return session.exec(query.with_for_update()).all()


def _end(session: Session, row: SilenceRow, *, by: str | None, why: str, now: datetime) -> None:
    row.ended_at, row.ended_by, row.ended_why = now, by, why
    session.add(row)
    session.flush()
    detail = msgspec.json.encode({"what": "ended", "why": why})
    entry = Entry("change", f"silence_end:{row.id}", detail, patient_id=row.patient_id, actor=by)
    append(session.connection(), writing_chain(), now, [entry])


def _silence(row: SilenceRow) -> Silence:
    return Silence(
        id=row.id or 0,
        subject=row.subject,
        covers=_covered(row),
        grade=row.grade,
        blind=row.blind,
        by=row.by,
        why=row.why,
        since=row.since_at,
        until=row.until_at,
    )


def _covered(row: SilenceRow) -> Covered:
    return "watch" if row.covers == "watch" else "technical_high" if row.covers == "technical_high" else "technical_low"


def _line(row: SilenceRow) -> SilenceLine:
    return SilenceLine(
        id=row.id or 0,
        target=row.target,
        patient_id=None if row.patient_id is None else PatientId(row.patient_id),
        covers=_covered(row),
        by=row.by,
        why=row.why,
        since=row.since_at,
        until=row.until_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        ended_why=row.ended_why,
    )
