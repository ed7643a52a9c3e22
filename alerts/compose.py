"""Turns a page into the words for one recipient. Knows who may read what."""

from datetime import datetime

from alerts import home_texts, message
from alerts.contacts import Contact
from alerts.directory import Department
from alerts.home_languages import wording_of
from alerts.home_values import GROUPS, Ask, ask_of
from alerts.message import Site
from alerts.phone import Channel
from alerts.policy import Page
from alerts.report import VITALS
from alerts.spoken import slowly
from alerts.store import Kept


def for_staff(kept: Kept, page: Page, page_code: str, site: Site, *, others: int) -> str:
    """Return the text or the spoken words for a member of staff or the emergency department."""
    if page.message == "ed_notice":
        return _notice(kept, page.channel, page_code, site)
    return _page(kept, page.channel, page_code, site, others=others)


def for_staff_again(kept: Kept, kind: str, page_code: str, site: Site) -> str:
    """Return the spoken words in place of a text that did not go through; `kind` is what that text was."""
    say = _notice if kind == "ed_notice" else _page
    return say(kept, "voice", page_code, site)


def _page(kept: Kept, channel: Channel, page_code: str, site: Site, others: int = 0) -> str:
    incident, technical = kept.incident, kept.incident.kind == "technical"
    write = message.staff_call if channel == "voice" else message.staff_text
    return write(
        site,
        urgency=incident.urgency,
        code=kept.code,
        page_code=page_code,
        others=others,
        technical=technical,
        homes=incident.stands_for,
    )


def _notice(kept: Kept, channel: Channel, page_code: str, site: Site) -> str:
    write = message.ed_call if channel == "voice" else message.ed_text
    return write(site, urgency=kept.incident.urgency, code=kept.code, page_code=page_code)


def for_caregiver(
    kept: Kept, page: Page, contact: Contact, site: Site, now: datetime, *, hospital: Department | None = None
) -> str:
    """Return the text or the spoken words for a caregiver; their own values only if they agreed to it.

    `hospital` is where they would be sent, None where nobody chose one. Times are those of `site`.
    """
    spoken = page.channel == "voice"
    words = _to_caregiver(kept, page, contact, site, now, "" if hospital is None else hospital.name)
    wording = wording_of(contact.language)
    words = home_texts.about(words, wording, contact.letter, spoken=spoken)
    if not spoken:
        return words
    return slowly(home_texts.aloud(words, wording), site.unit_phone, site.emergency_number)


def _to_caregiver(kept: Kept, page: Page, contact: Contact, site: Site, now: datetime, hospital: str) -> str:
    incident, wording = kept.incident, wording_of(contact.language)
    report = incident.report
    spoken = page.channel == "voice"
    if report is None:
        return home_texts.reminder(site, wording, overdue=(), spoken=spoken)
    values = report.values if contact.consent_values else ""
    ask = ask_of(report.next_due, now)
    match page.message:
        case "go_now":
            return home_texts.go_now(site, wording, hospital=hospital, spoken=spoken)
        case "sit_down":
            return home_texts.sit_down(site, wording, values=values, groups=sorted(report.urgent_groups & VITALS))
        case "received":
            # The nurse who calls will want all three, so the home measures what this reading did not bring.
            rest = tuple(group for group in GROUPS if group not in report.measured)
            ask = Ask(now=rest) if rest else ask
            nurse_calls = incident.urgency == "urgent"
            return home_texts.received(site, wording, values=values, ask=ask, nurse_calls=nurse_calls)
        case "measure":
            return home_texts.measure(site, wording, values=values, ask=ask)
        case "no_answer":
            return home_texts.no_answer(site, wording)
        case "arrived":
            return home_texts.arrived(site, wording, spoken=spoken)
        case _:
            return home_texts.reminder(site, wording, overdue=report.overdue, spoken=spoken)
