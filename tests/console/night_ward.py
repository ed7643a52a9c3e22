"""A night on a ward of twelve homes, as values."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from night_values import (
    LATE,
    NOW,
    UNSIGNED,
    Stands,
    assessment,
    bedside,
    call,
    curve,
    entry,
    hub,
    incident,
    measured,
    minutes,
    patient,
    point,
    says,
    taken,
    telephone,
    text,
    well,
)

from alerts.instructions import Offered, Offers, ToTelephone
from alerts.roster import Roster
from alerts.roster_file import load_roster
from alerts.story import Happened, Reply, Story
from alerts.view import IncidentLine, TextLine
from console.views.cells import Snapshot
from console.views.devices import HubSight
from console.views.duty import DutyBook, Standing
from monitor.assessment import (
    Guidance,
    NextDose,
)
from monitor.dossier import Dossier, EpisodeTold
from monitor.overview import EntryLine, History, Overview, RecordLine
from monitor.rulebook import load_rules
from monitor.thresholds import thresholds


def sample_overviews() -> list[Overview]:
    """Return twelve homes: one emergency, one urgent answered, one unseen, two to watch, one in hospital, six well."""
    return [
        well(12, "P-0012", drug="teclistamab", step="D1", hours=6, ago=62, due_in=96),
        patient(
            42,
            "P-0042",
            onset=curve(),
            answer=assessment(
                urgency="emergency",
                grade=2,
                at_least=True,
                certainty="suspected",
                due_in=13,
                reasons=(
                    "fever 38.9 C oral, 3 min ago (>= 38.0, ASTCT 2019)",
                    "systolic 86, 2 min ago (< 90; 38 below baseline 124)",
                    "SpO2 93 on air, 3 min ago (92-93: call)",
                    "paracetamol 1000 mg at 01:20 may hide fever until 07:20",
                    "home cannot see: fluids, vasopressors, oxygen given",
                ),
                guidance=Guidance(
                    now=(
                        "emergency department now: see page",
                        "label, grade 2: withhold, supportive care; consider tocilizumab",
                    ),
                    next_dose=NextDose(
                        allowed=False,
                        earliest=None,
                        actions=("withhold_until_resolved", "premedicate", "hospitalize_48h"),
                        text="Withhold until the reaction has resolved; premedicate and stay 48 h at the next dose.",
                        source="US prescribing information, table 2",
                    ),
                ),
            ),
            temperature=measured("38.9", ago=3, urgency="urgent", site="oral"),
            oximetry=measured(93, ago=3, urgency="urgent"),
            pressure=measured(86, 51, ago=2, urgency="emergency"),
            pulse=measured(118, ago=2, urgency="watch"),
        ),
        well(3, "P-0003", drug="epcoritamab", step="D8", hours=52, onset=curve(LATE), ago=110, due_in=130),
        patient(
            17,
            "P-0017",
            drug="talquetamab",
            step="SUD1",
            hours=22,
            onset=curve(),
            answer=assessment(
                urgency="urgent", grade=1, certainty="suspected", reasons=("fever 38.2 C oral, 9 min ago (>= 38.0)",)
            ),
            temperature=measured("38.2", ago=9, urgency="urgent", site="oral"),
            oximetry=measured(96, ago=9),
            pressure=measured(118, 70, ago=64),
            pulse=measured(98, ago=9),
        ),
        patient(
            31,
            "P-0031",
            drug="epcoritamab",
            step="D15",
            hours=19,
            onset=curve(LATE),
            answer=assessment(
                urgency="watch",
                grade=None,
                sight="blind",
                overdue=("temperature", "oximetry", "blood_pressure"),
                oldest=430,
                reasons=("nothing fresh: temperature 7 h old, oximetry and pressure never measured",),
                due_in=-190,
            ),
            temperature=measured("37.1", ago=430, fresh=False),
        ),
        patient(
            8,
            "P-0008",
            drug="elranatamab",
            step="SUD2",
            hours=40,
            onset=curve(),
            answer=assessment(urgency="watch", reasons=("temperature 37.99 (37.5 to below 38.0): measure again",)),
            temperature=measured("37.99", ago=22, urgency="watch", site="oral"),
            oximetry=measured(97, ago=118),
            pressure=measured(121, 74, ago=118),
            pulse=measured(88, ago=118),
        ),
        well(21, "P-0021", drug="glofitamab", step="2.5 mg", hours=14, ago=40, due_in=200),
        patient(
            5,
            "P-0005",
            drug="mosunetuzumab",
            step="C1D8",
            hours=9,
            onset=curve(LATE),
            answer=assessment(
                urgency="watch", sight="partial", overdue=("blood_pressure",), reasons=("blood pressure overdue",)
            ),
            temperature=measured("36.9", ago=35),
            oximetry=measured("94", ago=35, urgency="watch", doubts=("poor_signal",)),
            pressure=measured(131, 80, ago=300, fresh=False),
            pulse=measured(81, ago=35),
        ),
        patient(
            26,
            "P-0026",
            drug="tarlatamab",
            step="D1",
            hours=28,
            onset=curve(LATE),
            answer=assessment(
                grade=1, certainty="confirmed", place="admitted", due_in=None, urgency="watch", ice=10, icans=0
            ),
            temperature=measured("37.7", ago=95, urgency="watch"),
            oximetry=measured(96, ago=95),
            pressure=measured(117, 69, ago=95),
            pulse=measured(92, ago=95),
        ),
        well(33, "P-0033", drug="elranatamab", step="SUD1", hours=61, ago=15, due_in=225),
        well(35, "P-0035", drug="talquetamab", step="SUD3", hours=130, ago=310, due_in=170),
        well(38, "P-0038", drug="linvoseltamab", step="SUD1", hours=4, onset=None, ago=20, due_in=76),
    ]


def sample_incidents() -> list[IncidentLine]:
    return [
        incident(7, 42, "P-0042"),
        incident(
            4,
            17,
            "P-0017",
            urgency="urgent",
            state="acknowledged",
            unanswered_since=None,
            holder="Ben Lund",
            held_until=NOW + minutes(107),
            next_step=None,
            next_at=None,
            reason="new incident",
        ),
        incident(
            9,
            31,
            "P-0031",
            kind="no_sight",
            urgency="watch",
            state="open",
            unanswered_since=None,
            reason="measurements are overdue",
            next_step="caregiver voice",
            next_at=NOW + minutes(4),
        ),
        incident(
            5,
            26,
            "P-0026",
            urgency="watch",
            state="acknowledged",
            unanswered_since=None,
            holder="the hospital",
            held_until=None,
            next_step=None,
            next_at=None,
        ),
    ]


def sample_texts() -> list[TextLine]:
    return [
        text(
            6,
            0.6,
            "EMERGENCY P-0042. Reply KD07 OK or call 555-0100.",
            role="nurse",
            person="Ada Berg",
            status="delivered",
        ),
        text(5, 1, "Received 86/51. Sit down. Measure again now. A nurse will call."),
        text(4, 2, "86/51", direction="in", status="reading"),
        text(3, 3, "Received 38.9 C. Next: blood pressure now."),
        text(2, 8, "URGENT P-0017. Reply KD04 OK or call 555-0100.", role="nurse", person="Ben Lund", incident_id=4),
        text(1, 30, "Please measure temperature, oxygen and blood pressure.", incident_id=9, status="failed: no route"),
    ]


def sample_stories() -> dict[int, Story]:
    """Return what happened to the incidents of the sample: one text awaited, one failed, one answered page."""
    return {
        7: Story(
            incident_id=7,
            round=1,
            began_at=NOW - timedelta(seconds=41),
            calls=(
                call(1, 41, role="caregiver", person="E.", state="failed", outcome="landline", arrived_at=None),
                call(2, 41),
                call(3, 12, role="caregiver", person="E.", channel="voice", state="sent", arrived_at=None),
            ),
            happened=(Happened(at=NOW - timedelta(seconds=41), what="opened", by=None, note="emergency"),),
        ),
        4: Story(
            incident_id=4,
            round=2,
            began_at=NOW - minutes(20),
            calls=(call(4, 1200, person="Ben Lund"),),
            replies=(
                Reply(
                    at=NOW - minutes(13),
                    role="nurse",
                    person="Ben Lund",
                    channel="sms",
                    body="KD04 OK",
                    meaning="accepted",
                ),
            ),
            happened=(Happened(at=NOW - minutes(13), what="acknowledged", by="Ben Lund", note="by text"),),
            accepted_at=NOW - minutes(13),
            accepted_note="by text",
        ),
    }


def sample_roster() -> Roster:
    """Return the shipped roster as if it were a site's own."""
    return replace(load_roster(None), example=False)


