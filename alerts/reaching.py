"""Calls whom no text reaches: a landline, a number that said STOP. Known beforehand, or learned from a failed text."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alerts import compose, no_texts, pages
from alerts.message import Site
from alerts.page_code import page_code
from alerts.policy import Page
from alerts.roster import STAFF_ROLES
from alerts.store import Kept
from alerts.tables import PageRow


def as_reached(session: Session, page: Page, number: str) -> Page:
    """Return the page as a call where its text would not reach this number; else as it is."""
    why = no_texts.why_not(session, number) if page.channel == "sms" else None
    if why is None:
        return page
    return replace(page, channel="voice", reason=f"{page.reason}; called, because {no_texts.IN_WORDS[why]}")


def call_instead(session: Session, failed: PageRow, kept: Kept, site: Site, engine: str, now: datetime) -> bool:
    """Write a call in place of a text to staff that failed because no text reaches its number; return whether it was.

    It stands on the same rung, so that the ladder goes on at once when the call fails too.
    """
    if failed.channel != "sms" or failed.role not in STAFF_ROLES or failed.kind not in {"page", "ed_notice"}:
        return False
    why = no_texts.why_not(session, failed.number)
    if why is None:
        return False
    body = compose.for_staff_again(kept, failed.kind, page_code(kept.id or 0), site)
    call = PageRow(**failed.model_dump(exclude={"id", "body", "channel", "reason", "created_at"}))
    call.body, call.channel, call.created_at = body, "voice", now
    call.reason = f"{failed.reason}; called, because {no_texts.IN_WORDS[why]}"
    call.due_at, call.state, call.attempts, call.engine = now, "intent", 1, engine
    call.outcome, call.not_before, call.reference, call.sent_at, call.receipt_by = "", None, None, None, None
    call.reading_received_at = None
    pages.write(session, [call])
    return True
