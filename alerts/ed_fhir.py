"""The page for the emergency department as a FHIR R4 document: a Bundle whose first entry is its Composition. Pure.

Everything referred to stands in the Bundle.
"""

from collections.abc import Iterable, Iterator

from alerts.ed_sheet import EdSheet
from alerts.ed_words import EdWords
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
    support_given,
    vital_sign,
)
from alerts.paper_words import Item
from monitor.handover import Handover
from monitor.handover_vitals import TEXTED

_CRS, _ICANS = "Cytokine release syndrome", "Immune effector cell-associated neurotoxicity syndrome"
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
    vitals = ids.entries("vital", _vitals(told, subject))
    parts = {"problems": [*problems, *grades], "medications": given, "allergies": allergies, "vitals": vitals}
    composition = ids.entry("composition", _composition(told, page, subject, device["fullUrl"], parts))
    entries = [composition, patient, device, *problems, *grades, *given, *allergies, *vitals]
    return document_of(ids, told.at, entries)


def _composition(
    told: Handover, page: EdWords, subject: Resource, by: str, parts: dict[str, list[Resource]]
) -> Resource:
    words = {one.key: one for one in page.sections}
    calls = [Item(text=f"{who}: {number}") for who, number in page.calls]
    values = [Item(text=f"{row.name}: {row.newest}. Before: {row.earlier or 'none'}") for row in page.vitals]
    dose, course = ([Item(text=line) for line in lines] for lines in (page.drug, (*page.grades, *page.course)))
    sections = [
        section("Who to call, and what not to assume", [*calls, *page.first]),
        _coded("problems", "CRS and neurotoxicity", course, parts, told),
        _coded("medications", "The drug, and what was taken", [*dose, *words["taken"].items], parts, told),
        _coded("allergies", "Allergies", words["patient"].items[1:2], parts, told),
        _coded("vitals", "Home values", values, parts, told),
    ]
    sections += [section(one.title, one.items) for key, one in words.items() if key != "taken"]
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
    since = crs.episode.onset if crs.episode is not None and crs.episode.resolved is None else None
    for said, name, confirmed in ((crs, _CRS, crs.certainty == "confirmed"), (icans, _ICANS, False)):
        if not said.grade and not said.clinician_grade:
            continue
        status = "confirmed" if confirmed or said.clinician_grade else "provisional"
        graded = [f"grade {said.grade}"] if said.grade else []
        graded += [f"grade {said.clinician_grade} by a clinician"] if said.clinician_grade else []
        began = {} if since is None or said is not crs else {"onsetDateTime": instant(since)}
        yield {
            "resourceType": "Condition",
            "clinicalStatus": concept([("active", "Active")], f"{HL7}/condition-clinical"),
            "verificationStatus": concept([(status, status.capitalize())], f"{HL7}/condition-ver-status"),
            "code": {"text": f"{name}, {', '.join(graded)} (ASTCT 2019)"},
            "subject": subject,
            **began,
        }


def _grades(told: Handover, subject: Resource) -> Iterator[Resource]:
    crs, icans = told.assessment.crs, told.assessment.icans
    for name, said, basis in (("CRS", crs, crs.certainty), ("ICANS", icans, "from what was asked and examined")):
        graded = score(f"{name} grade (ASTCT 2019)", said.grade, told.at, subject)
        yield {**graded, "note": [{"text": f"{'at least; ' if said.at_least else ''}{basis}"}]}
        if said.clinician_grade is not None:
            yield score(f"{name} grade given by a clinician (ASTCT 2019)", said.clinician_grade, told.at, subject)
    if told.ice is not None:
        yield score("ICE score, 0 to 10 (ASTCT 2019)", told.ice.score, told.ice.at, subject)
    if told.capd is not None:
        yield score("CAPD score, 0 to 32 (ASTCT 2019)", told.capd.score, told.capd.at, subject)
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
    if told.support is not None and told.support.words != "none":
        yield support_given(told.support.words, told.support.at, subject)


def _allergies(told: Handover, subject: Resource) -> Iterator[Resource]:
    for name in told.profile.allergies or ():
        yield {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": concept([("active", "Active")], f"{HL7}/allergyintolerance-clinical"),
            "verificationStatus": concept([("unconfirmed", "Unconfirmed")], f"{HL7}/allergyintolerance-verification"),
            "code": {"text": name},
            "patient": subject,
        }


def _vitals(told: Handover, subject: Resource) -> Iterator[Resource]:
    for vital in told.vitals:
        if not vital.points:
            yield vital_sign(vital.name, (), told.at, ["never measured at home"], subject)
        for point in vital.points:
            site, typed = [f"site {point.site}"] if point.site else [], [TEXTED] if point.by_text else []
            remarks = [*point.doubts, *site, *typed]
            yield vital_sign(vital.name, point.numbers, point.at, remarks, subject)
