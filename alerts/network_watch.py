"""Finds what is wrong with the ways out beyond single messages: our account, its callbacks, opted-out numbers.

The texts of these conditions name no number: the screen of texts shows to whom a message did not go.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from alerts import no_texts, pages, store, twilio_receipts
from alerts.phone import ACCOUNT_REFUSED
from alerts.sources import Trouble
from gateway.store import code_of, heartbeats

STOPPED_HOME = "stopped-home:"


def network_troubles(session: Session) -> Iterator[Trouble]:
    """Return what keeps texts from going out or replies from coming in, as far as it is known."""
    last = store.last_outcomes(session, 1)
    if last and last[0].state == "failed" and last[0].outcome.startswith(ACCOUNT_REFUSED):
        text = f"texts do not go out: {last[0].outcome}"
        yield Trouble(key="mute", severity="high", since=last[0].created_at, text=text)
    unheard = twilio_receipts.unheard_since(session)
    if unheard is not None:
        text = "the telephone network's callbacks do not arrive, and replies may not either"
        yield Trouble(key="callbacks", severity="high", since=unheard, text=text)
    refusing = no_texts.since_when(session)
    homes = no_texts.homes_without_texts(session)
    at_home = {contact.number for contact, _, _ in homes}
    stopped = [since for number, why, since in refusing if why == no_texts.STOP and number not in at_home]
    if stopped:
        text = (
            f"{len(stopped)} telephone{'s refuse' if len(stopped) > 1 else ' refuses'} our texts (STOP): see the texts"
        )
        yield Trouble(key="opted-out", severity="low", since=min(stopped), text=text)
    for contact, why, since in homes:
        if why == no_texts.STOP:
            yield Trouble(
                key=f"{STOPPED_HOME}{contact.patient_id}",
                severity="low",
                since=since,
                text="a caregiver refuses our texts (STOP): they are called instead, and get no answers to texts",
                patient_id=contact.patient_id,
                code=code_of(session, contact.patient_id),
            )
    waiting, first_due = pages.waiting_for_pace(session)
    if waiting and first_due is not None:
        texts = "texts of low urgency wait" if waiting > 1 else "text of low urgency waits"
        yield Trouble(key="pace", severity="low", since=first_due, text=f"{waiting} {texts}: the carriers' limit")
    fixed = [since for _, why, since in refusing if why == no_texts.LANDLINE]
    if fixed:
        take = (
            "telephones take no texts (landline) and are"
            if len(fixed) > 1
            else "telephone takes no texts (landline) and is"
        )
        text = f"{len(fixed)} {take} called instead"
        yield Trouble(key="landline", severity="low", since=min(fixed), text=text)


def handing_on_troubles(session: Session) -> Iterator[Trouble]:
    """Return which other systems do not hear what staff are called about; our own calls do without them."""
    own = heartbeats(session).get("alerts")
    failing = {} if own is None else own.detail.get("handing_on", {})
    for receiver, fault in failing.items():
        yield Trouble(
            key=f"handing_on:{receiver}",
            severity="low",
            since=datetime.fromisoformat(fault["since"]),
            text=f"calls are not handed on to the {receiver}: {fault['why']}",
        )