def sample_duty() -> DutyBook:
    roster = sample_roster()
    first, *others = roster.people
    return DutyBook(
        roster=roster,
        problem=None,
        telephones=(
            telephone(first.key, first.name, first.number, state="unverified", tested_at=None, test=None),
            *(telephone(one.key, one.name, one.number) for one in others),
        ),
        overrides=(
            Standing(
                id=3,
                role="nurse",
                name=first.name,
                starts=NOW - minutes(60),
                ends=NOW + timedelta(hours=6),
                why="a colleague is ill",
                by="ada",
                known=True,
            ),
        ),
        homes=12,
        homes_untried=2,
    )


def sample_hubs() -> list[HubSight]:
    return [
        hub("kit-17", "P-0042"),
        hub("kit-02", "P-0012", battery_pct=12, heard_at=NOW - minutes(62)),
        hub("kit-31", "P-0031", online=False, heard_at=NOW - timedelta(hours=11), state_at=NOW - timedelta(hours=10)),
        hub("kit-05", "P-0005", troubles=("clock 7 minutes ahead: readings are graded at the time they arrived",)),
        hub("kit-90", None, heard_at=None, online=None, state_at=None, battery_pct=None),
    ]


def sample_parts() -> list[Stands]:
    return [
        Stands(subject="database", state="ok", text="sqlite: answers"),
        Stands(subject="gateway", state="ok", text="works", since=NOW - timedelta(seconds=1)),
        Stands(subject="monitor", state="ok", text="works", since=NOW - timedelta(seconds=1)),
        Stands(subject="alerts", state="ok", text="works", since=NOW - timedelta(seconds=1)),
        Stands(subject="hubs", state="ok", text="hubs are heard, 11 connected"),
        Stands(subject="readings", state="ok", text="the newest of any home", since=NOW - minutes(2)),
        Stands(subject="texts", state="failed", text="texts do not go out", since=NOW - minutes(5)),
        Stands(subject="watchdog", state="unseen", text="none is set up: nobody outside notices"),
    ]


