"""One patient of the emergency department's tests: teclistamab, second step-up dose, ill since the afternoon."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

DOSE_AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NOW = DOSE_AT + timedelta(hours=31, minutes=24)


def at(hours):
    return (DOSE_AT + timedelta(hours=hours)).isoformat()


def reading(hours, celsius, spo2, systolic, diastolic, pulse):
    return {
        "at": at(hours),
        "type": "reading",
        "temperature": {"value": Decimal(celsius), "unit": "Cel", "site": "oral"},
        "oximetry": {"spo2_pct": spo2, "pulse_bpm": pulse},
        "blood_pressure": {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, "pulse_bpm": pulse},
    }


def medication(hours, name, amount, purpose):
    return {"at": at(hours), "type": "medication", "name": name, "amount": amount, "unit": "mg", "purpose": purpose}


ICE = {"type": "ice", "orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 1}


def timeline(**patient):
    """Return the timeline; `patient` adds to or changes the patient object."""
    return {
        "patient": {
            "code": "P-0042",
            "born": "1956-03-01",
            "weight_kg": Decimal("71.5"),
            "timezone": "Europe/Copenhagen",
            "baseline": {"temperature_c": Decimal("36.6"), "systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97},
            "conditions": ["beta_blocker"],
            "allergies": ["penicillin (rash, 2011)"],
            **patient,
        },
        "regimen": {"drug": "teclistamab", "schedule": "us_weekly"},
        "events": [
            {"at": at(-73), **ICE},
            {"at": at(-72), "type": "dose", "step": "SUD1", "amount": Decimal("0.06"), "unit": "mg/kg"},
            medication(-2, "dexamethasone", 16, "premedication"),
            medication(-1.9, "acetaminophen", 1000, "premedication"),
            {"at": at(0), "type": "dose", "step": "SUD2", "amount": Decimal("0.3"), "unit": "mg/kg"},
            reading(20, "36.9", 97, 122, 74, 80),
            reading(26, "37.6", 96, 118, 72, 92),
            reading(28, "38.4", 95, 108, 66, 104),
            medication(28.3, "acetaminophen", 1000, "treatment"),
            {"at": at(30), "type": "symptom", "names": ["rigors", "weakness"]},
            reading(31, "39.1", 91, 86, 51, 118),
            {"at": at(31.05), **ICE},
            {"at": at(31.2), "type": "place", "where": "travelling", "expected_by": None},
        ],
    }


def fullest():
    """Return the longest page there can be: every list beyond its limit, long words everywhere."""
    long = timeline(
        allergies=[f"allergy number {n} with a longer description of what happened" for n in range(6)],
        conditions=["beta_blocker", "pacemaker", "atrial_fibrillation", "home_oxygen"],
    )
    extra = [medication(20 + n / 2, f"medicine number {n} of many", 1000 + n, "treatment") for n in range(12)]
    late = [medication(29 + n / 4, "tocilizumab", 572, "treatment") for n in range(3)]
    neuro = {"at": at(31.1), "type": "neuro", "consciousness": "voice", "seizure": "brief", "motor_weakness": True}
    names = ["rigors", "dizziness", "confusion", "breathlessness", "headache", "vomiting", "rash"]
    support = {
        "at": at(31.15),
        "type": "support",
        "vasopressors": ["norepinephrine", "epinephrine"],
        "vasopressin": True,
        "fluids_for_hypotension": True,
        "oxygen": {"device": "high_flow_cannula", "flow_l_min": 40, "indication": "hypoxia"},
    }
    grades = [
        {"at": at(31.2), "type": "clinician_grade", "syndrome": syndrome, "grade": 3, "by": "Dr Ito"}
        for syndrome in ("crs", "icans")
    ]
    more = [*extra, *late, neuro, {"at": at(31.1), "type": "symptom", "names": names}, support, *grades]
    return {**long, "events": [*long["events"], *more]}


def bare():
    """Return a record of which almost nothing is known."""
    return {
        "patient": {"code": "P-0007"},
        "regimen": {},
        "events": [{"at": at(31), "type": "reading", "temperature": {"value": Decimal("38.4"), "unit": "Cel"}}],
    }
