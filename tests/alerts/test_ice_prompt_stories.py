"""Mornings and evenings on which a home is asked for ICE: once, who agreed, and only while the patient is due."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.ice_prompts import HOMES_AT_ONCE, ask_homes
from alerts.message import Site
from gateway.reading import PatientId
from monitor.assessment import NextDue
from monitor.enrolment import enrol

HOME, DAUGHTER, SMS = "+12025550190", "+12025550191", "sms"
EIGHT = datetime(2026, 3, 3, 8, tzinfo=UTC)
SITE = Site(unit_phone="555-0100", emergency_number="112")
PROMPT = (
    "Please ask the five questions on your sheet and text the points. All right is I 4 3 1 1 1."
    " Confused or hard to wake: call 112. Questions: 555-0100."
)


def ice_due(at):
    return NextDue(temperature=None, oximetry=None, blood_pressure=None, ice=at)


@pytest.fixture
def asked(ward):
    """Ask whoever is due now, as the house does each minute; return to how many homes."""

    def ask():
        count = ask_homes(ward.database, ward.monitor, SITE, ward.clock.at)
        ward.alerts.cycle()
        return count

    return ask


@pytest.fixture
def home(ward):
    ward.clock.at = EIGHT - timedelta(hours=1)
    ward.caregiver()
    ward.says(due=ice_due(EIGHT))
    return ward


def test_a_home_is_asked_once_when_ice_falls_due_and_not_before(home, asked):
    assert asked() == 0
    home.clock.at = EIGHT
    assert asked() == 1
    assert home.expect((HOME, SMS)) == [PROMPT]
    home.advance(minutes=30)
    assert asked() == 0
    home.no_texts()
    home.texts_back(HOME, "I 4 3 1 1 1")
    assert home.monitor.ice == [(1, (4, 3, 1, 1, 1))]
    home.phone.take()
    home.says(due=ice_due(EIGHT + timedelta(hours=12)))
    assert asked() == 0


def test_the_evening_is_asked_for_anew_and_points_that_cannot_be_read_are_asked_back(home, asked):
    home.clock.at = EIGHT
    assert asked() == 1
    home.phone.take()
    home.texts_back(HOME, "I 9")
    [reply] = home.expect((HOME, SMS))
    assert reply.startswith("The five questions need five numbers: all right is I 4 3 1 1 1. Nothing was recorded.")
    home.clock.at = EIGHT + timedelta(hours=12)
    home.says(due=ice_due(home.clock.at))
    assert asked() == 1
    home.expect((HOME, SMS))


def test_who_did_not_agree_to_text_values_and_who_stopped_texts_is_left_to_the_nurse(ward, asked):
    ward.clock.at = EIGHT
    ward.caregiver(consent_values=False)
    ward.caregiver(number=DAUGHTER)
    ward.says(due=ice_due(EIGHT))
    ward.texts_back(DAUGHTER, "STOP")
    ward.phone.take()
    assert asked() == 0
    ward.texts_back(DAUGHTER, "START")
    assert asked() == 1
    assert [m.number for m in ward.phone.take() if m.body == PROMPT] == [DAUGHTER]


def test_a_prompt_that_nobody_could_send_in_time_is_not_sent_late(home, asked):
    home.clock.at = EIGHT + timedelta(hours=2)
    assert asked() == 0, "it is on the nurse's list by now"
    home.no_texts()


@pytest.mark.parametrize("place", ["travelling", "emergency_department"])
def test_nobody_is_asked_away_from_home(home, asked, place):
    home.clock.at = EIGHT
    home.says(place=place, due=ice_due(None))
    assert asked() == 0


def test_nobody_is_asked_questions_in_an_emergency(home, asked):
    home.clock.at = EIGHT
    home.low_pressure(due=ice_due(EIGHT))
    home.phone.take()
    assert asked() == 0
    home.says(urgency="urgent", groups={"blood_pressure"}, due=ice_due(EIGHT))
    assert home.line().urgency == "urgent"
    home.phone.take()
    assert asked() == 1
    home.expect((HOME, SMS))


def test_a_child_is_asked_capd_and_so_by_the_nurse(ward, asked):
    ward.clock.at = EIGHT
    limits = {
        group: {
            "urgent": urgent,
            "emergency": emergency,
            "by": "Dr Ito",
            "why": "a child",
            "until": "2027-01-01T00:00Z",
        }
        for group, urgent, emergency in (("blood_pressure", 85, 80), ("oximetry", 93, 91))
    }
    with ward.database.write() as session:
        child = enrol(
            session, code="P-0001", profile={"born": "2017-01-01", "limits": limits}, drug="blinatumomab",
            schedule=None, now=ward.clock.at,
        )  # fmt: skip
    ward.caregiver(child)
    ward.says(child, due=ice_due(EIGHT))
    assert asked() == 0


def test_two_patients_of_one_number_are_asked_for_by_their_letters_in_their_language(ward, asked):
    ward.clock.at = EIGHT
    ward.caregiver(1, letter="A", language="da")
    ward.caregiver(2, letter="D", language="da")
    ward.says(1, due=ice_due(EIGHT))
    ward.says(2, due=ice_due(EIGHT))
    assert asked() == 2
    first, second = sorted(message.body for message in ward.phone.take())
    assert first.startswith("A: Stil de fem spørgsmål på arket, og sms pointene. Alt rigtigt er A I 4 3 1 1 1.")
    assert second.startswith("D: ")
    ward.texts_back(HOME, "D I 4 3 1 1 0")
    assert ward.monitor.ice == [(2, (4, 3, 1, 1, 0))]
    assert next(message.body for message in ward.phone.take()).startswith("D: Modtaget 9 af 10 point.")


def test_a_whole_ward_that_is_due_at_once_is_asked_in_portions_and_everybody_is_asked(ward, asked):
    ward.clock.at = EIGHT
    homes = HOMES_AT_ONCE + 3
    for number in range(1, homes + 1):
        ward.caregiver(PatientId(number), number=f"+120255503{number:02d}")
        ward.says(number, due=ice_due(EIGHT))
    assert [asked(), asked(), asked()] == [HOMES_AT_ONCE, 3, 0]
    assert len({message.number for message in ward.phone.take()}) == homes
