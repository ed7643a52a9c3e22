"""Says in a call what whoever proved who they are may hear, and every number so that it can be written down. Pure.

Never a name, a drug or a value: the grade and how sure it is, what is urgent, the hours since which dose.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from monitor.assessment import Assessment

LONGEST_RUN = 4
"""Digits that are said in one breath."""
RUN = 3
GROUPS = {
    "blood_pressure": "blood pressure",
    "respiratory_rate": "breathing",
    "oximetry": "oxygen",
    "ice": "the I C E score",
    "capd": "the C A P D score",
    "neuro": "neurology",
    "sight": "missing measurements",
    "arrival": "not arrived in time",
}
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def apart(text: str) -> str:
    """Return a number or a code with its digits and letters apart, in groups: `5 5 5, 0 1 0 0`."""
    parts = [part for run in re.findall(r"[^\W_]+|\+", text) for part in _breaths(run)]
    return ", ".join(" ".join(part) if part != "+" else "plus" for part in parts)


def slowly(words: str, *numbers: str) -> str:
    """Return `words` with each of these telephone numbers said digit by digit."""
    for number in numbers:
        words = re.sub(rf"(?<![\w/]){re.escape(number)}(?![\w/])", apart(number), words)
    return words


def clinical_words(assessment: Assessment, groups: Collection[str], now: datetime) -> str:
    """Return what is known of a patient, in sentences for the ear. `groups` are those that are urgent or worse."""
    said = [
        f"Assessed {_age(now - assessment.at)} ago: {assessment.urgency}.",
        _crs(assessment),
        _neurotoxicity(assessment),
        _because(groups),
        _since_dose(assessment),
        _unseen(assessment),
        _where(assessment),
    ]
    return " ".join(sentence for sentence in said if sentence)


def _crs(assessment: Assessment) -> str:
    crs = assessment.crs
    if crs.grade is None:
        grade = "The C R S grade cannot be given."
    elif crs.certainty == "none":
        grade = f"C R S grade {crs.grade}."
    else:
        grade = f"C R S grade {crs.grade}{', at least' if crs.at_least else ''}, {crs.certainty}."
    own = "" if crs.clinician_grade is None else f" A clinician gave grade {crs.clinician_grade}."
    masked = " Medicine may be hiding a fever." if crs.fever_masked else ""
    return grade + own + masked


def _neurotoxicity(assessment: Assessment) -> str:
    icans = assessment.icans
    if icans.clinician_grade:
        return f"ICANS grade {icans.clinician_grade}, given by a clinician."
    if not icans.grade:
        return ""
    return f"ICANS grade {icans.grade}{', at least' if icans.at_least else ''}."


def _because(groups: Collection[str]) -> str:
    if not groups:
        return "Nothing is urgent by itself now."
    words = [GROUPS.get(group, group.replace("symptom ", "", 1).replace("_", " ")) for group in sorted(groups)]
    return f"Because of {_listed(words)}."


def _since_dose(assessment: Assessment) -> str:
    hours, dose = assessment.window.hours_since_dose, assessment.window.dose
    if hours is None or dose is None:
        return "No dose is known."
    return f"{int(hours)} hours after the dose {_label(dose)}."


def _unseen(assessment: Assessment) -> str:
    overdue = [GROUPS.get(group, group) for group in assessment.sight.overdue]
    if assessment.sight.state == "blind":
        return "Nothing about this patient is fresh."
    return f"Overdue: {_listed(overdue)}." if overdue else ""


def _where(assessment: Assessment) -> str:
    return "" if assessment.place in {"home", "discharged"} else f"The patient is {_place(assessment.place)}."


def _place(place: str) -> str:
    return {"travelling": "on the way to the hospital", "ended": "not watched any more"}.get(
        place, f"in hospital: {place.replace('_', ' ')}"
    )


def _label(dose: str) -> str:
    """Return a dose as it is said: abbreviations letter by letter, words as words."""
    return " ".join(" ".join(word) if re.fullmatch(r"[A-Z0-9]{1,6}", word) else word for word in dose.split())


def _breaths(run: str) -> list[str]:
    if len(run) <= LONGEST_RUN or not run.isdecimal():
        return [run]
    # The last group is the longest, as people say telephone numbers: 202 555 0100.
    cut = (len(run) - LONGEST_RUN) % RUN
    groups = [run[:cut]] if cut else []
    return [
        *groups,
        *(run[start : start + RUN] for start in range(cut, len(run) - LONGEST_RUN, RUN)),
        run[-LONGEST_RUN:],
    ]


def _age(age: timedelta) -> str:
    if age < 2 * MINUTE:
        return "a minute"
    if age < 2 * HOUR:
        return f"{age // MINUTE} minutes"
    return f"{age // HOUR} hours"


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
