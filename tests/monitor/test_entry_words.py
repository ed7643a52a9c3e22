"""An entered fact is read back in the words of the ward, with every value it has."""

import pytest

from monitor.entry_words import spell_entry

CASES = {
    "SUD2 0.3 mg/kg": {"type": "dose", "step": "SUD2", "amount": 0.3, "unit": "mg/kg", "ended_at": None},
    "dose": {"type": "dose"},
    "paracetamol 1000 mg (treatment)": {
        "type": "medication",
        "name": "paracetamol",
        "amount": 1000,
        "unit": "mg",
        "purpose": "treatment",
    },
    "norepinephrine, vasopressin, nasal cannula 4 L/min": {
        "type": "support",
        "vasopressors": ["norepinephrine"],
        "vasopressin": True,
        "oxygen": {"device": "nasal_cannula", "flow_l_min": 4},
    },
    "nasal cannula (chronic)": {
        "type": "support",
        "oxygen": {"device": "nasal_cannula", "flow_l_min": None, "indication": "chronic"},
    },
    "no support": {"type": "support"},
    "called the daughter": {"type": "note", "text": "called the daughter"},
    "ICE 9/10 (4 3 1 1 0)": {
        "type": "ice",
        "orientation": 4,
        "naming": 3,
        "commands": 1,
        "writing": 1,
        "attention": 0,
    },
    "awakens: voice, brief seizure, motor weakness, focal cerebral oedema": {
        "type": "neuro",
        "consciousness": "voice",
        "seizure": "brief",
        "motor_weakness": True,
        "cerebral_edema": "focal",
    },
    "all symptoms answered": {"type": "symptom", "names": []},
    "fever attributed to infection": {"type": "attribution", "sign": "fever", "cause": "infection"},
    "CRS grade 3 by Dr Ito": {"type": "clinician_grade", "syndrome": "crs", "grade": 3, "by": "Dr Ito"},
    "ICANS grade withdrawn": {"type": "clinician_grade", "syndrome": "icans", "grade": None},
    "emergency department": {"type": "place", "where": "emergency_department", "expected_by": None},
    "struck out m3 (wrong patient)": {"type": "void", "of": "m3", "why": "wrong patient"},
    "1: peak grade 2 or more suspected, 28.5 h after SUD2, resolved while fever could be hidden after 38 h": {
        "type": "episode_summary",
        "summary": {
            "number": 1,
            "peak": {"grade": 2, "at_least": True, "certainty": "suspected"},
            "dose": {"step": "SUD2", "hours": 28.5},
            "onset": "2026-03-02T10:00:00+00:00",
            "ended_at": "2026-03-04T00:00:00+00:00",
            "ended": "resolved",
            "masked_at_end": True,
        },
    },
    "2: never graded, open when the watch ended": {
        "type": "episode_summary",
        "summary": {"number": 2, "peak": None, "ended": "watch_ended"},
    },
    "118 mmHg systolic": {"type": "baseline", "systolic_mmhg": 118},
}


@pytest.mark.parametrize("words", CASES)
def test_an_entry_reads_back(words: str) -> None:
    envelope = {"at": "2026-03-02T10:00:00Z", "id": "m1", "entered_at": "2026-03-02T10:00:00Z"}
    assert spell_entry({**envelope, **CASES[words]}) == words
