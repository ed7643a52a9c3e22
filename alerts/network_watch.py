"""Finds what is wrong with the telephone network beyond single messages: our account, its callbacks, opted-out numbers.

The texts of these conditions name no number: the screen of texts shows to whom a message did not go.
"""

from collections.abc import Iterator

from sqlmodel import Session

from alerts import store, twilio_receipts
from alerts.phone import ACCOUNT_REFUSED
from alerts.sources import Trouble


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
    refusing = twilio_receipts.opted_out(session)
    if refusing is not None:
        count, since = refusing
        text = f"{count} telephone{'s refuse' if count > 1 else ' refuses'} our texts (STOP): see the texts"
        yield Trouble(key="opted-out", severity="low", since=since, text=text)
