"""The summary of an episode as a FHIR R4 document: a Bundle whose first entry is its Composition. Pure.

Everything referred to stands in the Bundle. Who was called is told in words: R4 has no resource for a rung of a ladder.
"""

from collections.abc import Iterator
from datetime import datetime

from alerts.episode_words import EpisodeWords
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
    score,
    section,
    support_given,
    vital_sign,
)
from alerts.paper_words import Item
from monitor.episode_summary import EpisodeSummary, Treatment
from monitor.record import Profile

_DOCUMENT = ("34133-9", "Summary of episode note")
_PROBLEMS = ("11450-4", "Problem list - Reported")
_MEDICINES = ("10160-0", "History of Medication use Narrative")
_VITALS = ("8716-3", "Vital signs note")


def as_fhir(summary: EpisodeSummary, page: EpisodeWords, profile: Profile, made_at: datetime) -> bytes:
    """Return the document as JSON; the same summary made at the same instant gives the same bytes."""
    return encoded(document(summary, page, profile, made_at))


def document(summary: EpisodeSummary, page: EpisodeWords, profile: Profile, made_at: datetime) -> Resource:
    """Return the Bundle as an object. Numbers are exact decimals."""
    ids = Ids(f"{summary.code} episode {summary.number} {made_at.isoformat()} {summary.rules_version}")
    patient = ids.entry("patient", patient_resource(profile))
    device = ids.entry("author", author(summary.rules_version))
    subject = {"reference": patient["fullUrl"]}
    problems = [ids.entry("problem", _condition(summary, subject)), *ids.entries("grade", _grades(summary, subject))]
    given = ids.entries("given", _given(summary, subject))
    supports = ids.entries("support", _supports(summary.treatments, subject))
    vitals = ids.entries("vital", _worst(summary, subject))
    words = {one.key: one for one in page.sections}
    rest = [one for key, one in words.items() if key not in {"treatments", "worst"}]
    composition = {
        "resourceType": "Composition",
        "text": narrative([*page.headline, page.footer]),
        "status": "final" if summary.ended_at is not None else "preliminary",
        "type": concept([_DOCUMENT]),
        "subject": subject,
        "date": instant(made_at),
        "author": [{"reference": device["fullUrl"]}],
        "title": page.title,
        "section": [
            coded_section(_PROBLEMS, "What it was, and how it ended", map(_item, page.headline), problems),
            coded_section(_MEDICINES, words["treatments"].title, words["treatments"].items, [*given, *supports]),
            coded_section(_VITALS, words["worst"].title, words["worst"].items, vitals),
            *(section(one.title, one.items) for one in rest),
        ],
    }
    entries = [ids.entry("composition", composition), patient, device, *problems, *given, *supports, *vitals]
    return document_of(ids, made_at, entries)


def _item(line: str) -> Item:
    return Item(text=line)


def _condition(told: EpisodeSummary, subject: Resource) -> Resource:
    """Return the syndrome as a condition; one that was not over when the watch ended stays active."""
    over = told.ended in {"resolved", "clinician"} and told.ended_at is not None
    status = ("resolved", "Resolved") if over else ("active", "Active")
    sure = "confirmed" if told.peak is not None and told.peak.certainty == "confirmed" else "provisional"
    worst = "never graded" if told.peak is None else f"worst grade {told.peak.grade} (ASTCT 2019)"
    ended = {"abatementDateTime": instant(told.ended_at)} if over and told.ended_at is not None else {}
    return {
        "resourceType": "Condition",
        "clinicalStatus": concept([status], f"{HL7}/condition-clinical"),
        "verificationStatus": concept([(sure, sure.capitalize())], f"{HL7}/condition-ver-status"),
        "code": {"text": f"Cytokine release syndrome, {worst}"},
        "subject": subject,
        "onsetDateTime": instant(told.onset),
        **ended,
    }


def _grades(told: EpisodeSummary, subject: Resource) -> Iterator[Resource]:
    peak = told.peak
    if peak is None:
        yield score("Worst CRS grade (ASTCT 2019)", None, told.onset, subject)
    else:
        basis = f"{'at least; ' if peak.at_least else ''}{peak.certainty}"
        yield {**score("Worst CRS grade (ASTCT 2019)", peak.grade, peak.at, subject), "note": [{"text": basis}]}
    at = told.ended_at or told.onset
    if told.clinician_peak is not None:
        yield score("Worst CRS grade given by a clinician (ASTCT 2019)", told.clinician_peak, at, subject)
    if told.icans_peak is not None:
        yield score("Worst ICANS grade (ASTCT 2019)", told.icans_peak, at, subject)


def _given(told: EpisodeSummary, subject: Resource) -> Iterator[Resource]:
    if told.dose is not None:
        dose = told.dose
        yield dose_given(told.drug, dose.step, dose.amount, dose.unit, dose.at, subject)
    for one in told.treatments:
        if one.kind == "medicine":
            yield medicine_taken(one.what, one.amount, one.unit, one.purpose, one.at, subject)


def _supports(treatments: tuple[Treatment, ...], subject: Resource) -> Iterator[Resource]:
    """Give each entered support as a procedure that was begun; that nothing is given any more is told in words."""
    for one in treatments:
        if one.kind == "support" and one.what != "none":
            yield support_given(one.what, one.at, subject)


def _worst(told: EpisodeSummary, subject: Resource) -> Iterator[Resource]:
    for one in told.worst:
        yield vital_sign(one.vital, one.numbers, one.at, ["worst of the episode, measured at home"], subject)
