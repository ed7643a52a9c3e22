"""The page for the emergency department as a FHIR R4 document: a Bundle whose first entry is its Composition. Pure.

Everything referred to stands in the Bundle.
"""

from collections.abc import Iterable, Iterator

from alerts.ed_sheet import EdSheet
from alerts.ed_words import EdWords, Item
from alerts.fhir_parts import (
    HL7,
    Ids,
    Resource,
    author,
    coded_section,
    concept,
    document_of,
    dose_given,
    encoded,
    instant,
    medicine_taken,
    narrative,
    patient_resource,
    quantity,
    score,
    section,
    vital_sign,
)
from monitor.handover import Handover
from monitor.handover_vitals import VitalTold

_DOCUMENT = ("60591-5", "Patient summary Document")
_SECTIONS = {
    "problems": ("11450-4", "Problem list - Reported"),
    "medications": ("10160-0", "History of Medication use Narrative"),
    "allergies": ("48765-2", "Allergies and adverse reactions Document"),
    "vitals": ("8716-3", "Vital signs note"),
}


def as_fhir(sheet: EdSheet, page: EdWords) -> bytes:
    """Return the document as JSON; the same page gives the same bytes."""
    return encoded(document(sheet, page))


def document(sheet: EdSheet, page: EdWords) -> Resource:
    """Return the Bundle as an object. Numbers are exact decimals."""
    told = sheet.handover
    ids = Ids(f"{told.profile.code} {told.at.isoformat()} {told.rules_version}")
    patient = ids.entry("patient", patient_resource(told.profile))
    device = ids.entry("author", author(told.rules_version))
    subject = {"reference": patient["fullUrl"]}
    problems = ids.entries("problem", _problems(told, subject))
    grades = ids.entries("grade", _grades(told, subject))
    given = ids.entries("given", _given(told, subject))
    allergies = ids.entries("allergy", _allergies(told, subject))
    vitals = ids.entries("vital", _vitals(told.vitals, subject))
    parts = {"problems": [*problems, *grades], "medications": given, "allergies": allergies, "vitals": vitals}
    composition = ids.entry("composition", _composition(told, page, subject, device["fullUrl"], parts))
    entries = [composition, patient, device, *problems, *grades, *given, *allergies, *vitals]
    return document_of(ids, told.at, entries)


def _composition(
    told: Handover, page: EdWords, subject: Resource, by: str, parts: dict[str, list[Resource]]
) -> Resource:
    words = {section.key: section for section in page.sections}
    calls = [Item(text=f"{who}: {number}") for who, number in page.calls]
    values = [Item(text=f"{row.name}: {row.newest}. Before: {row.earlier or 'none'}") for row in page.vitals]
    dose = [Item(text=line) for line in page.headline[:2]]
    own = told.profile
    sections = [
        section("Who to call, and what not to assume", [*calls, *page.first]),
        _coded("problems", "CRS and neurotoxicity", [Item(text=line) for line in page.headline[2:]], parts, told),
        _coded("medications", "The drug, and what was taken", [*dose, *words["taken"].items], parts, told),
        _coded("allergies", "Allergies", words["patient"].items[1:2], parts, told),
        _coded("vitals", "Home values", values, parts, told),
    ]
    patient_words = [Item(text=f"Born {own.born or 'not recorded'}"), *words["patient"].items]
    rest = [(section.title, section.items) for key, section in words.items() if key not in {"taken", "patient"}]
    sections += [section(title, items) for title, items in (("Patient", patient_words[1:]), *rest)]
    return {
        "resourceType": "Composition",
        "text": narrative([*page.headline, page.footer]),
        "status": "final",
        "type": concept([_DOCUMENT]),
        "subject": subject,
        "date": instant(told.at),
        "author": [{"reference": by}],
        "title": f"Handover to the emergency department: {page.code}, {page.urgency}",
        "section": sections,
    }


def _coded(key: str, title: str, items: Iterable[Item], parts: dict[str, list[Resource]], told: Handover) -> Resource:
    none_known = key == "allergies" and told.profile.allergies is not None
    return coded_section(_SECTIONS[key], title, items, parts[key], none_known=none_known)


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
            began = {} if since is None else {"onsetDateTime": instant(since)}
            yield {
                "resourceType": "Condition",
                "clinicalStatus": concept([("active", "Active")], f"{HL7}/condition-clinical"),
                "verificationStatus": concept([(status, status.capitalize())], f"{HL7}/condition-ver-status"),
                "code": {"text": f"{name}, grade {grade} (ASTCT 2019)"},
                "subject": subject,
                **began,
            }


def _grades(told: Handover, subject: Resource) -> Iterator[Resource]:
    crs, icans = told.assessment.crs, told.assessment.icans
    for name, grade, at_least in (("CRS", crs.grade, crs.at_least), ("ICANS", icans.grade, icans.at_least)):
        said = score(f"{name} grade (ASTCT 2019)", grade, told.at, subject)
        basis = "at least; " if at_least else ""
        certainty = crs.certainty if name == "CRS" else "from what was asked and examined"
        yield {**said, "note": [{"text": f"{basis}{certainty}"}]}
    if told.ice is not None:
        yield score("ICE score, 0 to 10 (ASTCT 2019)", told.ice.score, told.ice.at, subject)
    if told.profile.weight_kg is not None:
        yield {
            "resourceType": "Observation",
            "status": "final",
            "code": concept([("29463-7", "Body weight")]),
            "subject": subject,
            "valueQuantity": quantity(told.profile.weight_kg, "kg", "kg"),
        }


def _given(told: Handover, subject: Resource) -> Iterator[Resource]:
    for dose in told.doses:
        yield dose_given(told.drug, dose.step, dose.amount, dose.unit, dose.at, subject)
    for taken in told.taken:
        yield medicine_taken(taken.name, taken.amount, taken.unit, taken.purpose, taken.at, subject)


def _allergies(told: Handover, subject: Resource) -> Iterator[Resource]:
    for name in told.profile.allergies or ():
        yield {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": concept([("active", "Active")], f"{HL7}/allergyintolerance-clinical"),
            "verificationStatus": concept([("unconfirmed", "Unconfirmed")], f"{HL7}/allergyintolerance-verification"),
            "code": {"text": name},
            "patient": subject,
        }


def _vitals(vitals: Iterable[VitalTold], subject: Resource) -> Iterator[Resource]:
    for vital in vitals:
        for point in vital.points:
            remarks = [*point.doubts, *([f"site {point.site}"] if point.site else [])]
            yield vital_sign(vital.name, point.numbers, point.at, remarks, subject)
