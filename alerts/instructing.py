"""Sends a home a standing instruction that somebody read in full and pressed, by text or, where none arrives, by call.

Never by itself: the only way here is `send`, under a name. What is sent is what was shown: whoever pressed read the
words of every telephone, and when file, contacts or numbers have changed since, nothing is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from alerts import no_texts, pages, store
from alerts.calling import at_once
from alerts.contacts import Contact, contacts_of
from alerts.gsm7 import TextRefusedError
from alerts.home_languages import wording_of
from alerts.home_texts import about
from alerts.incident import RefusedError, Terms
from alerts.incident_news import open_at_their_wish
from alerts.instructions import Instruction, Offered, Offers, Standing, ToTelephone
from alerts.message import Site
from alerts.phone import Channel
from alerts.response import ask_for_call
from alerts.spoken import slowly
from alerts.store import Kept
from alerts.tables import PageRow
from gateway.people_log import note as log
from gateway.reading import PatientId
from monitor.catalogue import Catalogue
from monitor.enrolment import Enrolled, patient_by_id
from monitor.store import add_event

KIND = "instruction"
NOT_SET = (
    "there are no standing instructions: site.instructions is not set; write a file like deploy/instructions.toml"
    " and name it there"
)
NOT_REACHED = "a standing instruction did not reach the home"
_LAST = 20
"""Messages sent before that are told beside the offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WasSent:
    """One message of an instruction that was sent, and what became of it."""

    at: datetime
    person: str | None
    channel: str
    reason: str
    state: str
    outcome: str


def offers(
    session: Session, patient_id: PatientId, standing: Standing, catalogue: Catalogue, site: Site, now: datetime
) -> Offers:
    """Return every instruction there is for the patient's drug, in the language of each of their telephones."""
    patient = patient_by_id(session, patient_id)
    drug = None if patient is None else patient.drug
    contacts = contacts_of(session, patient_id)
    known = catalogue.find(drug)
    found = () if drug is None else standing.of([drug] if known is None else [drug, *catalogue.names_of(known)])
    why = _why_none(patient, contacts, standing, found)
    if why:
        return Offers(drug=drug, why_none=why)
    today = now.astimezone(ZoneInfo(site.timezone)).date()
    return Offers(
        drug=drug,
        offered=tuple(
            Offered(
                key=one.key,
                title=one.title,
                telephones=tuple(_to(session, one, contact, standing, site, today) for contact in contacts),
            )
            for one in found
        ),
    )


def send(
    session: Session, patient_id: PatientId, key: str, shown: Sequence[str], *, by: str, standing: Standing,
    catalogue: Catalogue, site: Site, now: datetime,
) -> int:  # fmt: skip
    """Send one instruction to every telephone that can have it, and put it into the record; return to how many.

    Parameters
    ----------
    shown
        What whoever presses has read (`Offered.shown`).
    by
        Who presses.

    Raises
    ------
    alerts.incident.RefusedError
        When there is no such instruction, no telephone can have it, or what would go out is not what was shown.
    """
    found = offers(session, patient_id, standing, catalogue, site, now)
    one = found.by_key(key)
    if one is None:
        keys = ", ".join(each.key for each in found.offered)
        raise RefusedError(found.why_none or f"There is no instruction {key!r} for {found.drug}; there is: {keys}.")
    if not one.goes_out:
        raise RefusedError(f"Nothing was sent: {'; '.join(each.why for each in one.telephones)}.")
    if tuple(shown) != one.shown:
        raise RefusedError("Nothing was sent: what would go out has changed since it was shown. Read it again.")
    kept = store.live_of(session, store.subject_of(patient_id))
    told = [each for each in one.telephones if each.words is not None]
    rows = [_row(each, one.key, patient_id, kept, by, now) for each in told]
    for row in rows:
        session.add(row)
    session.flush()
    pages.seal(session, rows)
    words = f"standing instruction {one.key} ({one.title}) sent to the home"
    add_event(session, patient_id, {"at": now.isoformat(), "type": "note", "text": words}, by, now)
    if kept is not None and kept.id is not None:
        store.note(session, kept.id, now, "instructed", by=by, text=f"{one.key}: {one.title}")
    what = {"change": "instruction sent", "key": one.key, "signed": sorted({each.signed for each in told})}
    log(session, now, "change", f"patient:{patient_id}", what, by=by, patient_id=patient_id)
    return len(rows)


def sent_before(session: Session, patient_id: PatientId) -> list[WasSent]:
    """Return the last messages of instructions sent to a home, the newest first, with what became of each."""
    query = select(PageRow).where(PageRow.patient_id == patient_id, PageRow.kind == KIND)
    return [
        WasSent(
            at=row.created_at,
            person=row.person,
            channel=row.channel,
            reason=row.reason,
            state=row.state,
            outcome=row.outcome,
        )
        for row in session.exec(query.order_by(col(PageRow.id).desc()).limit(_LAST))
    ]


