"""Every text to staff with the longest values there may be: one segment of GSM-7, opaque, and never cut to the bone."""

import re

import pytest

from alerts import message
from alerts.gsm7 import segments
from alerts.message import Site
from alerts.page_code import page_code
from alerts.roster_file import load_roster

LONG_SITE = Site(unit_phone="+123 45 678 901 2345 ext 6789", emergency_number="112", timezone="UTC")
CODE = "P-1234567890"
PAGE = page_code(52_899)
BEN, CLEO, ED = "+12025550112", "+12025550113", "+12025550115"
NAMES = {"ben": "Wilhelmina-Charlotte Ottenburg", "cleo": "Maximiliana von Hohenlohe-Wald"}
SMS = "sms"
CLINICAL = re.compile(r"fever|temp|spo2|oxygen|pressure|crs|grade|pulse|dose|\d\d[.,]\d", re.IGNORECASE)


@pytest.mark.parametrize("urgency", ["watch", "urgent", "emergency"])
@pytest.mark.parametrize("technical", [False, True])
def test_pages_notices_and_news_of_homes_keep_code_page_code_and_number(urgency, technical):
    texts = [
        message.staff_text(LONG_SITE, urgency=urgency, code=CODE, page_code=PAGE, others=1999, technical=technical),
        message.ed_text(LONG_SITE, urgency=urgency, code=CODE, page_code=PAGE),
        message.stopped_home(LONG_SITE, code=CODE, page_code=PAGE),
    ]
    for text in texts:
        assert segments(text) == 1
        assert CODE in text
        assert PAGE in text
        assert LONG_SITE.unit_phone in text
        assert not CLINICAL.search(text)


def test_help_is_one_segment():
    assert segments(message.receipt_text(page_code=None, sentence=message.STAFF_HELP, site=LONG_SITE)) == 1


def test_a_name_that_no_text_can_carry_is_a_colleague():
    assert message.named("Ben Ortiz") == "Ben Ortiz"
    assert message.named("Zofia Żak") == "a colleague"
    assert message.named("A" * 31) == "a colleague"
    assert message.named("") == "a colleague"


@pytest.fixture
def ward(ward, tmp_path):
    """Give a ward whose people have the longest names."""
    numbers = {"ben": BEN, "cleo": CLEO, "desk": ED}
    people = "".join(
        f'[[person]]\nkey = "{key}"\nname = "{NAMES.get(key, "Emergency desk")}"\nnumber = "{number}"\n'
        for key, number in numbers.items()
    )
    holders = {"nurse": "ben", "second_nurse": "cleo", "oncologist": "cleo", "emergency_department": "desk"}
    days = 'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = 00:00:00\nuntil = 00:00:00\n'
    shifts = "".join(f'[[shift]]\nrole = "{role}"\nperson = "{key}"\n{days}' for role, key in holders.items())
    file = tmp_path / "roster.toml"
    file.write_text(f'timezone = "UTC"\n{people}{shifts}')
    ward.roster = load_roster(file)
    ward.restart()
    return ward


def test_every_answer_to_staff_fits_and_says_what_it_has_to(ward):
    """No answer falls back to "see the board": whoever answers at night must not have to look there."""
    ward.fever(1)
    ward.fever(2)
    first, second = (line.page_code for line in ward.lines())
    slip = f"{first[1]}{first[0]}{first[2:]}"
    said = [
        (BEN, "OK"), (BEN, f"{first} not ok"), (BEN, "?"), (BEN, "ZZ99 OK"), (BEN, f"{slip} OK"),
        (CLEO, f"{first} OK"), (BEN, f"{first} TO CLEO"), (BEN, f"{first} NO"), (BEN, f"{first} OK"),
        (BEN, f"{first} OK"), (CLEO, f"{first} OK"), (CLEO, f"{first} TO BEN"), (BEN, f"{first} TO NOBODY"),
        (BEN, f"{first} TO BEN"), (BEN, f"{first} TO NEXT"), (CLEO, f"{first} NO"), (BEN, f"{first} TO SECOND"),
        (CLEO, f"{first} OK"), (BEN, f"{first} TAKE"), (CLEO, f"{first} ESC"), (BEN, f"{second} ESC"), (BEN, "OK OK"),
        (ED, f"{second} OK"), (BEN, f"{second} TAKE"),
    ]  # fmt: skip
    for number, body in said:
        ward.texts_back(number, body)
    answers = [one.body for one in ward.phone.take() if one.channel == SMS and "Reply" not in one.body[:40]]
    assert len(answers) >= len(said)
    for text in answers:
        assert segments(text) == 1, text
        assert "See the board" not in text, text
        assert not CLINICAL.search(text.replace("STEPGUARD", "")), text
    assert any(NAMES["cleo"] in text for text in answers)
