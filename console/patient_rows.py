"""The rows of the registry for one patient: what is entered, the record, the patient's screen, the enrolment."""

from typing import Final

from console.places import BOTH, PATIENT, RECORD, Action
from console.views.sections import SECTIONS
from gateway.permissions import Action as Permission

ENTER: Final = Permission.ENTER_RECORD

ENTRIES: Final[tuple[Action, ...]] = (
    Action(key="d", name="enter('d')", short="dose", on=BOTH, needs=ENTER, help="enter a dose: d SUD2 0.3 mg/kg 19:10"),
    Action(
        key="m",
        name="enter('m')",
        short="med",
        on=BOTH,
        needs=ENTER,
        help="enter a medicine: m para 1000 01:20",
    ),
    Action(
        key="s",
        name="enter('s')",
        short="support",
        on=BOTH,
        needs=ENTER,
        help="enter ALL oxygen, pressors, fluids now given: s nc 4 norad; s none ends them",
    ),
    Action(
        key="i",
        name="enter('i')",
        short="ICE",
        on=BOTH,
        needs=ENTER,
        help="enter the five ICE answers (orientation naming commands writing attention): i 4 3 1 1 0; a child: i capd",
    ),
    Action(
        key="y", name="enter('y')", on=BOTH, needs=ENTER, help="enter symptoms: y rigors dizziness; y none answers all"
    ),
    Action(
        key="u", name="enter('u')", on=BOTH, needs=ENTER, help="enter neurology: u voice; u seizure brief; u weakness"
    ),
    Action(
        key="p",
        name="enter('p')",
        on=BOTH,
        needs=ENTER,
        help="enter the place: p travelling 60; p ed; p admitted; p home",
    ),
    Action(
        key="g",
        name="enter('g')",
        on=BOTH,
        needs=Permission.NOTE_GRADE,
        help="enter a clinician's own grade, beside the computed one: g crs 2 Dr Berg",
    ),
    Action(
        key="c", name="enter('c')", on=BOTH, needs=ENTER, help="attribute a sign to another cause: c fever infection"
    ),
    Action(
        key="e",
        name="enter('')",
        on=BOTH,
        needs=ENTER,
        help="enter anything else: b what is usual for the patient, l own limits; any other letter opens its form too",
    ),
)

PATIENTS: Final[tuple[Action, ...]] = (
    Action(
        key="x",
        name="open_record",
        short="correct",
        on=PATIENT,
        needs=Permission.VIEW_PATIENT,
        help="correct the record: lists every entry, to be corrected or struck out",
    ),
    Action(
        key="enter",
        name="correct_entry",
        short="correct",
        shown_key="↵",
        on=RECORD,
        needs=ENTER,
        help="correct the selected entry: its form opens as it was entered; the old line is struck through and kept",
    ),
    Action(
        key="x",
        name="strike_entry",
        short="strike out",
        on=RECORD,
        needs=ENTER,
        help="strike out the selected entry and say why; it stays readable",
    ),
    Action(key="z", name="span", short="span", on=PATIENT, own=True, help="charts: 48 hours, 12, or since the dose"),
    Action(key="tab", name="section(1)", short="next", on=PATIENT, own=True, help="go to the next section"),
    Action(key="shift+tab", name="section(-1)", on=PATIENT, own=True, help="go to the section before"),
    *(
        Action(key=letter, name=f"section_of('{section}')", on=PATIENT, own=True, help=f"go to: {title}")
        for letter, section, title in SECTIONS
    ),
    Action(
        key="A",
        name="trail",
        on=PATIENT,
        needs=Permission.READ_AUDIT,
        help="read the audit trail of this patient: who saw, entered and was told what, in the last days",
    ),
)

ENROLMENT: Final[tuple[Action, ...]] = (
    Action(
        key="S",
        name="plan_doses",
        on=PATIENT,
        needs=ENTER,
        help="the schedule: plan doses, move or cancel one: plan 2026-03-02 10:00 +4; a planned dose is no dose",
    ),
    Action(
        key="H",
        name="enrol",
        on=BOTH,
        needs=Permission.ENROL,
        help="a home: enrol a patient (from the board), or correct the enrolment of the patient shown",
    ),
)