def sample_snapshot() -> Snapshot:
    return Snapshot(
        read_at=NOW,
        overviews=sample_overviews(),
        incidents=sample_incidents(),
        faults=(UNSIGNED,),
        texts=sample_texts(),
    )


def sample_history() -> History:
    course = (
        (46, "36.7"),
        (40, "36.9"),
        (34, "36.8"),
        (28, "36.6"),
        (20, "36.9"),
        (10, "37.2"),
        (5, "37.6"),
        (2, "38.4"),
    )
    points = [point("temperature", hours, value) for hours, value in course]
    points += [point("temperature", 0.05, "38.9"), point("temperature", 15, "43.5", graded=False)]
    points += [point("blood_pressure", hours, 124 - int(20 / (hours + 1)), 76) for hours in (46, 34, 22, 10, 2)]
    points += [point("blood_pressure", 0.03, 86, 51)]
    points += [point("oximetry", hours, 97) for hours in (46, 34, 22, 10)]
    points += [point("pulse", hours, 74 + int(20 / (hours + 1))) for hours in (46, 34, 22, 10, 2)]
    points += [point("pulse", 0.03, 118), point("oximetry", 2, 95), point("oximetry", 0.05, 93)]
    return History(points=tuple(sorted(points, key=lambda each: each.at)), entries=sample_entries())


