"""Reads what the page for the emergency department is made of, and makes it in any of its four forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlmodel import Session

from alerts.contacts import contacts_of
from alerts.directory import Department
from alerts.ed_fhir import as_fhir
from alerts.ed_html import as_html
from alerts.ed_pdf import as_pdf
from alerts.ed_sheet import Callee, EdSheet, calls_of
from alerts.ed_text import as_text
from alerts.ed_words import words
from alerts.roster import Roster
from gateway.reading import PatientId
from gateway.settings import SiteSettings
from monitor.handover import handover
from monitor.handover_file import load_remarks
from monitor.rules import Rules
from monitor.stored_record import record_of

Form = Literal["html", "text", "pdf", "fhir"]
FORMS: tuple[Form, ...] = get_args(Form)
CONTENT_TYPES: dict[Form, str] = {
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "fhir": "application/fhir+json; charset=utf-8",
}
Paper = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every page rests on beside the record: the rules it is graded by, the site and its roster."""

    rules: Rules
    site: SiteSettings
    roster: Roster


def sheet_of(
    session: Session,
    patient_id: PatientId,
    ground: Ground,
    now: datetime,
    *,
    department: Department | None = None,
    page_code: str | None = None,
) -> EdSheet:
    """Return the page of one patient as a value, from everything stored by `now`."""
    told = handover(record_of(session, patient_id).course(ground.rules), load_remarks(), now)
    home = tuple(
        Callee(duty="Caregiver at home", name=contact.name, number=contact.number)
        for contact in contacts_of(session, patient_id)
    )
    return EdSheet(
        handover=told,
        calls=calls_of(ground.roster, told, ground.site.unit_phone, home),
        page_code=page_code,
        department=department,
    )


def made(sheet: EdSheet, form: Form, *, paper: Paper = "a4", above: str = "", below: str = "") -> bytes:
    """Return the page in one form; `above` and `below` are HTML that the screen shows around it."""
    page = words(sheet)
    match form:
        case "html":
            return as_html(page, above=above, below=below).encode()
        case "text":
            return as_text(page).encode()
        case "fhir":
            return as_fhir(sheet, page)
        case "pdf":
            return as_pdf(page, sheet.handover.at, paper=paper)