def not_arrived(session: Session, page_id: int, site: Site, terms: Terms, reason: str, now: datetime) -> None:
    """Call a home whose instruction did not arrive by text; have the nurse called when nobody there was reached."""
    row = session.get(PageRow, page_id)
    if row is None or row.patient_id is None:
        return
    patient_id = PatientId(row.patient_id)
    kept = store.live_of(session, store.subject_of(patient_id))
    if kept is not None and kept.id is not None:
        store.note(session, kept.id, now, "not reached", by=row.person, text=f"{row.channel}: {reason}")
    if row.channel == "sms":
        pages.write(session, [_call_instead(row, site, now)])
        return
    same = select(PageRow.state).where(PageRow.patient_id == row.patient_id, PageRow.rung == row.rung)
    if all(state == "failed" for state in session.exec(same)):
        _have_nurse_called(session, patient_id, kept, terms, now)


def _have_nurse_called(session: Session, patient_id: PatientId, kept: Kept | None, terms: Terms, now: datetime) -> None:
    patient = patient_by_id(session, patient_id)
    if kept is None:
        if patient is None:
            return
        incident = open_at_their_wish(NOT_REACHED, terms, now)
        subject = store.subject_of(patient_id)
        kept = Kept(id=None, subject=subject, patient_id=patient_id, code=patient.code, incident=incident)
    opened = kept.id is None
    kept = store.save(session, replace(kept, incident=ask_for_call(kept.incident, NOT_REACHED, now)), at_once(now))
    store.note(session, kept.id or 0, now, "opened" if opened else "asked for", text=NOT_REACHED)


def _why_none(
    patient: Enrolled | None, contacts: Sequence[Contact], standing: Standing, found: Sequence[Instruction]
) -> str:
    code = "the patient" if patient is None else patient.code
    if standing.file is None:
        return NOT_SET
    if patient is None or patient.drug is None:
        return f"no drug is known for {code}; name it with stepguard enroll {code} --drug"
    if not found:
        return f"no standing instruction for {patient.drug}; add one to {standing.file}, signed"
    if not contacts:
        return f"no telephone of the home is known; add one with stepguard contact add {code}"
    return ""


def _to(
    session: Session, one: Instruction, contact: Contact, standing: Standing, site: Site, today: date
) -> ToTelephone:
    wording = wording_of(contact.language)
    signed = one.texts.get(wording.code)
    channel: Channel = "sms" if no_texts.why_not(session, contact.number) is None else "voice"
    words, why, by = None, "", ""
    if signed is None:
        why = (
            f"no text in {wording.name} for {contact.name}: add [instruction.text.{wording.code}] to"
            f" {standing.file}, signed"
        )
    elif signed.on > today:
        why = f"the text in {wording.name} is signed on {signed.on}, which lies ahead"
    else:
        by = f"{signed.by}, {signed.on}"
        try:
            words = signed.words(site, letter=contact.letter if channel == "sms" else None)
        except TextRefusedError as error:
            why = f"the text in {wording.name} cannot be sent: {error}; shorten it in {standing.file}"
    if words is not None and channel == "voice":
        words = about(words, wording, contact.letter, spoken=True)
        words = slowly(words, site.unit_phone, site.emergency_number)
    return ToTelephone(
        person=contact.name,
        number=contact.number,
        channel=channel,
        language=wording.code,
        words=words,
        signed=by,
        why=why,
    )


def _row(one: ToTelephone, key: str, patient_id: PatientId, kept: Kept | None, by: str, now: datetime) -> PageRow:
    return PageRow(
        incident_id=None if kept is None else kept.id,
        patient_id=patient_id,
        rung=f"{KIND}.{key}.{int(now.timestamp())}",
        role="caregiver",
        person=one.person,
        number=one.number,
        channel=one.channel,
        kind=KIND,
        urgency="urgent",  # never held back for the carriers' sake
        body=one.words or "",
        reason=f"standing instruction {key}, pressed by {by}, signed by {one.signed}",
        due_at=now,
        created_at=now,
        state="retry",  # no engine has tried it yet; the next one does, and counts it as its first try
        attempts=0,
        engine="",
        language=one.language,
    )


def _call_instead(failed: PageRow, site: Site, now: datetime) -> PageRow:
    """Return the call in place of a text that did not arrive, on the same rung."""
    call = PageRow(**failed.model_dump(exclude={"id", "body", "channel", "reason", "created_at"}))
    call.body, call.channel = slowly(failed.body, site.unit_phone, site.emergency_number), "voice"
    call.reason = f"{failed.reason}; called, because the text did not arrive"
    call.created_at = call.due_at = now
    call.state, call.attempts, call.engine, call.outcome = "retry", 0, "", ""
    call.not_before, call.reference, call.sent_at, call.receipt_by = None, None, None, None
    return call
