"""The entry line: what each line means, and that anything doubtful is asked back, never guessed."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.entry.line import EXAMPLES, Note, Setting, Understood
from console.entry.moment import Asks
from console.entry.shorthand import READERS, understand
from console.entry.vocabulary import VocabularyError, load_medicines
from gateway.plausibility_limits import load_limits
from monitor.catalogue import normalise
from monitor.rulebook import load_rules
from monitor.timeline import parse_event

NOW = datetime(2026, 3, 3, 1, 14, 7, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Copenhagen")
RULES = load_rules()
SETTING = Setting(
    now=NOW,
    zone=ZONE,
    drug=RULES.catalogue.find("teclistamab"),
    schedule="us_weekly",
    medicines=load_medicines(),
    standing_support=None,
)


def read(line: str, **more: object) -> object:
    return understand(line, Setting(**({name: getattr(SETTING, name) for name in Setting.__slots__} | more)))


def event_of(line: str, **more: object) -> dict:
    answer = read(line, **more)
    assert isinstance(answer, Understood), answer
    return dict(answer.event)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("d SUD2 0.3 19:10", {"type": "dose", "step": "SUD2", "amount": 0.3, "unit": "mg/kg", "ended_at": None}),
        ("d sud2 0,3 mg/kg 19:10", {"type": "dose", "step": "sud2", "amount": 0.3, "unit": "mg/kg", "ended_at": None}),
        ("m para 1000 01:20", {"type": "medication", "name": "paracetamol", "amount": 1000, "unit": "mg"}),
        ("m para 1g", {"type": "medication", "name": "paracetamol", "amount": 1, "unit": "g"}),
        ("m tylenol 500", {"type": "medication", "name": "paracetamol", "amount": 500, "unit": "mg"}),
        (
            "m dexa 16 18:00 pre",
            {"type": "medication", "name": "dexamethasone", "amount": 16, "unit": "mg", "purpose": "premedication"},
        ),
        ("m tocilizumab 8 mg/kg", {"type": "medication", "name": "tocilizumab", "amount": 8, "unit": "mg/kg"}),
        ("m aciclovir! 400 mg", {"type": "medication", "name": "aciclovir", "amount": 400, "unit": "mg"}),
        (
            "i 4 3 1 1 0",
            {"type": "ice", "orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 0},
        ),
        ("y rig dizz", {"type": "symptom", "names": ["rigors", "dizziness"]}),
        ("y none", {"type": "symptom", "names": []}),
        ("p ed", {"type": "place", "where": "emergency_department", "expected_by": None}),
        (
            "u seizure brief",
            {
                "type": "neuro",
                "consciousness": "spontaneous",
                "seizure": "brief",
                "motor_weakness": False,
                "cerebral_edema": "none",
            },
        ),
        ("g crs 2 Dr Berg", {"type": "clinician_grade", "syndrome": "crs", "grade": 2, "by": "Dr Berg"}),
        ("g icans withdrawn Dr Berg", {"type": "clinician_grade", "syndrome": "icans", "grade": None, "by": "Dr Berg"}),
        ("c fever urinary infection", {"type": "attribution", "sign": "fever", "cause": "urinary infection"}),
        ("v m12 wrong patient's line", {"type": "void", "of": "m12", "why": "wrong patient's line"}),
    ],
)
def test_a_line_becomes_the_event_it_says(line, expected):
    event = event_of(line)
    event.pop("at")
    assert event == expected


@pytest.mark.parametrize(
    ("line", "oxygen", "pressors", "fluids"),
    [
        ("s nc 4", ("nasal_cannula", 4, "hypoxia"), [], False),
        ("s nc", ("nasal_cannula", None, "hypoxia"), [], False),
        ("s norad", ("none", None, "hypoxia"), ["norepinephrine"], False),
        ("s noradrenaline norad", ("none", None, "hypoxia"), ["norepinephrine"], False),
        ("s nc 2.5 norad fluids", ("nasal_cannula", 2.5, "hypoxia"), ["norepinephrine"], True),
        ("s hfnc 40 epinephrine", ("high_flow_cannula", 40, "hypoxia"), ["epinephrine"], False),
        ("s nc 2 chronic", ("nasal_cannula", 2, "chronic"), [], False),
        ("s ventilator airway", ("ventilator", None, "airway_protection"), [], False),
        ("s none", ("none", None, "hypoxia"), [], False),
    ],
)
def test_support_is_the_complete_state(line, oxygen, pressors, fluids):
    event = event_of(line)
    device, flow, indication = oxygen
    assert event["oxygen"] == {"device": device, "flow_l_min": flow, "indication": indication}
    assert event["vasopressors"] == pressors
    assert event["fluids_for_hypotension"] is fluids


@pytest.mark.parametrize("line", ["s oxygen 2", "s O2 2"])
def test_oxygen_without_a_device_is_asked_by_what(line):
    asked = read(line)
    assert isinstance(asked, Asks)
    assert asked.question.startswith("By what is the oxygen given")
    assert len(asked.question) < 120


def test_the_read_back_of_support_says_what_it_ends():
    answer = read("s nc 4", standing_support="norepinephrine, oxygen none")
    assert answer.read_back == (
        "ALL support now: oxygen nasal cannula 4 L/min; vasopressors none; fluids for pressure no "
        "[replaces: norepinephrine, oxygen none]; now"
    )


def test_the_read_back_says_drug_amount_unit_time_and_age():
    assert read("d SUD2 0.3 19:10").read_back == (
        "dose of teclistamab: SUD2 0.3 mg/kg (unit of the schedule); Mon 19:10, 7h ago"
    )


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("d SUD2 3 mg/kg", "THE SCHEDULE SAYS 0.3 mg/kg"),
        ("d SUD9 0.3 mg/kg", "NO SUCH STEP"),
        ("d SUD2 0.3 mg", "THE SCHEDULE SAYS"),
    ],
)
def test_a_dose_that_contradicts_the_schedule_is_read_back_loudly(line, warning):
    assert warning in read(line).read_back


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("", "dose: d SUD2"),
        ("q 3", "Begin with one of"),
        ("d SUD2", "how much"),
        ("d SUD9 0.3", "Which unit?"),
        ("d SUD2 0.3 mg/kgg", "is no unit known"),
        ("d SUD2 zero", "is not an amount"),
        ("d SUD2 0 mg", "more than nothing"),
        ("m para", "how much"),
        ("m p 1000", "could be paracetamol or"),
        ("m pred 25", "prednisolone or prednisone"),
        ("m foo 10 mg", "m foo! 10 mg"),
        ("m para 1", "1 what of paracetamol?"),
        ("m para 50000", "50000 what of paracetamol?"),
        ("m tocilizumab 8", "8 what of tocilizumab?"),
        ("m para 1,000 mg", "thousands or a fraction"),
        ("m para 1.000 mg", "thousands or a fraction"),
        ("m para 1000 mg 25:10", "When is '25:10'?"),
        ("m para 1000 mg 03:10", "ahead of the clock (02:14)"),
        ("m para 1000 mg 2026-03-03 19:10", "has not come yet"),
        ("s", "s nc 4"),
        ("s e", "is no support known"),
        ("s vent", "could be venturi or ventilator"),
        ("s norad mas fog", "is no support known"),
        ("s o2 4", "By what is the oxygen given"),
        ("s nc 4 mask 6", "Two oxygen devices"),
        ("s none norad", "none alone"),
        ("s chronic", "name the oxygen device"),
        ("i 4 3 1 1", "Five answers"),
        ("i 5 3 1 1 1", "orientation is 0 to 4"),
        ("i 4 3 1 1 x", "attention is 0 to 1"),
        ("y c", "is no symptom known"),
        ("y h", "is no symptom known"),
        ("y happy", "is no symptom known"),
        ("y seizure none", "is no symptom known"),
        ("p ed 30", "What is '30'?"),
        ("g crs 6 Dr Berg", "A grade is 0 to 5"),
        ("g crs 2", "whose grade"),
        ("u seizure", "brief or prolonged"),
        ("c fever", "which cause"),
        ("v m12", "and why"),
        ('m "para 1000', "quotation mark"),
    ],
)
def test_what_is_unclear_is_asked_back(line, asked):
    answer = read(line)
    assert isinstance(answer, Asks)
    assert asked in answer.question


def test_an_unknown_drug_still_takes_a_dose_once_the_unit_is_written():
    assert isinstance(read("d SUD2 0.3", drug=None), Asks)
    assert event_of("d SUD2 0.3 mg/kg", drug=None)["unit"] == "mg/kg"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("01:20", "2026-03-03T00:20"),
        ("02:14", "2026-03-03T01:14"),
        ("19:10", "2026-03-02T18:10"),
        ("yesterday 01:20", "2026-03-02T00:20"),
        ("sun 19:10", "2026-03-01T18:10"),
        ("tuesday 01:00", "2026-03-03T00:00"),
        ("2026-02-27 08:00", "2026-02-27T07:00"),
        ("-30m", "2026-03-03T00:44"),
        ("-2h", "2026-03-02T23:14"),
    ],
)
def test_a_time_is_the_latest_one_that_has_passed(written, utc):
    at = datetime.fromisoformat(str(event_of(f"i 4 3 1 1 1 {written}")["at"]))
    assert at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") == utc


@pytest.mark.parametrize(
    ("now", "clock"),
    [
        (datetime(2026, 10, 25, 6, 0, tzinfo=UTC), "02:30"),
        (datetime(2026, 3, 29, 6, 0, tzinfo=UTC), "02:30"),
    ],
)
def test_a_clock_time_that_happened_twice_or_never_is_asked_back(now, clock):
    answer = read(f"y rigors {clock}", now=now)
    assert isinstance(answer, Asks)
    assert "clocks changed" in answer.question


def test_a_note_keeps_its_words_as_written():
    assert read('n she\'s "fine", daughter at 19:10') == Note(
        text='she\'s "fine", daughter at 19:10', read_back='note: she\'s "fine", daughter at 19:10'
    )


def test_every_example_is_understood_or_shown_for_every_letter():
    assert EXAMPLES.keys() == READERS.keys()
    for letter, example in EXAMPLES.items():
        for line in example.split(": ", 1)[1].split("   "):
            assert not isinstance(read(line), Asks), (letter, line)


@pytest.mark.parametrize(
    "line",
    [
        "d SUD2 0.3 19:10",
        "m para 1000 01:20 pre",
        "s nc 4 norad vasopressin fluids",
        "i 4 3 1 1 0",
        "y rigors chest_pain",
        "u voice weakness seizure brief edema focal",
        "p travelling 60",
        "g crs 5 Dr Berg",
        "c hypoxia pneumonia",
        "v m12 wrong",
    ],
)
def test_what_is_understood_is_an_event_the_monitor_reads(line):
    assert parse_event(event_of(line), load_limits(), ref="m1").at <= NOW


def test_every_medicine_that_can_hide_fever_can_be_typed():
    typed = {normalise(name) for medicine in load_medicines() for name in medicine.names}
    assert set(RULES.masking) - typed == {"para", "dexa", "dex", "toci", "nsaid"}
    for name in ("para", "dexa", "dex", "toci"):
        assert isinstance(read(f"m {name} 10 mg"), Understood)


def test_a_medicine_file_without_a_source_is_refused(tmp_path):
    bad = tmp_path / "medicines.toml"
    bad.write_text('[[medicine]]\nname = "x"\nnames = ["x"]\n')
    with pytest.raises(VocabularyError, match="source"):
        load_medicines(bad)


def test_a_medicine_with_half_a_unit_is_refused_by_name(tmp_path):
    bad = tmp_path / "medicines.toml"
    head = 'source = "s"\nconfidence = "c"\nchecked = 2026-11-21\n'
    bad.write_text(f'{head}[[medicine]]\nname = "x"\nnames = ["x"]\nunit = "mg"\n')
    with pytest.raises(VocabularyError, match=r"'x'.*together"):
        load_medicines(bad)


def test_amounts_keep_the_digits_that_were_typed():
    assert Decimal(str(event_of("d SUD1 0.06 mg/kg")["amount"])) == Decimal("0.06")


@given(st.text(max_size=40))
def test_no_line_whatever_breaks_the_reader(line):
    assert isinstance(read(line), Understood | Note | Asks)


@given(st.sampled_from(sorted(READERS)), st.text(alphabet="0123456789.:,-+ /aemnorsx\"'", max_size=30))
def test_no_ending_breaks_any_letter(letter, rest):
    answer = read(f"{letter} {rest}")
    assert isinstance(answer, Understood | Note | Asks)
    if isinstance(answer, Understood) and answer.event["type"] != "void":
        parse_event(answer.event, load_limits(), ref="m1")
