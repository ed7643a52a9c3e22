"""Nights on which a nurse sends a home what the site has signed: shown whole, never by itself, followed to its end."""

import datetime as dt
from pathlib import Path

import pytest
from sqlmodel import select

from alerts.incident import RefusedError
from alerts.instructing import KIND, offers, send, sent_before
from alerts.instructions_file import InstructionsError, instruction_lines, load_instructions
from alerts.message import Site
from alerts.phone import NotDelivered, Refused, Sent
from alerts.tables import PageRow
from gateway.audit_tables import AuditPayloadRow
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import events_of

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "instructions.toml"
HOME, SON, BEN = "+12025550190", "+12025550191", "+12025550112"
SMS, VOICE = "sms", "voice"
SITE = Site(unit_phone="555-0100", emergency_number="112")
CATALOGUE = load_rules().catalogue
COME = (
    "The nurse asks you to come to the unit now to be seen. Take the card and all your medicines."
    " Questions: 555-0100. If it gets worse on the way: 112."
)


def signed_file(tmp_path, text=None):
    """Return the shipped form as a site would sign it, or another text."""
    file = tmp_path / "instructions.toml"
    form = SHIPPED.read_text(encoding="utf-8") if text is None else text
    file.write_text(form.replace('signed_by = ""', 'signed_by = "Dr Ito"').replace("2026-11-21", "2026-02-01"), "utf-8")
    return file


def loaded(file):
    return load_instructions(file, site=SITE, catalogue=CATALOGUE)


@pytest.fixture
def standing(tmp_path):
    return loaded(signed_file(tmp_path))


@pytest.fixture
def home(ward):
    """A patient on teclistamab, known by a brand name."""
    with ward.database.write() as session:
        return enrol(session, code="P-0001", profile={}, drug="Tecvayli", schedule=None, now=ward.clock.at)


def offered(ward, home, standing):
    with ward.database.read() as session:
        return offers(session, home, standing, CATALOGUE, SITE, ward.clock.at)


def pressed(ward, home, standing, key="come-in", shown=None):
    """Read what would go out, press, and let the engine pass."""
    if shown is None:
        shown = offered(ward, home, standing).by_key(key).shown
    with ward.database.write() as session:
        count = send(
            session, home, key, shown, by="ada", standing=standing, catalogue=CATALOGUE, site=SITE, now=ward.clock.at
        )
    ward.alerts.cycle()
    return count


def sent(ward, home):
    with ward.database.read() as session:
        return sent_before(session, home)


def test_what_was_shown_is_what_arrives_and_it_stands_in_the_record_under_the_name_of_who_pressed(ward, home, standing):
    ward.caregiver(home)
    ward.fever(home)
    ward.phone.take()
    [telephone] = offered(ward, home, standing).by_key("come-in").telephones
    assert (telephone.words, telephone.signed) == (COME, "Dr Ito, 2026-02-01")
    assert pressed(ward, home, standing) == 1
    assert ward.expect((HOME, SMS)) == [COME]
    [told] = sent(ward, home)
    assert (told.state, told.reason) == (
        "delivered",
        "standing instruction come-in, pressed by ada, signed by Dr Ito, 2026-02-01",
    )
    with ward.database.read() as session:
        [note] = events_of(session, home)
        [page] = session.exec(select(PageRow).where(PageRow.kind == KIND))
        payloads = [row.payload or b"" for row in session.exec(select(AuditPayloadRow))]
    assert (note.by, note.body["type"]) == ("ada", "note")
    assert page.incident_id == ward.line().id
    assert page.urgency == "urgent", "it is never held back for the carriers' sake"
    assert sum(b"instruction sent" in payload for payload in payloads) == 1


def test_no_fever_and_no_hour_sends_one_by_itself(ward, home, standing):
    ward.caregiver(home)
    ward.fever(home)
    ward.advance(hours=1)
    assert standing.instructions
    assert not any("come to the unit" in message.body for message in ward.phone.take())
    assert sent(ward, home) == []


def test_each_telephone_gets_the_text_of_its_language_and_none_where_the_file_has_none(ward, home, standing):
    ward.caregiver(home, name="Eva")
    ward.caregiver(home, name="Jonas", number=SON, language="da")
    fever = offered(ward, home, standing).by_key("fever")
    assert [one.words is None for one in fever.telephones] == [False, True]
    assert fever.telephones[1].why.startswith("no text in Danish for Jonas: add [instruction.text.da] to")
    assert pressed(ward, home, standing, "fever") == 1
    ward.expect((HOME, SMS))
    assert pressed(ward, home, standing) == 2
    texts = {message.number: message.body for message in ward.phone.take()}
    assert texts[SON].startswith("Sygeplejersken beder jer komme")


@pytest.mark.parametrize(
    ("drug", "why"),
    [
        (None, "no drug is known for P-0001; name it with stepguard enroll P-0001 --drug"),
        ("epcoritamab", "no standing instruction for epcoritamab; add one to"),
    ],
)
def test_where_the_file_has_nothing_nothing_is_sent_and_the_remedy_is_named(ward, standing, drug, why):
    with ward.database.write() as session:
        patient = enrol(session, code="P-0001", profile={}, drug=drug, schedule=None, now=ward.clock.at)
    ward.caregiver(patient)
    assert offered(ward, patient, standing).why_none.startswith(why)
    with pytest.raises(RefusedError, match=why):
        pressed(ward, patient, standing, shown=())
    ward.no_texts()


