"""The form behind the shorthand, as values: the line and the fields always say the same, and nothing is guessed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.entry.fields import KINDS, fields_for, kind_of_line
from console.entry.filled import from_fields, from_line, values_of_entry, write_line
from console.entry.line import EXAMPLES, Limited, Note, Setting, Understood
from console.entry.moment import Asks
from console.entry.own_values import BASELINE, GROUPS
from console.entry.shorthand import READERS, understand
from console.entry.vocabulary import load_medicines
from gateway.plausibility_limits import load_limits
from monitor.record import Limit
from monitor.rulebook import load_rules
from monitor.timeline import CAPD_ITEMS, parse_event

NOW = datetime(2026, 3, 3, 1, 14, 7, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Copenhagen")
DRUG = load_rules().catalogue.find("teclistamab")
MEDICINES = load_medicines()
SETTING = Setting(now=NOW, zone=ZONE, drug=DRUG, schedule="us_weekly", medicines=MEDICINES, standing_support=None)
KIND = {each.name: each for each in KINDS}


MANY_WORDS = (
    "SUD2",
    "0.3",
    "mg",
    "19:10",
    "19:70",
    "-2h",
    "pre",
    "para",
    "?",
    "rigors",
    "crs",
    "4",
    "Dr",
    "mon",
    "none",
)
WHO = {"by": "Dr Berg", "why": "chronic hypoxia"}


def filled(line):
    form = from_line(line, SETTING)
    assert not isinstance(form.answer, Asks), form.answer
    return {name: value for name, value in form.values.items() if value not in {"", "no"}}


def asked(kind, **values):
    form = from_fields(KIND[kind], values, SETTING)
    assert isinstance(form.answer, Asks), form.answer
    return form.answer


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("d SUD2 0.3 19:10", {"step": "SUD2", "amount": "0.3", "unit": "mg/kg", "when": "19:10"}),
        ("d SUD2 ? mon 19:10", {"step": "SUD2", "amount": "?", "when": "mon 19:10"}),
        (
            "m dexa 16 18:00 pre",
            {"name": "dexamethasone", "amount": "16", "unit": "mg", "purpose": "premedication", "when": "18:00"},
        ),
        ("m aciclovir! 400 mg", {"name": "aciclovir!", "amount": "400", "unit": "mg"}),
        (
            "s nc 4 norad fluids -30m",
            {
                "oxygen": "nasal_cannula",
                "flow": "4",
                "indication": "hypoxia",
                "vasopressors": "norepinephrine",
                "fluids": "yes",
                "when": "-30m",
            },
        ),
        ("s none", {"oxygen": "none"}),
        (
            "i 4 3 1 1 0 same",
            {
                "orientation": "4",
                "naming": "3",
                "commands": "1",
                "writing": "1",
                "attention": "0",
                "handwriting": "same",
            },
        ),
        ("i capd unable", {"unable": "yes"}),
        ("u seizure brief", {"consciousness": "spontaneous", "seizure": "brief", "oedema": "none"}),
        ("y rig dizz", {"names": "rigors dizziness"}),
        ("p travelling 60", {"where": "travelling", "minutes": "60"}),
        ("g crs 2 Dr O'Brien", {"syndrome": "crs", "grade": "2", "by": "Dr O'Brien"}),
        ("c fever urinary infection 23:00", {"sign": "fever", "cause": "urinary infection", "when": "23:00"}),
        ("b sys 118 spo2 96", {"sys": "118", "spo2": "96"}),
        (
            "l sat 88 85 +14d Dr Berg: chronic hypoxia",
            {
                "group": "spo2",
                "urgent": "88",
                "emergency": "85",
                "until": "+14d",
                "by": "Dr Berg",
                "why": "chronic hypoxia",
            },
        ),
        ("l spo2 none Dr Berg: over", {"group": "spo2", "urgent": "none", "by": "Dr Berg", "why": "over"}),
        ("v m12 wrong patient", {"of": "m12", "why": "wrong patient"}),
        ("n slept, daughter's there", {"text": "slept, daughter's there"}),
    ],
)
def test_a_typed_line_fills_the_form_and_the_form_writes_a_line_that_means_the_same(line, values):
    assert filled(line) == values
    form = from_line(line, SETTING)
    again = from_fields(form.kind, form.values, SETTING)
    assert again.answer == form.answer or again.answer.event == form.answer.event
    assert from_line(again.line, SETTING).values == form.values


def test_every_letter_of_the_shorthand_has_its_form_and_every_example_fills_it():
    assert {each.letter for each in KINDS} == READERS.keys() == EXAMPLES.keys()
    for example in EXAMPLES.values():
        for line in example.split(": ", 1)[1].split("   "):
            assert filled(line), line


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("d SUD2", {"step": "SUD2"}),
        ("d SUD2 0.3 mg/kg 19:70", {"step": "SUD2", "amount": "0.3", "unit": "mg/kg", "when": "19:70"}),
        ("m pred 25 -2h", {"name": "pred", "amount": "25", "when": "-2h"}),
        ("s nc 4 milrinone", {"oxygen": "nasal_cannula", "flow": "4", "vasopressors": "milrinone"}),
        ("i 4 3 1", {"orientation": "4", "naming": "3", "commands": "1"}),
        ("u voice seizure", {"consciousness": "voice seizure"}),
        ("y rigors itching", {"names": "rigors itching"}),
        ("g crs", {"syndrome": "crs"}),
        ("b sys 118 pulse", {"sys": "118"}),
        (
            "l spo2 88 85 +14d Dr Berg",
            {"group": "spo2", "urgent": "88", "emergency": "85", "until": "+14d", "by": "Dr Berg"},
        ),
        ("v m12", {"of": "m12"}),
    ],
)
def test_a_line_that_is_not_clear_yet_fills_what_it_says_already(line, values):
    form = from_line(line, SETTING)
    assert isinstance(form.answer, Asks)
    assert {name: value for name, value in form.values.items() if value} == values


@given(st.sampled_from(KINDS), st.lists(st.sampled_from(MANY_WORDS), max_size=8))
def test_no_word_typed_is_lost_when_somebody_goes_on_in_the_form(kind, words):
    line = " ".join([kind.letter, *kind.begin, *words])
    form = from_line(line, SETTING)
    if form.kind is not kind or not isinstance(form.answer, Asks) or kind.name in {"support", "neuro", "baseline"}:
        return
    written = "".join(write_line(kind, form.values).replace('"', "").replace("'", "").split())
    assert sorted(written) == sorted("".join(line.split())) or kind.name == "limit"


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("dose", {"amount": "0.3"}, "step"),
        ("dose", {"step": "SUD2"}, "amount"),
        ("dose", {"step": "SUD2", "amount": "much"}, "amount"),
        ("dose", {"step": "nonsense", "amount": "3"}, "unit"),
        ("dose", {"step": "SUD2", "amount": "0.3", "when": "25:00"}, "when"),
        ("medication", {"name": "pred", "amount": "25"}, "name"),
        ("medication", {"name": "para", "amount": "1.500"}, "amount"),
        ("medication", {"name": "tocilizumab", "amount": "8"}, "unit"),
        ("support", {}, "oxygen"),
        ("support", {"oxygen": "nasal_cannula", "vasopressors": "milrinone"}, "vasopressors"),
        ("ice", {"orientation": "4", "naming": "3", "commands": "1", "attention": "1"}, "writing"),
        ("ice", {"orientation": "5", "naming": "3", "commands": "1", "writing": "1", "attention": "1"}, "orientation"),
        ("capd", dict.fromkeys(CAPD_ITEMS[:7], "0"), "slow_response"),
        ("neuro", {}, "consciousness"),
        ("neuro", {"consciousness": "voice", "oedema": "huge"}, "oedema"),
        ("symptom", {}, "names"),
        ("symptom", {"names": "rigors itching"}, "names"),
        ("place", {"where": "moon"}, "where"),
        ("place", {"where": "home", "minutes": "60"}, "minutes"),
        ("clinician_grade", {"syndrome": "crs", "grade": "7", "by": "Dr Berg"}, "grade"),
        ("clinician_grade", {"syndrome": "crs", "grade": "2"}, "by"),
        ("attribution", {"sign": "fever"}, "cause"),
        ("baseline", {"pulse": "400"}, "pulse"),
        ("limit", {"group": "spo2", "urgent": "88", "by": "Dr Berg", "why": "lung"}, "emergency"),
        ("limit", {"group": "spo2", "urgent": "85", "emergency": "88", "until": "+1d", **WHO}, "emergency"),
        ("limit", {"group": "spo2", "urgent": "88", "emergency": "85", "until": "soon", **WHO}, "until"),
        ("void", {"of": "m12"}, "why"),
        ("note", {}, "text"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(kind, values, field):
    answer = asked(kind, **values)
    assert answer.field == field
    assert KIND[kind].field(field) is not None


def test_a_blank_form_never_ends_what_is_given_nor_answers_symptoms():
    assert asked("support").field == "oxygen"
    assert asked("symptom").field == "names"
    assert from_fields(KIND["support"], {"oxygen": "none"}, SETTING).line == "s none"


def test_free_words_that_the_line_would_read_as_a_time_are_asked_back():
    answer = asked("attribution", sign="fever", cause="abscess since 19:10")
    assert answer.field == "cause"


def test_the_dose_form_names_the_steps_of_the_patients_schedule_with_their_amounts():
    step = fields_for(KIND["dose"], SETTING)[0]
    assert "SUD2 0.3 mg/kg" in step.hint or "0.3 mg/kg" in step.hint


WORDS = st.text(alphabet="abcdefghij XYZ'\"\\0123456789:.-+!?/ø", max_size=12)


@st.composite
def forms(draw):
    kind = draw(st.sampled_from(KINDS))
    values = {}
    for field in kind.fields:
        chosen = st.sampled_from(field.words) if field.words else WORDS
        number = st.sampled_from(["", "0.3", "1.500", "88", "85", "1", "4", "124", "+3d", "19:10", "-30m", "?", "60"])
        values[field.name] = draw(st.one_of(chosen, number, st.just("")))
    return kind, values


@given(forms())
def test_whatever_stands_in_the_fields_is_understood_as_it_stands_or_asked_about(drawn):
    kind, values = drawn
    form = from_fields(kind, values, SETTING)
    if isinstance(form.answer, Asks):
        return
    again = from_line(form.line, SETTING)
    assert again.kind == kind
    for field in kind.fields:
        if field.free:
            assert again.values[field.name] == " ".join(values[field.name].split())
        elif field.name not in {"unit", "name", "where"} and not field.many:
            written, read = values[field.name].strip(), again.values[field.name]
            empty = {"", "no", "none", "hypoxia"}
            same = written == read or (written in empty and read in empty) or number(written) == number(read)
            assert same, (field.name, written, read)


def number(word):
    try:
        return Decimal(word.replace(",", "."))
    except ArithmeticError:
        return word


ENTRIES = [
    {"type": "dose", "step": "dose 1", "amount": Decimal("1.125"), "unit": "mg", "ended_at": None},
    {"type": "dose", "step": "C1D1", "amount": None, "unit": None, "ended_at": None},
    {"type": "medication", "name": "acetaminophen", "amount": 1000, "unit": "mg", "purpose": "treatment"},
    {"type": "medication", "name": "st john's wort", "amount": 1, "unit": "g"},
    {"type": "medication", "name": "dexamethasone", "amount": None, "unit": None},
    {
        "type": "support",
        "vasopressors": ["norepinephrine"],
        "vasopressin": True,
        "fluids_for_hypotension": True,
        "oxygen": {"device": "nasal_cannula", "flow_l_min": 2.5, "indication": "chronic"},
    },
    {
        "type": "ice",
        **dict.fromkeys(("orientation", "naming", "commands", "writing", "attention"), 1),
        "handwriting": "changed",
    },
    {"type": "capd", **dict.fromkeys(CAPD_ITEMS, 1)},
    {"type": "neuro", "consciousness": "voice", "seizure": "brief", "motor_weakness": True, "cerebral_edema": "focal"},
    {"type": "symptom", "names": ["rigors", "chest_pain"]},
    {"type": "symptom", "names": []},
    {"type": "place", "where": "travelling", "expected_by": (NOW - timedelta(hours=1, seconds=11)).isoformat()},
    {"type": "place", "where": "emergency_department", "expected_by": None},
    {"type": "clinician_grade", "syndrome": "icans", "grade": None, "by": "Dr Berg"},
    {"type": "attribution", "sign": "hypoxia", "cause": "pneumonia"},
    {"type": "baseline", "temperature_c": Decimal("36.6"), "systolic_mmhg": 118},
    {"type": "note", "text": "spoke to the daughter"},
]
"""Entries as other ways of entering make them too, each with what the entry line would not have written itself."""


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["type"])
def test_an_entry_of_the_record_fills_its_form_and_unchanged_means_the_same_at_the_same_instant(entry):
    at = NOW - timedelta(hours=2, seconds=11)
    body = {**entry, "at": at.isoformat(), "id": "m7", "by": entry.get("by", "ada"), "entered_at": NOW.isoformat()}
    kind, values = values_of_entry(body, MEDICINES)
    setting = Setting(
        now=NOW,
        zone=ZONE,
        drug=DRUG,
        schedule="us_weekly",
        medicines=MEDICINES,
        standing_support=None,
        unsaid_at=at,
    )
    answer = from_fields(kind, values, setting).answer
    if isinstance(answer, Note):
        assert answer.text == entry["text"]
        return
    assert isinstance(answer, Understood), answer
    assert "as before" in answer.read_back
    before, after = (parse_event(each, load_limits(), ref="m7") for each in (body, {**answer.event, "by": body["by"]}))
    renamed = {"acetaminophen": "paracetamol"}
    for name in before.__slots__:
        old, new = getattr(before, name, None), getattr(after, name, None)
        assert renamed.get(old, old) == new if isinstance(old, str) else old == new, name
    assert after.at == at


def test_what_the_form_cannot_say_is_asked_about_and_never_dropped():
    body = {"type": "support", "at": NOW.isoformat(), "vasopressors": ["milrinone"], "oxygen": {"device": "none"}}
    kind, values = values_of_entry(body, MEDICINES)
    answer = from_fields(kind, values, SETTING).answer
    assert isinstance(answer, Asks)
    assert answer.field == "vasopressors"


def test_voids_and_kinds_without_a_form_cannot_be_corrected():
    assert values_of_entry({"type": "void", "of": "m1", "why": "x"}, MEDICINES) is None
    assert values_of_entry({"type": "quarantined"}, MEDICINES) is None


def test_own_limits_name_the_group_of_the_rules_and_when_they_end():
    answer = understand("l spo2 88 85 2026-03-10 Dr Berg: chronic hypoxia", SETTING)
    assert answer == Limited(
        group="oximetry",
        limit=Limit(
            urgent=Decimal(88),
            emergency=Decimal(85),
            by="Dr Berg",
            why="chronic hypoxia",
            until=datetime(2026, 3, 11, tzinfo=ZONE),
        ),
        by="Dr Berg",
        why="chronic hypoxia",
        read_back=answer.read_back,
    )
    assert "urgent below 88, emergency below 85 % SpO2, until 2026-03-11 00:00; set by Dr Berg" in answer.read_back


def test_the_groups_of_own_limits_are_those_the_rules_have_bounds_for():
    assert {group for group, _ in GROUPS.values()} == load_rules().limit_bounds.keys()


def test_a_baseline_is_read_back_and_understood_by_the_record():
    answer = understand("b temp 36,6 sys 124 pulse 74", SETTING)
    assert answer.event == {
        "at": NOW.isoformat(),
        "type": "baseline",
        "temperature_c": 36.6,
        "systolic_mmhg": 124,
        "pulse_bpm": 74,
    }
    assert "the rest stays as it was" in answer.read_back
    assert isinstance(understand("b sys", SETTING), Asks)
    assert BASELINE["sys"].unit == "mmHg"


def test_the_form_of_a_child_is_known_by_the_second_word():
    assert kind_of_line("i 4 3").name == "ice"
    assert kind_of_line("i capd 0").name == "capd"
    assert kind_of_line("z") is None
    assert write_line(KIND["capd"], {"unable": "yes"}) == "i capd unable"
