"""The page as a FHIR R4 document: read by another library's models, and held against R4's own rules."""

import copy
import json

import pytest
from fhir.resources.R4B.bundle import Bundle

from alerts.ed_fhir import as_fhir
from alerts.ed_words import words


@pytest.fixture(scope="module", params=["timeline", "fullest", "bare"])
def document(request, ed_patient, ed_sheet):
    sheet = ed_sheet(getattr(ed_patient, request.param)())
    return as_fhir(sheet, words(sheet))


@pytest.fixture(scope="module")
def usual(ed_patient, ed_sheet):
    sheet = ed_sheet(ed_patient.timeline())
    return json.loads(as_fhir(sheet, words(sheet)))


def of_kind(bundle, kind):
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def observed(bundle, code):
    return [
        one
        for one in of_kind(bundle, "Observation")
        if any(coding["code"] == code for coding in one["code"].get("coding", ()))
    ]


def test_another_librarys_models_read_the_document(document):
    # R4B: for these resources it is what R4 sends over the wire.
    read = Bundle.model_validate_json(document)
    assert read.entry[0].resource.get_resource_type() == "Composition"


def test_it_keeps_the_rules_of_r4(document, fhir_r4):
    assert fhir_r4.broken(json.loads(document)) == []


def test_the_same_page_is_the_same_document(ed_patient, ed_sheet):
    one, other = ed_sheet(ed_patient.timeline()), ed_sheet(ed_patient.timeline())
    assert as_fhir(one, words(one)) == as_fhir(other, words(other))


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda bundle: bundle["entry"].reverse(), "bdl-11"),
        (lambda bundle: bundle.pop("timestamp"), "bdl-10"),
        (lambda bundle: bundle["entry"].pop(1), "not in the Bundle"),
        (lambda bundle: bundle["entry"].append(bundle["entry"][1]), "bdl-7"),
        (lambda bundle: observed(bundle, "8310-5")[0].pop("effectiveDateTime"), "vs-1"),
        (lambda bundle: observed(bundle, "8310-5")[0].pop("valueQuantity"), "vs-2"),
        (lambda bundle: observed(bundle, "85354-9")[0]["component"][0].pop("valueQuantity"), "vs-3"),
        (lambda bundle: of_kind(bundle, "AllergyIntolerance")[0].pop("clinicalStatus"), "ait-1"),
        (lambda bundle: of_kind(bundle, "Composition")[0].update(title=""), "ele-1"),
        (lambda bundle: observed(bundle, "8867-4")[0]["code"]["coding"][0].update(code="8889-8"), "LOINC"),
    ],
)
def test_the_rules_find_a_document_that_breaks_them(usual, fhir_r4, spoil, rule):
    spoiled = copy.deepcopy(usual)
    spoil(spoiled)
    assert any(rule in sentence for sentence in fhir_r4.broken(spoiled))


def test_numbers_stand_as_they_were_measured_with_their_units(usual):
    newest = observed(usual, "8310-5")[-1]
    assert newest["valueQuantity"] == {
        "value": 39.1,
        "unit": "C",
        "system": "http://unitsofmeasure.org",
        "code": "Cel",
    }
    pressure = observed(usual, "85354-9")[-1]
    assert [part["valueQuantity"]["value"] for part in pressure["component"]] == [86, 51]
    saturation = observed(usual, "59408-5")[-1]
    assert {coding["code"] for coding in saturation["code"]["coding"]} == {"2708-6", "59408-5"}


def test_a_suspected_grade_is_provisional_and_an_unknown_one_has_a_reason(usual, ed_patient, ed_sheet):
    [crs] = of_kind(usual, "Condition")
    assert crs["verificationStatus"]["coding"][0]["code"] == "provisional"
    assert "grade 2" in crs["code"]["text"]
    sheet = ed_sheet(ed_patient.fullest())
    confirmed = of_kind(json.loads(as_fhir(sheet, words(sheet))), "Condition")[0]
    assert confirmed["verificationStatus"]["coding"][0]["code"] == "confirmed"
    bare = ed_sheet({"patient": {"code": "P-1"}, "regimen": {}, "events": []})
    grades = [
        one for one in of_kind(json.loads(as_fhir(bare, words(bare))), "Observation") if "grade" in str(one["code"])
    ]
    assert grades
    assert all("dataAbsentReason" in one for one in grades)


def test_a_clinicians_grade_stands_beside_the_computed_one(ed_patient, ed_sheet):
    sheet = ed_sheet(ed_patient.fullest())
    bundle = json.loads(as_fhir(sheet, words(sheet)))
    graded = {
        one["code"]["text"]: one["valueInteger"] for one in of_kind(bundle, "Observation") if "valueInteger" in one
    }
    assert (graded["CRS grade (ASTCT 2019)"], graded["CRS grade given by a clinician (ASTCT 2019)"]) == (4, 3)
    assert "grade 4, grade 3 by a clinician" in of_kind(bundle, "Condition")[1]["code"]["text"]
    assert "high flow cannula" in of_kind(bundle, "Procedure")[0]["code"]["text"]


def test_a_vital_sign_that_nobody_measured_says_so(usual):
    [breaths] = observed(usual, "9279-1")
    assert breaths["dataAbsentReason"]["coding"][0]["code"] == "not-performed"


def test_allergies_that_nobody_recorded_and_none_known_are_two_answers(ed_patient, ed_sheet):
    def reason(allergies):
        sheet = ed_sheet(ed_patient.timeline(allergies=allergies))
        composition = json.loads(as_fhir(sheet, words(sheet)))["entry"][0]["resource"]
        [section] = [one for one in composition["section"] if one["title"] == "Allergies"]
        return section["emptyReason"]["coding"][0]["code"]

    assert reason(None) == "unavailable"
    assert reason([]) == "nilknown"


def test_nobody_is_named_but_by_the_opaque_code(usual):
    [patient] = of_kind(usual, "Patient")
    assert set(patient) == {"resourceType", "text", "identifier", "birthDate", "id"}
    assert patient["identifier"][0]["value"] == "P-0042"
