"""The situations of a ward that are pictured: how the feed stands, and what was pressed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import msgspec
from textual.pilot import Pilot
from textual.widgets import Input

from monitor.assessment import Guidance, NextDose, Window
from monitor.overview import History
from monitor.planned_doses import DoseCalendar, PlannedDose


def as_it_is(make, feed):
    """The sample of every test of the console: one emergency nobody has answered, and what else a night brings."""


@dataclass(frozen=True)
class Situation:
    """How a ward stands and what was pressed.

    `prepare` changes the feed, `keys` are pressed one after the other, `finish` does what keys cannot say.
    """

    name: str
    prepare: Callable[[SimpleNamespace, SimpleNamespace], None] = as_it_is
    keys: tuple[str, ...] = ()
    finish: Callable[[Pilot], Awaitable[None]] | None = None


def quiet(make, feed):
    """Twelve homes, all of them well and seen."""
    feed.snapshot = replace(
        make.snapshot(),
        overviews=[
            make.well(number, f"P-{number:04}", hours=6 + 7 * number, ago=20 + 9 * number, due_in=15 + 11 * number)
            for number in range(1, 13)
        ],
        incidents=(),
        texts=(),
    )


def silent(make, feed):
    """One home that does not answer among others that do."""
    keep = {"P-0031", "P-0012", "P-0021", "P-0033"}
    whole = make.snapshot()
    feed.snapshot = replace(
        whole,
        overviews=[each for each in whole.overviews if each.code in keep],
        incidents=[each for each in whole.incidents if each.code in keep],
        texts=(),
    )


def first_fever(make, feed):
    """38.4 has just come from a home inside the window of its dose; everybody else is well."""
    quiet(make, feed)
    febrile = make.patient(
        17,
        "P-0017",
        hours=24,
        onset=make.curve(),
        answer=make.assessment(
            urgency="urgent",
            grade=1,
            at_least=True,
            certainty="suspected",
            reasons=("fever 38.4 C oral, just now (at or above 38.0, ASTCT 2019)", "blood pressure asked for"),
        ),
        temperature=make.measured("38.4", ago=0, urgency="urgent", site="oral"),
        oximetry=make.measured(97, ago=61),
        pressure=make.measured(121, 74, ago=61),
        pulse=make.measured(92, ago=61),
    )
    page = make.incident(
        3,
        17,
        "P-0017",
        urgency="urgent",
        reason="new incident",
        opened_at=make.now - timedelta(seconds=8),
        unanswered_since=make.now - timedelta(seconds=8),
        next_at=make.now + timedelta(seconds=292),
    )
    texts = [make.text(1, 0, "Received 38.4 C. Now: blood pressure and oxygen. A nurse will call.", incident_id=3)]
    feed.snapshot = replace(feed.snapshot, overviews=[*feed.snapshot.overviews, febrile], incidents=[page], texts=texts)


def deaf(make, feed):
    """No reading has arrived for nine minutes."""
    fault = make.fault(kind="deaf", since=make.now - timedelta(minutes=9), text="no readings arriving, 0 of 12 hubs")
    feed.snapshot = replace(make.snapshot(), faults=(fault, make.unsigned))


def mute(make, feed):
    """Texts do not go out."""
    fault = make.fault(kind="mute", since=make.now - timedelta(minutes=5), text="texts do not go out: calls do")
    feed.snapshot = replace(make.snapshot(), faults=(fault, make.unsigned))


def hole(make, feed):
    """Nobody is on call as oncologist."""
    roster = make.roster()
    kept = tuple(each for each in roster.shifts if each.role != "oncologist")
    feed.book = replace(make.duty(), roster=replace(roster, shifts=kept))


async def enter_a_dose(pilot: Pilot) -> None:
    """Type a dose and let it be read back."""
    line = pilot.app.screen.query_one(Input)
    line.cursor_blink = False
    line.value = "d SUD2 0.3 mg/kg 19:10"
    await pilot.press("enter")


UNKNOWN = "sample-27"
USUAL = {"temperature_c": Decimal("36.6"), "systolic_mmhg": Decimal(124), "spo2_pct": Decimal(97)}


def one_patient(make, feed, overview, *, incidents=(), texts=(), **behind):
    """Let the ward hold this patient, who is opened, beside a few who are well."""
    if overview.drug != UNKNOWN:
        overview = replace(overview, usual=USUAL)
    others = [make.well(number, f"P-{number:04}", hours=20 + number) for number in (3, 12)]
    feed.snapshot = replace(make.snapshot(), overviews=[overview, *others], incidents=incidents, texts=texts)
    feed.behind = make.dossier(**behind)


def course(make, **values):
    """Return points by group: lists of (hours ago, numbers...)."""
    points = [make.point(group, hours, *numbers) for group, rows in values.items() for hours, *numbers in rows]
    return tuple(sorted(points, key=lambda point: point.at))


def with_support(make, feed):
    """In hospital on two litres of oxygen: confirmed grade 2, after a night that began at home."""
    answer = make.assessment(
        urgency="urgent",
        grade=2,
        certainty="confirmed",
        place="admitted",
        due_in=None,
        ice=10,
        icans=0,
        reasons=(
            "fever 38.6 C oral, 40 min ago (at or above 38.0, ASTCT 2019)",
            "nasal cannula 2 L/min: low flow oxygen, grade 2 (ASTCT 2019)",
            "systolic 104, 20 below baseline 124",
        ),
        guidance=Guidance(
            now=("in hospital: the ward decides",),
            next_dose=NextDose(
                allowed=False,
                earliest=None,
                actions=("withhold_until_resolved", "premedicate", "hospitalize_48h"),
                text="Withhold until the reaction has resolved; premedicate and stay 48 h at the next dose.",
                source="US prescribing information, table 2",
            ),
        ),
    )
    crs = msgspec.structs.replace(answer.crs, fever=True, hypotension_grade=0, hypoxia_grade=2)
    overview = make.patient(
        42,
        "P-0042",
        hours=31,
        onset=make.curve(),
        answer=msgspec.structs.replace(answer, crs=crs),
        temperature=make.measured("38.6", ago=40, urgency="urgent", site="oral"),
        oximetry=make.measured(95, ago=40),
        pressure=make.measured(104, 62, ago=40, urgency="watch"),
        pulse=make.measured(106, ago=40),
    )
    hospital = make.incident(7, 42, "P-0042", state="acknowledged", holder="the hospital", unanswered_since=None)
    stays = (
        make.stay(at=make.now - timedelta(hours=6), where="travelling"),
        make.stay(at=make.now - timedelta(hours=5), where="emergency_department"),
        make.stay(at=make.now - timedelta(hours=3), where="admitted"),
    )
    one_patient(make, feed, overview, incidents=[replace(hospital, next_step=None, next_at=None)], stays=stays)
    entries = (
        make.entry("m1", 31, "dose", "SUD2 0.3 mg/kg"),
        make.entry("m2", 7, "medication", "paracetamol 1000 mg"),
        make.entry("m3", 5, "place", "emergency department"),
        make.entry("m4", 4.5, "ice", "ICE 10/10 (4 3 1 1 1)"),
        make.entry("m5", 4, "support", "nasal cannula 4 L/min", voided=True),
        make.entry("m6", 4, "support", "nasal cannula 2 L/min"),
    )
    points = course(
        make,
        temperature=[(46, "36.7"), (34, "36.9"), (22, "36.8"), (9, "37.9"), (7, "38.8"), (4, "39.1"), (0.7, "38.6")],
        blood_pressure=[(46, 126, 78), (22, 122, 76), (7, 101, 60), (4, 98, 58), (0.7, 104, 62)],
        oximetry=[(46, 97), (22, 97), (7, 92), (4, 91), (0.7, 95)],
        pulse=[(46, 72), (22, 76), (7, 112), (4, 118), (0.7, 106)],
    )
    feed.history = History(points=points, entries=entries)


def masked(make, feed):
    """No fever is seen, but dexamethasone and paracetamol may hide one; the curve is that of other doses."""
    answer = make.assessment(
        urgency="watch",
        masked=True,
        icans=0,
        ice=10,
        reasons=("fever may be hidden until Tue 18:14: dexamethasone 16 mg", "pulse 104 /min (at or above 100)"),
    )
    crs = msgspec.structs.replace(answer.crs, fever=False, hypotension_grade=0, hypoxia_grade=0)
    overview = make.patient(
        8,
        "P-0008",
        drug="elranatamab",
        hours=8,
        onset=replace(make.curve(), basis="drug", half_h=None, most_h=None, median="not known for this dose"),
        answer=msgspec.structs.replace(answer, crs=crs),
        temperature=make.measured("37.4", ago=35, site="oral"),
        oximetry=make.measured(96, ago=35, doubts=("low_perfusion",)),
        pressure=make.measured(118, 70, ago=35),
        pulse=make.measured(104, ago=35, urgency="watch"),
    )
    taken = (make.taken("paracetamol", 1, hides_h=6), make.taken("dexamethasone", 9, hides_h=25, amount=16))
    one_patient(make, feed, overview, taken=taken, episodes=(), label=(), prompted=())
    due = make.now + timedelta(hours=64)
    feed.planned = DoseCalendar(entries=(PlannedDose(ref="m9", step="SUD3", due=due, first_due=due),))
    doubtful = replace(make.point("oximetry", 0.6, 96), remark="low_perfusion")
    points = course(
        make,
        temperature=[(40, "36.6"), (28, "36.8"), (9, "36.9"), (4, "37.2"), (0.6, "37.4")],
        blood_pressure=[(40, 124, 77), (28, 126, 80), (9, 121, 74), (0.6, 118, 70)],
        oximetry=[(40, 98), (28, 97), (9, 97)],
        pulse=[(40, 70), (28, 74), (9, 88), (4, 96), (0.6, 104)],
    )
    entries = (
        make.entry("m1", 9, "medication", "dexamethasone 16 mg (premedication)"),
        make.entry("m2", 8, "dose", "SUD2 0.3 mg/kg"),
        make.entry("m3", 1, "medication", "paracetamol 1000 mg"),
    )
    feed.history = History(points=(*points, doubtful), entries=entries)


def icans(make, feed):
    """ICE 5 of 10 and awakening to voice only, without fever: neurotoxicity without CRS."""
    answer = make.assessment(
        urgency="emergency",
        grade=0,
        icans=2,
        ice=5,
        reasons=("ICE 5 (at or below 6)", "awakens to voice: ICANS 2 (ASTCT 2019)"),
        guidance=Guidance(
            now=("emergency department now: see page", "no driving; seizure precautions"),
            next_dose=NextDose(
                allowed=False,
                earliest=None,
                actions=("withhold_until_resolved", "hospitalize_48h"),
                text="Withhold until neurotoxicity has resolved.",
                source="US prescribing information, table 3",
            ),
        ),
    )
    crs = msgspec.structs.replace(answer.crs, fever=False, hypotension_grade=0, hypoxia_grade=0)
    neuro = msgspec.structs.replace(answer.icans, without_crs=True, asked_at=make.now - timedelta(minutes=12))
    overview = make.well(21, "P-0021", hours=60, answer=msgspec.structs.replace(answer, crs=crs, icans=neuro))
    page = make.incident(11, 21, "P-0021", reason="ICANS 2")
    one_patient(
        make,
        feed,
        overview,
        incidents=[page],
        taken=(),
        episodes=(),
        neuro=(make.neuro(onset=make.now - timedelta(minutes=12), peak=2, ended=None),),
        label=(make.says("ICANS grade 2, treatment", "dexamethasone 10 mg every 6 h", "US prescribing information"),),
        prompted=(make.says("stroke or bleeding", "image the head", "ASTCT 2019"),),
        missing=(),
    )
    entries = (
        make.entry("m1", 60, "dose", "SUD2 0.3 mg/kg"),
        make.entry("m2", 12.2, "ice", "ICE 10/10 (4 3 1 1 1)"),
        make.entry("m3", 0.2, "ice", "ICE 5/10 (2 2 0 0 1), handwriting changed"),
        make.entry("m4", 0.2, "neuro", "awakens: voice"),
    )
    points = course(
        make,
        temperature=[(46, "36.7"), (36, "36.9"), (26, "36.6"), (14, "36.8"), (70 / 60, "36.8")],
        blood_pressure=[(46, 126, 78), (36, 121, 75), (26, 125, 80), (14, 122, 77), (70 / 60, 124, 78)],
        oximetry=[(46, 98), (36, 97), (26, 97), (14, 98), (70 / 60, 97)],
        pulse=[(46, 72), (36, 75), (26, 70), (14, 74), (70 / 60, 76)],
    )
    feed.history = History(points=points, entries=entries)


def gone_quiet(make, feed):
    """A home that has not measured for seven hours, and before that left out a night; its drug is not known."""
    quiet_home = next(each for each in make.snapshot().overviews if each.code == "P-0031")
    window = Window(
        dose="D15", hours_since_dose=19.0, phase="unknown", quantile=None, crs_probability=None, residual_risk=None
    )
    answer = msgspec.structs.replace(quiet_home.assessment, window=window)
    overview = replace(quiet_home, drug=UNKNOWN, curve=None, assessment=answer)
    pages = [each for each in make.snapshot().incidents if each.code == "P-0031"]
    one_patient(
        make,
        feed,
        overview,
        incidents=pages,
        thresholds=make.thresholds(baseline=make.baseline()),
        taken=(),
        episodes=(),
        label=(),
        prompted=(),
        missing=("drug not in the catalogue: window and label unknown", "oxygen saturation: never measured"),
    )
    points = course(make, temperature=[(44, "36.8"), (30, "36.7"), (19.5, "36.9"), (430 / 60, "37.1")])
    feed.history = History(points=points, entries=(make.entry("m1", 19, "dose", "D15 24 mg"),))


SITUATIONS = (
    Situation("a-quiet-night", quiet),
    Situation("a-first-fever-inside-the-window", first_fever),
    Situation("an-emergency-nobody-has-answered"),
    Situation("a-patient-with-an-emergency", keys=("enter",)),
    Situation("grade-2-with-support", with_support, ("enter",)),
    Situation("a-fever-that-may-be-hidden", masked, ("enter",)),
    Situation("icans", icans, ("enter",)),
    Situation("a-silent-home", silent),
    Situation("a-silent-home-opened", gone_quiet, ("enter",)),
    Situation("deaf", deaf),
    Situation("mute", mute, ("5",)),
    Situation("an-incident-with-a-failed-receipt", keys=("2",)),
    Situation("an-entry-read-back", keys=("d",), finish=enter_a_dose),
    Situation("the-end-of-a-shift", keys=("6", "down")),
    Situation("hubs", keys=("4",)),
    Situation("a-hole-in-the-roster", hole, ("3",)),
)
