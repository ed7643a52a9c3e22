"""The page for the emergency department as one value: the handover, and whom to call. Pure.

`alerts.ed_words` puts it into words once; text, HTML, PDF and FHIR are made of the same value.
"""

from dataclasses import dataclass

from alerts.directory import Department
from alerts.roster import Roster
from monitor.handover import Handover

ASKED_FIRST = (("oncologist", "Oncologist on call"), ("nurse", "Nurse on call"))
"""Whom an emergency physician wants first, by the roster's roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """Somebody to call. `name` is empty where the duty, or nobody's name, is all there is."""

    duty: str
    name: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdSheet:
    """Everything on the page. `department` is whom it was made for; None when a person of the unit prints it."""

    handover: Handover
    calls: tuple[Callee, ...]
    page_code: str | None = None
    department: Department | None = None


def calls_of(roster: Roster, handover: Handover, unit_phone: str, home: tuple[Callee, ...] = ()) -> tuple[Callee, ...]:
    """Return whom to call about this patient, in the order in which they are asked: staff, the unit, the home."""
    held = (
        (duty, roster.on_call("oncologist" if role == "oncologist" else "nurse", handover.at))
        for role, duty in ASKED_FIRST
    )
    staff = tuple(Callee(duty=duty, name=one.name, number=one.number) for duty, one in held if one is not None)
    return (*staff, Callee(duty="Treating unit", name="", number=unit_phone), *home)
