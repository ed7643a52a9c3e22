"""The page for the emergency department as a FHIR R4 document: a Bundle whose first entry is its Composition. Pure.

Everything referred to stands in the Bundle. Ids follow from patient, instant and content, so that the same page is the
same document. What is not coded with certainty is text: a wrong code is worse than none.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any

import msgspec

from alerts.ed_sheet import EdSheet
from alerts.ed_words import EdWords, Item
from monitor.handover import Handover
from monitor.handover_vitals import Point, VitalTold

Resource = dict[str, Any]
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem"
PATIENT_SYSTEM = "urn:stepguard:patient-code"
_NAMESPACE = uuid.UUID("5f5b7c1e-5b86-4d0e-9c70-7f1a64f6c0d2")
_XHTML = "http://www.w3.org/1999/xhtml"
_DOCUMENT = ("60591-5", "Patient summary Document")
_SECTIONS = {
    "problems": ("11450-4", "Problem list - Reported"),
    "medications": ("10160-0", "History of Medication use Narrative"),
    "allergies": ("48765-2", "Allergies and adverse reactions Document"),
    "vitals": ("8716-3", "Vital signs note"),
}
_VITALS: dict[str, tuple[tuple[tuple[str, str], ...], str, str]] = {
    "temperature": ((("8310-5", "Body temperature"),), "Cel", "C"),
    "oximetry": (
        (("2708-6", "Oxygen saturation in Arterial blood"), ("59408-5", "Oxygen saturation by Pulse oximetry")),
        "%",
        "%",
    ),
    "pulse": ((("8867-4", "Heart rate"),), "/min", "/min"),
    "respiratory_rate": ((("9279-1", "Respiratory rate"),), "/min", "/min"),
}
_PRESSURES = (("8480-6", "Systolic blood pressure"), ("8462-4", "Diastolic blood pressure"))
_encoder = msgspec.json.Encoder(decimal_format="number")


def as_fhir(sheet: EdSheet, page: EdWords) -> bytes:
    """Return the document as JSON; the same page gives the same bytes."""
    return _encoder.encode(document(sheet, page))


def document(sheet: EdSheet, page: EdWords) -> Resource:
    """Return the Bundle as an object. Numbers are exact decimals."""
    told = sheet.handover
    ids = _Ids(told)
    patient = ids.entry("patient", _patient(told))
    author = ids.entry("author", _author(told))
    subject = {"reference": patient["fullUrl"]}
    problems = [ids.entry(f"problem {n}", one) for n, one in enumerate(_problems(told, subject))]
    grades = [ids.entry(f"grade {n}", one) for n, one in enumerate(_grades(told, subject))]
    given = [ids.entry(f"given {n}", one) for n, one in enumerate(_given(told, subject))]
    allergies = [ids.entry(f"allergy {n}", one) for n, one in enumerate(_allergies(told, subject))]
    vitals = [ids.entry(f"vital {n}", one) for n, one in enumerate(_vitals(told.vitals, subject))]
    parts = {"problems": [*problems, *grades], "medications": given, "allergies": allergies, "vitals": vitals}
    composition = ids.entry("composition", _composition(told, page, subject, author["fullUrl"], parts))
    return {
        "resourceType": "Bundle",
        "id": ids.of("bundle"),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{ids.of('bundle')}"},
        "type": "document",
        "timestamp": _instant(told.at),
        "entry": [composition, patient, author, *problems, *grades, *given, *allergies, *vitals],
    }


class _Ids:
    """Gives every part of one document an id that follows from whose page it is, and of when."""

    def __init__(self, told: Handover) -> None:
        self._page = uuid.uuid5(_NAMESPACE, f"{told.profile.code} {told.at.isoformat()} {told.rules_version}")

    def of(self, part: str) -> str:
        return str(uuid.uuid5(self._page, part))

    def entry(self, part: str, resource: Resource) -> Resource:
        own = self.of(part)
        return {"fullUrl": f"urn:uuid:{own}", "resource": {**resource, "id": own}}


def _composition(
    told: Handover, page: EdWords, subject: Resource, author: str, parts: dict[str, list[Resource]]
) -> Resource:
    words = {section.key: section for section in page.sections}
    calls = [Item(text=f"{who}: {number}") for who, number in page.calls]
    values = [Item(text=f"{row.name}: {row.newest}. Before: {row.earlier or 'none'}") for row in page.vitals]
    dose = [Item(text=line) for line in page.headline[:2]]
    own = told.profile
    sections = [
        _section("Who to call, and what not to assume", [*calls, *page.first]),
        _coded("problems", "CRS and neurotoxicity", [Item(text=line) for line in page.headline[2:]], parts, told),
        _coded("medications", "The drug, and what was taken", [*dose, *words["taken"].items], parts, told),
        _coded("allergies", "Allergies", words["patient"].items[1:2], parts, told),
        _coded("vitals", "Home values", values, parts, told),
    ]
    patient_words = [Item(text=f"Born {own.born or 'not recorded'}"), *words["patient"].items]
    rest = [(section.title, section.items) for key, section in words.items() if key not in {"taken", "patient"}]
    sections += [_section(title, items) for title, items in (("Patient", patient_words[1:]), *rest)]
    return {
        "resourceType": "Composition",
        "text": _narrative([*page.headline, page.footer]),
        "status": "final",
        "type": _concept([_DOCUMENT]),
        "subject": subject,
        "date": _instant(told.at),
        "author": [{"reference": author}],
        "title": f"Handover to the emergency department: {page.code}, {page.urgency}",
        "section": sections,
    }


def _section(title: str, items: Iterable[Item]) -> Resource:
    return {"title": title, "text": _narrative([_spoken(item) for item in items])}


def _coded(key: str, title: str, items: Iterable[Item], parts: dict[str, list[Resource]], told: Handover) -> Resource:
    section = {**_section(title, items), "code": _concept([_SECTIONS[key]])}
    if parts[key]:
        return {**section, "entry": [{"reference": one["fullUrl"]} for one in parts[key]]}
    none_known = key == "allergies" and told.profile.allergies is not None
    reason = "nilknown" if none_known else "unavailable"
    return {**section, "emptyReason": _concept([(reason, "")], f"{HL7}/list-empty-reason")}


def _spoken(item: Item) -> str:
    return f"{item.text} [{item.source}]" if item.source else item.text


def _narrative(lines: Sequence[str]) -> Resource:
    said = "".join(f"<p>{escape(line)}</p>" for line in lines) or "<p>Nothing recorded</p>"
    return {"status": "generated", "div": f'<div xmlns="{_XHTML}">{said}</div>'}


def _patient(told: Handover) -> Resource:
    own = told.profile
    born = {} if own.born is None else {"birthDate": own.born}
    identifier = [{"system": PATIENT_SYSTEM, "value": own.code}]
    return {"resourceType": "Patient", "text": _narrative([own.code]), "identifier": identifier, **born}


def _author(told: Handover) -> Resource:
    name = [{"name": "Stepguard", "type": "user-friendly-name"}]
    return {
        "resourceType": "Device",
        "text": _narrative([f"Stepguard, rules {told.rules_version}"]),
        "deviceName": name,
        "version": [{"value": told.rules_version}],
    }


def _problems(told: Handover, subject: Resource) -> Iterator[Resource]:
    crs, icans = told.assessment.crs, told.assessment.icans
    onset = crs.episode.onset if crs.episode is not None and crs.episode.resolved is None else None
    found = (
        (crs.grade, "Cytokine release syndrome", crs.certainty == "confirmed", onset),
        (icans.grade, "Immune effector cell-associated neurotoxicity syndrome", False, None),
    )
    for grade, name, confirmed, since in found:
        if grade:
            status = "confirmed" if confirmed else "provisional"
            began = {} if since is None else {"onsetDateTime": _instant(since)}
            yield {
                "resourceType": "Condition",
                "clinicalStatus": _concept([("active", "Active")], f"{HL7}/condition-clinical"),
                "verificationStatus": _concept([(status, status.capitalize())], f"{HL7}/condition-ver-status"),
                "code": {"text": f"{name}, grade {grade} (ASTCT 2019)"},
                "subject": subject,
                **began,
            }


def _grades(told: Handover, subject: Resource) -> Iterator[Resource]:
    crs, icans = told.assessment.crs, told.assessment.icans
    for name, grade, at_least in (("CRS", crs.grade, crs.at_least), ("ICANS", icans.grade, icans.at_least)):
        said = _score(f"{name} grade (ASTCT 2019)", grade, told.at, subject)
        basis = "at least; " if at_least else ""
        certainty = crs.certainty if name == "CRS" else "from what was asked and examined"
        yield {**said, "note": [{"text": f"{basis}{certainty}"}]}
    if told.ice is not None:
        yield _score("ICE score, 0 to 10 (ASTCT 2019)", told.ice.score, told.ice.at, subject)
    if told.profile.weight_kg is not None:
        yield {
            "resourceType": "Observation",
            "status": "final",
            "code": _concept([("29463-7", "Body weight")]),
            "subject": subject,
            "valueQuantity": _quantity(told.profile.weight_kg, "kg", "kg"),
        }


def _score(name: str, value: int | None, at: datetime, subject: Resource) -> Resource:
    absent = {"dataAbsentReason": _concept([("unknown", "Unknown")], f"{HL7}/data-absent-reason")}
    return {
        "resourceType": "Observation",
        "status": "final" if value is not None else "preliminary",
        "code": {"text": name},
        "subject": subject,
        "effectiveDateTime": _instant(at),
        **(absent if value is None else {"valueInteger": value}),
    }


def _given(told: Handover, subject: Resource) -> Iterator[Resource]:
    for dose in told.doses:
        amount = {}
        if dose.amount is not None:
            amount = {"dosage": {"dose": {"value": dose.amount, **({"unit": dose.unit} if dose.unit else {})}}}
        yield {
            "resourceType": "MedicationAdministration",
            "status": "completed",
            "medicationCodeableConcept": {"text": f"{told.drug or 'drug not recorded'} {dose.step or ''}".strip()},
            "subject": subject,
            "effectiveDateTime": _instant(dose.at),
            **amount,
        }
    for taken in told.taken:
        spelled = "" if taken.amount is None else f"{taken.amount:f} {taken.unit or ''}".strip()
        yield {
            "resourceType": "MedicationStatement",
            "status": "completed",
            "medicationCodeableConcept": {"text": taken.name},
            "subject": subject,
            "effectiveDateTime": _instant(taken.at),
            **({"dosage": [{"text": spelled}]} if spelled else {}),
            **({"reasonCode": [{"text": taken.purpose}]} if taken.purpose else {}),
        }


def _allergies(told: Handover, subject: Resource) -> Iterator[Resource]:
    for name in told.profile.allergies or ():
        yield {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": _concept([("active", "Active")], f"{HL7}/allergyintolerance-clinical"),
            "verificationStatus": _concept([("unconfirmed", "Unconfirmed")], f"{HL7}/allergyintolerance-verification"),
            "code": {"text": name},
            "patient": subject,
        }


def _vitals(vitals: Iterable[VitalTold], subject: Resource) -> Iterator[Resource]:
    for vital in vitals:
        for point in vital.points:
            yield _vital(vital.name, point, subject)


def _vital(name: str, point: Point, subject: Resource) -> Resource:
    if name == "blood_pressure":
        codes: tuple[tuple[str, str], ...] = (("85354-9", "Blood pressure panel with all children optional"),)
        components = [
            {"code": _concept([code]), "valueQuantity": _quantity(number, "mm[Hg]", "mmHg")}
            for code, number in zip(_PRESSURES, point.numbers, strict=True)
        ]
        value: Resource = {"component": components}
    else:
        codes, ucum, unit = _VITALS[name]
        value = {"valueQuantity": _quantity(point.numbers[0], ucum, unit)}
    remarks = [*point.doubts, *([f"site {point.site}"] if point.site else [])]
    return {
        "resourceType": "Observation",
        "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/vitalsigns"]},
        "status": "final",
        "category": [_concept([("vital-signs", "Vital Signs")], f"{HL7}/observation-category")],
        "code": _concept(codes),
        "subject": subject,
        "effectiveDateTime": _instant(point.at),
        **value,
        **({"note": [{"text": "; ".join(remarks)}]} if remarks else {}),
    }


def _quantity(value: Decimal, ucum: str, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": ucum}


def _concept(codes: Sequence[tuple[str, str]], system: str = LOINC) -> Resource:
    return {
        "coding": [{"system": system, "code": code, **({"display": words} if words else {})} for code, words in codes]
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