def test_a_text_that_changed_after_it_was_read_is_not_sent(ward, home, standing, tmp_path):
    ward.caregiver(home)
    shown = offered(ward, home, standing).by_key("come-in").shown
    changed = loaded(signed_file(tmp_path, SHIPPED.read_text(encoding="utf-8").replace("now to be seen", "tomorrow")))
    with pytest.raises(RefusedError, match="Read it again"):
        pressed(ward, home, changed, shown=shown)
    ward.no_texts()


def test_a_text_signed_for_later_is_not_sent_before(ward, home, standing):
    ward.caregiver(home)
    ward.clock.at = ward.clock.at.replace(year=2026, month=1)
    [telephone] = offered(ward, home, standing).by_key("come-in").telephones
    assert telephone.words is None
    assert "2026-02-01, which lies ahead" in telephone.why


def test_a_home_that_stopped_texts_is_called_with_the_same_words_and_the_numbers_spoken(ward, home, standing):
    ward.caregiver(home)
    ward.says(home)
    ward.texts_back(HOME, "STOP")
    ward.phone.take()
    pressed(ward, home, standing)
    [call] = ward.phone.take()
    assert (call.number, call.channel) == (HOME, VOICE)
    assert call.body == COME.replace("555-0100", "5 5 5, 0 1 0 0").replace("112", "1 1 2")


def test_a_text_that_does_not_arrive_becomes_a_call_and_a_call_that_does_not_brings_the_nurse(ward, home, standing):
    ward.caregiver(home)
    ward.says(home)
    ward.phone.outcomes[HOME, SMS] = [Sent("lost", NotDelivered("30003"))]
    ward.phone.outcomes[HOME, VOICE] = [Refused("no such number")]
    pressed(ward, home, standing)
    ward.advance(seconds=10)
    messages = [(message.number, message.channel) for message in ward.phone.take()]
    assert messages[:2] == [(HOME, SMS), (HOME, VOICE)]
    assert (BEN, SMS) in messages
    assert ward.line().urgency == "urgent"
    assert [one.state for one in sent(ward, home)] == ["failed", "failed"]


def test_one_of_two_telephones_that_heard_it_is_enough(ward, home, standing):
    ward.caregiver(home)
    ward.caregiver(home, number=SON)
    ward.phone.outcomes[HOME, SMS] = [Refused("landline")]
    ward.phone.outcomes[HOME, VOICE] = [Refused("no answer")]
    pressed(ward, home, standing)
    ward.advance(seconds=10)
    ward.expect((HOME, SMS), (SON, SMS), (HOME, VOICE))
    assert ward.lines() == []


def test_the_shipped_form_is_signed_by_nobody_and_so_cannot_be_used():
    with pytest.raises(InstructionsError, match=r"instruction\[0\].text.en.signed_by is empty; name who takes"):
        loaded(SHIPPED)


ONE = """
[[instruction]]
drug = "teclistamab"
key = "come-in"
title = "Come in"
[instruction.text.en]
text = "Come in now. {unit}"
signed_by = "Dr Ito"
signed_on = 2026-02-01
"""


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("", "", None),
        ('key = "come-in"', 'key = "Come In"', r"instruction\[0\].key 'Come In' cannot be typed"),
        ("text.en]", "text.fr]", r"text.fr: no home is written to in it; use one of en, da, de, es"),
        ("{unit}", "{phone}", r"nothing fills \{phone\}; use \{unit\} and \{emergency\} alone"),
        ("{unit}", "{unit:>20}", r"nothing fills \{unit>20\}"),
        ("{unit}", "{unit", "write a brace as"),
        ("Come in now.", "Your tecvayli fever.", "names Tecvayli, which says what the patient has"),
        ("Come in now.", "Come in now. " * 30, "cannot be sent .*; shorten it"),
        ("Come in now. {unit}", " ", "text.en.text is empty; write what the home is to do"),
        ('signed_by = "Dr Ito"\n', "", "missing required field `signed_by`"),
        ("signed_on = 2026-02-01", 'signed_on = "soon"', "signed_on"),
        ("title", "titel", "titel"),
        ("[[instruction]]", "[[instructions]]", "unknown field `instructions`"),
        (ONE, "", "no instruction; add an"),
        ('drug = "teclistamab"', 'drug = ""', "drug and title must not be empty"),
        ("[[", "[", "instructions.toml"),
    ],
)
def test_a_file_that_cannot_be_used_names_the_place_and_the_remedy(tmp_path, before, after, why):
    file = signed_file(tmp_path, ONE.replace(before, after))
    if why is None:
        assert [one.key for one in loaded(file).instructions] == ["come-in"]
        return
    with pytest.raises(InstructionsError, match=why) as refused:
        loaded(file)
    assert str(file) in str(refused.value)


def test_one_key_twice_for_one_drug_is_refused_under_whatever_name_of_it(tmp_path):
    file = signed_file(tmp_path, ONE + ONE.replace("teclistamab", "Tecvayli"))
    with pytest.raises(InstructionsError, match="'come-in' is used twice"):
        loaded(file)


def test_check_says_what_is_missing_before_the_night(tmp_path):
    file = signed_file(tmp_path, ONE.replace("teclistamab", "teclistomab"))
    lines = list(instruction_lines(loaded(file), CATALOGUE, "UTC", dt.datetime(2026, 1, 5, tzinfo=dt.UTC)))
    assert [line.partition("come-in: ")[2] for line in lines] == [
        "the drug is not in the catalogue, so only this very name finds it",
        "en is signed on 2026-02-01, which lies ahead; it cannot be sent before",
        "no text in Danish, German, Spanish; homes of these languages get none",
    ]
