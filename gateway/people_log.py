"""What people do, for the audit log: one line of it for each deed, in the transaction that does it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec
from sqlmodel import Session

from gateway.audit import Entry, append

Deed = Literal["login", "view", "change"]
"""A login is a change of who sits at a console; the log has no kind of its own for it."""


def note(
    session: Session,
    now: datetime,
    deed: Deed,
    subject: str,
    what: Mapping[str, object],
    *,
    by: str | None,
    patient_id: int | None = None,
) -> None:
    """Put one deed into the people's chain of the audit log.

    Parameters
    ----------
    subject
        What it is about, as `name:id` and without identity: `user:ada`, `hub:kit-17`, `patient:42`.
    what
        The details, kept where an erasure of the patient removes them.
    by
        Who did it; None when nobody was let in.
    patient_id
        Whose record it touches; None when nobody's.
    """
    entry = Entry(
        kind="view" if deed == "view" else "change",
        subject=subject,
        payload=msgspec.json.encode({"deed": deed, **what}),
        patient_id=patient_id,
        actor=by,
    )
    append(session.connection(), "people", now, [entry])
