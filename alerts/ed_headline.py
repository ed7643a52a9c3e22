"""The first lines of the page for the emergency department: what was given, how bad it is, where it stands. Pure.

Written for somebody who has never heard of the drug.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from alerts.paper_words import NOT_RECORDED, PLACES, ago, clock, plain
from monitor.assessment import Crs, Icans
from monitor.handover import Handover, OnsetTold

_PHASES = {
    "before": "unknown, no dose is recorded",
    "open": "now: before the usual peak",
    "peak": "now: at the usual peak",
    "closing": "now: after the usual peak, still in the window",
    "closed": "now: outside the usual window. Look hard for infection; CRS still possible",
    "unknown": "unknown for this drug: treat any hour as in the window",
}
_OF_OTHERS = {"drug": "other doses of this drug", "route": "other drugs given this way"}
_IN_DAYS_FROM_H = 72


def drug_lines(told: Handover, zone: ZoneInfo) -> Iterator[str]:
    """Give the drug in words, and its dose."""
    yield _drug(told)
    yield _dose(told, zone)


def grade_lines(told: Handover) -> Iterator[str]:
    """Give CRS, and ICANS where there is any; ICANS comes first where there is no CRS."""
    crs, icans = told.assessment.crs, told.assessment.icans
    neuro = []
    if icans.grade or icans.clinician_grade:
        least = " or more" if icans.at_least else ""
        graded = "not graded by answers" if icans.grade is None else f"grade {icans.grade}{least}"
        neuro.append(f"ICANS (neurotoxicity) {graded}{_opinion(icans)}")
    said = f"{_crs(told, crs)}{_opinion(crs)}"
    yield from (said, *neuro) if crs.grade or crs.clinician_grade else (*neuro, said)


def course_lines(told: Handover, zone: ZoneInfo) -> Iterator[str]:
    """Give since when it has been so and where the patient is, and when CRS usually begins."""
    episode, said = told.assessment.crs.episode, ""
    if episode is not None and episode.resolved is None:
        said = f"Since {clock(episode.onset, zone)} ({ago(episode.onset, told.at)})"
        worse = episode.peak is not None and episode.peak != told.assessment.crs.grade
        said += f", peak so far {episode.peak}. " if worse else ". "
    expected = f", expected by {told.expected_by.astimezone(zone):%H:%M}" if told.expected_by else ""
    yield f"{said}Now {PLACES[told.assessment.place]}{expected}"
    phase = _PHASES[told.assessment.window.phase]
    yield f"When CRS begins: {phase}" if told.onset is None else _window(told.onset, phase)


def _drug(told: Handover) -> str:
    if told.drug is None:
        return f"Drug {NOT_RECORDED}: a T-cell-engaging (bispecific) antibody"
    named = told.drug + (f" ({told.brand})" if told.brand else "")
    target = f", {told.target}" if told.target else ""
    route = {"SC": ", under the skin", "IV": ", by vein", "cIV": ", continuous infusion"}.get(told.route or "", "")
    return f"{named}: T-cell-engaging antibody{target}{route}; can cause cytokine release syndrome (CRS)"


def _dose(told: Handover, zone: ZoneInfo) -> str:
    dose = told.dose
    if dose is None:
        return f"Dose {NOT_RECORDED}"
    amount = f", {plain(dose.amount)} {dose.unit or ''}".rstrip() if dose.amount is not None else ""
    step = f" ({dose.step}{amount})" if dose.step else f" ({amount[2:]})" if amount else ""
    since = ago(dose.at, told.at) if dose.hours < 2 else f"{dose.hours:.0f} h ago"  # noqa: PLR2004 - as in `ago`
    days = f" ({dose.hours / 24:.0f} d)" if dose.hours >= _IN_DAYS_FROM_H else ""
    later = len(told.doses) - dose.number
    more = f"; {later} later dose{'s' if later > 1 else ''} given since" if later else ""
    return f"Dose {dose.number}{step} on {clock(dose.at, zone)}: {since}{days}{more}"


def _crs(told: Handover, crs: Crs) -> str:
    if crs.grade is None:
        return "CRS cannot be graded from what is known"
    if crs.grade == 0:
        return _no_crs(told, crs)
    if crs.certainty == "confirmed":
        return f"CRS grade {crs.grade}{' or more' if crs.at_least else ''}, CONFIRMED by what staff entered"
    return f"CRS grade {crs.grade} or more, SUSPECTED: from home values, nobody has examined the patient"


def _no_crs(told: Handover, crs: Crs) -> str:
    """Say what a grade of 0 rests on: beside a fever, or a patient who is not well, it must not reassure."""
    hidden = "; fever may be hidden by a medicine" if crs.fever_masked else ""
    if crs.fever and not told.doses:
        return "Fever, and no dose is recorded: if the drug was given, this may be CRS"
    if crs.fever:
        return "Fever that was not counted as CRS: the reasons stand below"
    if told.assessment.urgency in {"urgent", "emergency"}:
        return f"CRS grade 0, for no fever is seen: that does not exclude it{hidden}"
    return f"No sign of CRS in the values that are fresh{hidden}"


def _opinion(said: Crs | Icans) -> str:
    if said.clinician_grade is None:
        return ""
    differs = said.disagrees and said.grade is not None
    return f". A clinician graded {said.clinician_grade}" + (": differs" if differs else "")


def _window(onset: OnsetTold, phase: str) -> str:
    others = _OF_OTHERS.get(onset.basis)
    doubt = f"UNCERTAIN, from {others}: " if others else "UNCERTAIN: " if onset.confidence == "uncertain" else ""
    source = "several sources" if onset.basis == "route" else onset.source
    return (
        f"{doubt}CRS after this dose mostly begins {onset.peak_from_h:.0f}-{onset.peak_to_h:.0f} h after it "
        f"(95 in 100: {onset.low_h:.0f}-{onset.high_h:.0f} h) [{source}]; {phase}"
    )
