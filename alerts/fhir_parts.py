"""Resources of FHIR R4 as plain objects, for every document that leaves here. Pure.

What is not coded with certainty is text: a wrong code is worse than none. Ids follow from what a document is about, so
that the same facts are the same document.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any

import msgspec

from alerts.paper_words import Item
from monitor.record import Profile

Resource = dict[str, Any]
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem"
PATIENT_SYSTEM = "urn:stepguard:patient-code"
_NAMESPACE = uuid.UUID("5f5b7c1e-5b86-4d0e-9c70-7f1a64f6c0d2")
_XHTML = "http://www.w3.org/1999/xhtml"
_VITALS: dict[str, tuple[tuple[tuple[str, str], ...], str, str]] = {
    "temperature": ((("8310-5", "Body temperature"),), "Cel", "C"),
    "blood_pressure": ((("85354-9", "Blood pressure panel with all children optional"),), "mm[Hg]", "mmHg"),
    "oximetry": (
        (
            ("2708-6", "Oxygen saturation in Arterial blood"),
            ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),
        ),
        "%",
        "%",
    ),
    "pulse": ((("8867-4", "Heart rate"),), "/min", "/min"),
    "respiratory_rate": ((("9279-1", "Respiratory rate"),), "/min", "/min"),
}
_PRESSURES = (("8480-6", "Systolic blood pressure"), ("8462-4", "Diastolic blood pressure"))
_encoder = msgspec.json.Encoder(decimal_format="number")


class Ids:
    """Gives every part of one document an id that follows from `about`: whose it is, and of when."""

    def __init__(self, about: str) -> None:
        self._page = uuid.uuid5(_NAMESPACE, about)

    def of(self, part: str) -> str:
        """Return the id of a part."""
        return str(uuid.uuid5(self._page, part))

    def entry(self, part: str, resource: Resource) -> Resource:
        """Return a resource as an entry of a Bundle."""
        own = self.of(part)
        return {"fullUrl": f"urn:uuid:{own}", "resource": {**resource, "id": own}}

    def entries(self, kind: str, resources: Iterable[Resource]) -> list[Resource]:
        """Return resources of one kind as entries."""
        return [self.entry(f"{kind} {number}", one) for number, one in enumerate(resources)]


def encoded(bundle: Resource) -> bytes:
    """Return a Bundle as JSON; the same facts give the same bytes, numbers are exact decimals."""
    return _encoder.encode(bundle)


def document_of(ids: Ids, made_at: datetime, entries: Sequence[Resource]) -> Resource:
    """Return the Bundle of a document; the first of `entries` is its Composition."""
    return {
        "resourceType": "Bundle",
        "id": ids.of("bundle"),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{ids.of('bundle')}"},
        "type": "document",
        "timestamp": instant(made_at),
        "entry": list(entries),
    }


def section(title: str, items: Iterable[Item]) -> Resource:
    """Return a section of words alone."""
    return {"title": title, "text": narrative([_spoken(item) for item in items])}


def coded_section(
    code: tuple[str, str], title: str, items: Iterable[Item], entries: Sequence[Resource], *, none_known: bool = False
) -> Resource:
    """Return a section with its code and entries; one without entries says that there are none, or nothing is known."""
    own = {**section(title, items), "code": concept([code])}
    if entries:
        return {**own, "entry": [{"reference": one["fullUrl"]} for one in entries]}
    reason = "nilknown" if none_known else "unavailable"
    return {**own, "emptyReason": concept([(reason, "")], f"{HL7}/list-empty-reason")}


def _spoken(item: Item) -> str:
    return f"{item.text} [{item.source}]" if item.source else item.text


def narrative(lines: Sequence[str]) -> Resource:
    """Return the words of a resource for people."""
    said = "".join(f"<p>{escape(line)}</p>" for line in lines) or "<p>Nothing recorded</p>"
    return {"status": "generated", "div": f'<div xmlns="{_XHTML}">{said}</div>'}


def patient_resource(own: Profile) -> Resource:
    """Return the patient: an opaque code and, where it is known, the birth date."""
    born = {} if own.born is None else {"birthDate": own.born}
    identifier = [{"system": PATIENT_SYSTEM, "value": own.code}]
    return {"resourceType": "Patient", "text": narrative([own.code]), "identifier": identifier, **born}


def author(rules_version: str) -> Resource:
    """Return this system, by the version of its rules."""
    name = [{"name": "Stepguard", "type": "user-friendly-name"}]
    return {
        "resourceType": "Device",
        "text": narrative([f"Stepguard, rules {rules_version}"]),
        "deviceName": name,
        "version": [{"value": rules_version}],
    }


def score(name: str, value: int | None, at: datetime, subject: Resource) -> Resource:
    """Return a score or a grade; None is said to be unknown."""
    absent = _absent("unknown", "Unknown")
    return {
        "resourceType": "Observation",
        "status": "final" if value is not None else "preliminary",
        "code": {"text": name},
        "subject": subject,
        "effectiveDateTime": instant(at),
        **(absent if value is None else {"valueInteger": value}),
    }


def dose_given(
    drug: str | None, step: str | None, amount: Decimal | None, unit: str | None, at: datetime, subject: Resource
) -> Resource:
    """Return a dose of the drug."""
    dosage = {}
    if amount is not None:
        dosage = {"dosage": {"dose": {"value": amount, **({"unit": unit} if unit else {})}}}
    return {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": {"text": f"{drug or 'drug not recorded'} {step or ''}".strip()},
        "subject": subject,
        "effectiveDateTime": instant(at),
        **dosage,
    }


def medicine_taken(
    name: str, amount: Decimal | None, unit: str | None, purpose: str | None, at: datetime, subject: Resource
) -> Resource:
    """Return another medicine as recorded."""
    spelled = "" if amount is None else f"{amount:f} {unit or ''}".strip()
    return {
        "resourceType": "MedicationStatement",
        "status": "completed",
        "medicationCodeableConcept": {"text": name},
        "subject": subject,
        "effectiveDateTime": instant(at),
        **({"dosage": [{"text": spelled}]} if spelled else {}),
        **({"reasonCode": [{"text": purpose}]} if purpose else {}),
    }


def support_given(words: str, at: datetime, subject: Resource) -> Resource:
    """Return the support that was entered as a procedure that was begun."""
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": f"Support: {words}"},
        "subject": subject,
        "performedDateTime": instant(at),
    }


def vital_sign(
    name: str, numbers: Sequence[Decimal], at: datetime, remarks: Sequence[str], subject: Resource
) -> Resource:
    """Return one home value by the profile for vital signs; no numbers are said to be one never measured."""
    codes, ucum, unit = _VITALS[name]
    if not numbers:
        value = _absent("not-performed", "Not Performed")
    elif name == "blood_pressure":
        components = [
            {"code": concept([code]), "valueQuantity": quantity(number, ucum, unit)}
            for code, number in zip(_PRESSURES, numbers, strict=True)
        ]
        value = {"component": components}
    else:
        value = {"valueQuantity": quantity(numbers[0], ucum, unit)}
    return {
        "resourceType": "Observation",
        "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/vitalsigns"]},
        "status": "final",
        "category": [concept([("vital-signs", "Vital Signs")], f"{HL7}/observation-category")],
        "code": concept(codes),
        "subject": subject,
        "effectiveDateTime": instant(at),
        **value,
        **({"note": [{"text": "; ".join(remarks)}]} if remarks else {}),
    }


def _absent(code: str, words: str) -> Resource:
    return {"dataAbsentReason": concept([(code, words)], f"{HL7}/data-absent-reason")}


def quantity(value: Decimal, ucum: str, unit: str) -> Resource:
    """Return a number with its UCUM unit."""
    return {"value": value, "unit": unit, "system": UCUM, "code": ucum}


def concept(codes: Sequence[tuple[str, str]], system: str = LOINC) -> Resource:
    """Return codes with their words, where they have any."""
    return {
        "coding": [{"system": system, "code": code, **({"display": words} if words else {})} for code, words in codes]
    }


def instant(at: datetime) -> str:
    """Return an instant as R4 writes it."""
    return at.isoformat(timespec="seconds")
