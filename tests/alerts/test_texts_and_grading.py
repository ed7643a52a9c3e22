"""Whatever a home texts, graded for real: nobody is called about with less urgency until a person has accepted."""

import json
import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from alerts.home_replies import FromHome, read_home
from alerts.home_values import ice_would_lower
from alerts.home_words import languages, words_of
from alerts.incident_news import observe, open_for, pass_time
from alerts.policy_file import load_policy, terms_of
from alerts.report import rank, report_of
from alerts.sources import native_payload
from monitor.course import Course
from monitor.rulebook import load_rules
from monitor.timeline import parse_timeline

ASKED = os.environ.get("STEPGUARD_EXAMPLES")
EXAMPLES = 24 if ASKED is None else 2 * int(ASKED)
"""How many nights are graded: `make texts` asks for twice its EXAMPLES, 20,000 where nobody says."""
A_NIGHT = 5
"""How many texts come in one night; the urgency is compared after each of them."""
RULES, TERMS = load_rules(), terms_of(load_policy())
NOW = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
BASELINE = {"temperature_c": 36.7, "systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97, "pulse_bpm": 74}
ICE_PARTS = ("orientation", "naming", "commands", "writing", "attention")
WELL = {"temperature": 36.8, "spo2": 97, "pressure": (122, 78), "pulse": 78}
RED = st.sampled_from(
    [
        {"temperature": 38.4}, {"temperature": 39.6}, {"pressure": (86, 50)}, {"pressure": (97, 60)}, {"spo2": 93},
        {"spo2": 90}, {"temperature": 38.4, "pressure": (86, 50)}, {"temperature": 38.4, "spo2": 93},
        {"temperature": 38.2, "pulse": 131}, {"pressure": (45, 20)},
    ]
)  # fmt: skip
FELT = st.sampled_from([(), ("rigors",), ("chest_pain",), ("confusion",), ("headache", "rash")])
ICE = st.sampled_from([None, (4, 3, 1, 1, 1), (3, 3, 1, 1, 0), (2, 1, 1, 0, 0)])
WORDS = st.sampled_from(
    sorted({phrase for language in languages() for kind in ("symptoms", "sayings", "thanks")
            for phrase in getattr(words_of(language), kind)} - {"THERE", "FREMME", "ARRIVED"})
)  # fmt: skip
CALM = st.one_of(
    st.builds("T {}".format, st.decimals(35, 41, places=1)),
    st.builds("S {}".format, st.integers(85, 100)),
    st.builds("B {}/{}".format, st.integers(80, 160), st.integers(40, 79)),
    st.builds("S {} P {}".format, st.integers(85, 100), st.integers(50, 140)),
    st.builds("I {} {} {} {} {}".format, st.integers(0, 4), st.integers(0, 3), *[st.integers(0, 1)] * 3),
    WORDS,
    st.just("T 36.8 S 98 B 122/78 P 70"),
    st.text(max_size=6),
)
TEXTS = st.lists(CALM, min_size=1, max_size=3).map(" ".join)


def groups(temperature=None, spo2=None, pressure=None, pulse=None):
    """Return the vital groups of a reading."""
    found = {}
    if temperature is not None:
        found["temperature"] = {"value": temperature, "unit": "Cel", "site": "oral"}
    if spo2 is not None:
        found["oximetry"] = {"spo2_pct": spo2, "pulse_bpm": pulse or 78}
    elif pulse is not None:
        found["oximetry"] = {"spo2_pct": 97, "pulse_bpm": pulse}
    if pressure is not None:
        found["blood_pressure"] = {"systolic_mmhg": pressure[0], "diastolic_mmhg": pressure[1]}
    return found


def graded(events, at):
    """Return the answer at `at` and what is urgent in it."""
    patient = {"code": "P-0042", "baseline": BASELINE}
    record = parse_timeline(
        {"patient": patient, "regimen": {"drug": "teclistamab", "schedule": "us_weekly"}, "events": events},
        RULES.plausibility,
    )
    course = Course(record.profile, record.regimen, RULES, record.events)
    answer = course.assess(at)
    return answer, course.findings.causes


def entered(said: FromHome, answer, causes, at):
    """Return the events that a text becomes, as `alerts.home_answers` enters them."""
    if said.symptoms:
        yield {"at": at.isoformat(), "type": "symptom", "names": list(said.symptoms)}
    if said.ice is not None and not ice_would_lower(causes, answer.icans.ice, said.ice):
        yield {"at": at.isoformat(), "type": "ice", **dict(zip(ICE_PARTS, said.ice, strict=True))}
    if said.values is not None:
        body = json.loads(native_payload(said.values, at), parse_float=Decimal)
        yield {"at": body.pop("measured_at"), "type": "reading", **body}
    if said.saying == "going":
        yield {"at": at.isoformat(), "type": "place", "where": "travelling"}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    red=RED,
    felt=FELT,
    ice=ICE,
    texts=st.lists(TEXTS, min_size=A_NIGHT, max_size=A_NIGHT),
    language=st.sampled_from(languages()),
)
def test_no_text_lowers_the_urgency_somebody_is_called_with(red, felt, ice, texts, language):
    def at(minutes):
        return (NOW + timedelta(minutes=minutes)).isoformat()

    events = [
        {"at": at(-20 * 60), "type": "dose", "step": "SUD2", "amount": 0.3, "unit": "mg/kg"},
        {"at": at(-120), "type": "reading", **groups(**WELL)},
    ]
    if ice is not None:
        events.append({"at": at(-10), "type": "ice", **dict(zip(ICE_PARTS, ice, strict=True))})
    if felt:
        events.append({"at": at(-6), "type": "symptom", "names": list(felt)})
    events.append({"at": at(-5), "type": "reading", **groups(**red)})
    answer, causes = graded(events, NOW)
    measured = frozenset(groups(**red))
    incident = open_for(report_of(answer, causes, reading_id=1, measured=measured), TERMS, NOW)
    assert incident is not None, "every value of this test asks for somebody"
    before, now, understood = incident.urgency, NOW, 0
    for number, body in enumerate(texts, 2):
        now += timedelta(minutes=6)
        said = read_home(body, words_of(language))
        fresh = list(entered(said, answer, causes, now)) if isinstance(said, FromHome) else []
        understood += bool(fresh)
        events += fresh
        answer, causes = graded(events, now)
        brought = frozenset().union(*(set(each) & set(WELL_GROUPS) for each in fresh if each["type"] == "reading"))
        report = report_of(
            answer, causes, reading_id=number if brought else None, measured=brought, by_text=bool(brought)
        )
        incident = pass_time(observe(incident, report, now), now)
        assert incident.live
        assert rank(incident.urgency) >= rank(before), (body, before, incident.urgency)
        before = incident.urgency
    event("understood" if understood else "asked back")


WELL_GROUPS = groups(**WELL)
