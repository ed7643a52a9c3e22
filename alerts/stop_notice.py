"""Tells the nurse on call that a home refuses our texts: whoever relies on them must know that they do not arrive."""

from datetime import datetime

from sqlmodel import Session

from alerts import message, store
from alerts.calling import Duty
from alerts.network_watch import STOPPED_HOME
from alerts.notice import tell_once
from alerts.page_code import page_code
from alerts.policy import by_day

PREFIX = f"technical:{STOPPED_HOME}"


def tell_of_homes(session: Session, duty: Duty, now: datetime) -> None:
    """Text the nurse about each home that refuses texts: at once while it has an incident, else by day."""
    for kept in store.live(session, prefix=PREFIX):
        if kept.incident.acknowledgement is not None or kept.patient_id is None or kept.id is None:
            continue
        urgent = bool(store.subjects_live_among(session, {store.subject_of(kept.patient_id)}))
        if urgent or by_day(now, duty.policy) == now:
            body = message.stopped_home(duty.site, code=kept.code, page_code=page_code(kept.id))
            tell_once(session, kept.id, body, "notice.stop", "a home refuses our texts", duty, now)
