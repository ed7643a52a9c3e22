"""Rules of FHIR R4 that a document must keep, checked on plain objects: each broken rule is one sentence."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
DATES = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
REQUIRED = {
    "Composition": ("status", "type", "date", "author", "title"),
    "Observation": ("status", "code"),
    "Condition": ("subject",),
    "AllergyIntolerance": ("patient",),
    "MedicationStatement": ("status", "subject", "medicationCodeableConcept"),
    "MedicationAdministration": ("status", "subject", "medicationCodeableConcept", "effectiveDateTime"),
    "Procedure": ("status", "subject"),
    "Patient": (),
    "Device": (),
}
XHTML_ALLOWED = {"div", "p", "ul", "li", "b", "table", "tr", "td", "th", "br"}
LOINC = {
    "8310-5": "Body temperature",
    "2708-6": "Oxygen saturation in Arterial blood",
    "59408-5": "Oxygen saturation in Arterial blood by Pulse oximetry",
    "8867-4": "Heart rate",
    "9279-1": "Respiratory rate",
    "85354-9": "Blood pressure panel with all children optional",
    "8480-6": "Systolic blood pressure",
    "8462-4": "Diastolic blood pressure",
    "29463-7": "Body weight",
    "60591-5": "Patient summary Document",
    "34133-9": "Summary of episode note",
    "11450-4": "Problem list - Reported",
    "10160-0": "History of Medication use Narrative",
    "48765-2": "Allergies and adverse reactions Document",
    "8716-3": "Vital signs note",
}
"""Every code of LOINC that may stand in a document, with its long common name."""
VITAL_SIGNS = "http://hl7.org/fhir/StructureDefinition/vitalsigns"


def broken(bundle) -> list[str]:
    """Return every rule that a document Bundle breaks; empty when it keeps them."""
    return [*_of_bundle(bundle), *(f for entry in bundle["entry"] for f in _of_resource(entry["resource"]))]


def _of_bundle(bundle) -> Iterator[str]:
    if bundle["type"] != "document" or bundle["entry"][0]["resource"]["resourceType"] != "Composition":
        yield "bdl-11: a document begins with its Composition"
    if not bundle.get("identifier", {}).get("system") or not bundle["identifier"].get("value"):
        yield "bdl-9: a document has an identifier with system and value"
    if not INSTANT.fullmatch(bundle.get("timestamp", "")):
        yield "bdl-10: a document has a timestamp"
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    if len(set(urls)) != len(urls):
        yield "bdl-7: every fullUrl stands once"
    for entry in bundle["entry"]:
        if entry["fullUrl"] != f"urn:uuid:{entry['resource']['id']}":
            yield f"bdl-8: {entry['fullUrl']} is not the id of its resource"
    referred = set(_references(bundle))
    yield from (f"{one} is referred to and not in the Bundle" for one in referred - set(urls))
    yield from (f"{one} is in the Bundle and nothing refers to it" for one in set(urls[1:]) - referred)


def _of_resource(resource) -> Iterator[str]:
    kind = resource["resourceType"]
    if kind not in REQUIRED:
        yield f"{kind}: not expected here"
        return
    yield from (f"{kind}.{key} is required" for key in REQUIRED[kind] if not resource.get(key))
    yield from _walk(resource, kind)
    if kind == "Composition":
        for section in resource["section"]:
            yield from _of_section(section)
    if kind == "Observation":
        yield from _of_observation(resource)
    if kind == "AllergyIntolerance" and not resource.get("clinicalStatus"):
        yield "ait-1: an allergy that is no mistake has a clinical status"
    if kind == "Condition" and not resource.get("clinicalStatus"):
        yield "con-3: a condition has a clinical status"
    if kind == "Condition" and any(key.startswith("abatement") for key in resource):
        status = resource["clinicalStatus"]["coding"][0]["code"]
        if status not in {"inactive", "resolved", "remission"}:
            yield f"con-4: a condition that is over is not {status}"
    if (
        kind == "MedicationAdministration"
        and "dosage" in resource
        and not {"dose", "rateRatio"} & set(resource["dosage"])
    ):
        yield "mad-1: a dosage has a dose or a rate"


def _of_section(section) -> Iterator[str]:
    if not {"text", "entry", "section"} & set(section):
        yield f"cmp-1: section {section['title']} says nothing"
    if "emptyReason" in section and "entry" in section:
        yield f"cmp-2: section {section['title']} is empty and is not"
    if "code" in section and not {"entry", "emptyReason"} & set(section):
        yield f"section {section['title']} has neither entries nor a reason"


def _of_observation(one) -> Iterator[str]:
    values = [key for key in one if key.startswith("value")]
    if len(values) > 1 or (values and "dataAbsentReason" in one):
        yield "obs-6: one value, or a reason why there is none"
    if VITAL_SIGNS in one.get("meta", {}).get("profile", ()):
        if "effectiveDateTime" not in one:
            yield "vs-1: a vital sign has its time"
        if not values and not {"dataAbsentReason", "component"} & set(one):
            yield "vs-2: a vital sign has a value or a reason"
        for part in one.get("component", ()):
            if "valueQuantity" not in part and "dataAbsentReason" not in part:
                yield "vs-3: a component has a value or a reason"


def _walk(value, where) -> Iterator[str]:
    if isinstance(value, dict):
        if not value:
            yield f"ele-1: {where} is empty"
        if value.get("system") == "http://loinc.org" and LOINC.get(value["code"]) != value.get("display"):
            yield f"LOINC: {where} is not {value['code']} by its name"
        for key, inner in value.items():
            if key == "div":
                yield from _of_narrative(inner, where)
            elif key.endswith(("DateTime", "date")) and not (INSTANT.fullmatch(inner) or DATES.fullmatch(inner)):
                yield f"{where}.{key}: {inner} is no date"
            else:
                yield from _walk(inner, f"{where}.{key}")
    elif isinstance(value, list):
        if not value:
            yield f"ele-1: {where} is an empty list"
        for inner in value:
            yield from _walk(inner, where)
    elif value is None or value == "":
        yield f"ele-1: {where} has no value"


def _of_narrative(div, where) -> Iterator[str]:
    tree = ET.fromstring(div)  # noqa: S314 - written by the code under test
    names = {element.tag.removeprefix("{http://www.w3.org/1999/xhtml}") for element in tree.iter()}
    if names - XHTML_ALLOWED:
        yield f"txt-1: {where} has {names - XHTML_ALLOWED}"
    if not "".join(tree.itertext()).strip():
        yield f"txt-2: {where} says nothing"


def _references(value) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