def sample_dossier(**more: object) -> Dossier:
    """Return what stands behind the one emergency of the sample."""
    values: dict[str, object] = {
        "thresholds": thresholds(bedside(masked=True), load_rules()),
        "onset": None,
        "doses": (),
        "taken": (taken("paracetamol", 0.9, hides_h=6), taken("dexamethasone", 32, hides_h=24)),
        "stays": (),
        "episodes": (
            EpisodeTold(
                number=1,
                dose="SUD2",
                onset=NOW - minutes(130),
                peak=2,
                told=0,
                resolved=None,
                resolved_while_masked=False,
                closed_by_clinician=False,
            ),
        ),
        "neuro": (),
        "label": (
            says("CRS grade 2, treatment", "withhold, supportive care; consider tocilizumab"),
            says("where to be", "in hospital for 48 h from the administration", confidence="label-known"),
        ),
        "around": (says("premedication", "dexamethasone 16 mg, 1 to 3 h before", doubt=True, confidence="uncertain"),),
        "second": (),
        "prompted": (says("infection", "blood cultures before antibiotics", source="ASTCT 2019"),),
        "missing": ("weight not recorded",),
        "unseen_after": timedelta(hours=12),
    }
    return Dossier(**(values | more))


def sample_entries() -> tuple[EntryLine, ...]:
    return (
        entry("m1", 31, "dose", "SUD2 0.3 mg/kg"),
        entry("m2", 32, "medication", "dexamethasone 16 mg, premedication"),
        entry("m3", 3, "medication", "paracetamol 500 mg", voided=True),
        entry("m4", 0.9, "medication", "paracetamol 1000 mg"),
        entry("m5", 2.5, "ice", "10 of 10"),
    )


SAMPLE_BODIES: Mapping[str, Mapping[str, object]] = {
    "m1": {"type": "dose", "step": "SUD2", "amount": 0.3, "unit": "mg/kg", "ended_at": None},
    "m2": {"type": "medication", "name": "dexamethasone", "amount": 16, "unit": "mg", "purpose": "premedication"},
    "m3": {"type": "medication", "name": "paracetamol", "amount": 500, "unit": "mg"},
    "m4": {"type": "medication", "name": "paracetamol", "amount": 1000, "unit": "mg"},
    "m5": {"type": "ice", "orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 1},
}


def sample_record() -> tuple[RecordLine, ...]:
    """Return the entries of the sample as the record screen reads them."""
    lines = sample_entries()
    return tuple(
        RecordLine(line=line, body={"at": line.at.isoformat(), "id": line.ref, **SAMPLE_BODIES[line.ref]})
        for line in lines
    )


def sample_offers(words: str | None = "", why_none: str = "") -> Offers:
    """Return one instruction for two telephones, one of which has no text in its language; both, with `words` None."""
    come = "The nurse asks you to come to the unit now to be seen. Take the card and all your medicines. " * 3
    texted = ToTelephone(
        person="Eva", number="+12025550190", channel="sms", language="en", words=f"{come}END", signed="Dr Ito, 2026"
    )
    if words is None:
        texted = replace(texted, words=None, why="no text in Danish")
    left_out = ToTelephone(
        person="Jonas", number="+12025550191", channel="sms", language="da", words=None, why="no text in Danish"
    )
    one = Offered(key="come-in", title="Come", telephones=(texted, left_out))
    return Offers(drug="teclistamab", offered=(one,), why_none=why_none)
