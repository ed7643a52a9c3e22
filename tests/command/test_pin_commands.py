"""PINs by command: set, listed, taken away; the PIN itself is in no file and no line that stays."""

import sqlite3

import pytest

from alerts import pins
from alerts.roster_file import load_roster
from gateway.database import Database

GOOD, OTHER = "482915", "739204"


@pytest.fixture
def pin(stepguard, here):
    """Set a PIN from a file that is gone afterwards."""

    def pin(digits, *more, person="ben"):
        (here / "pin").write_text(f"{digits}\n")
        said = stepguard("roster", "pin", person, "--pin-file", "pin", "--by", "ada", *more)
        (here / "pin").unlink()
        return said

    return pin


def has(stepguard):
    return {one["person"] for one in stepguard("roster", "pins", "--json").object if one["set_at"]}


def test_a_pin_is_set_listed_and_taken_away(stepguard, pin):
    assert has(stepguard) == set()
    assert pin(GOOD).code == 0
    assert has(stepguard) == {"ben"}
    assert "Ben Ortiz" in stepguard("roster", "pins").out
    said = stepguard("roster", "pin", "ben", "--remove", "--by", "ada")
    assert (said.code, said.out.strip()) == (0, "Ben Ortiz has no PIN any more")
    assert has(stepguard) == set()
    assert stepguard("roster", "pin", "ben", "--remove", "--by", "ada").out.strip() == "Ben Ortiz had no PIN"


def test_a_pin_stands_nowhere_in_clear_and_only_the_newest_counts(stepguard, pin, here):
    pin(OTHER)
    said = pin(GOOD)
    assert GOOD not in said.out + said.err
    for file in here.rglob("*"):
        if file.is_file():
            assert GOOD.encode() not in file.read_bytes(), file.name
    database = Database(f"sqlite:///{here / 'stepguard.db'}")
    with database.read() as session:
        kept = pins.hash_of(session, "ben")
    database.dispose()
    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert pins.is_right(GOOD, kept)
    assert not pins.is_right(OTHER, kept)


def test_who_set_whose_pin_is_in_the_audit_log(stepguard, pin, here):
    pin(GOOD)
    with sqlite3.connect(here / "stepguard.db") as connection:
        bodies = [str(body) for (body,) in connection.execute("SELECT body FROM audit")]
    connection.close()
    assert any('"pin:ben"' in body and '"ada"' in body for body in bodies)
    assert stepguard("audit", "verify").code == 0


def test_a_generated_pin_is_printed_once_and_is_a_good_one(stepguard):
    said = stepguard("roster", "pin", "ben", "--generate", "--by", "ada", "--json")
    made = said.object["pin"]
    pins.refuse_weak(made, load_roster().by_key("ben"))
    assert made not in said.err


@pytest.mark.parametrize("digits", ["", "12345", "1234567", "123456", "654321", "000000", "481481", "48291a", "202555"])
def test_a_pin_that_others_try_first_is_refused_and_not_quoted(stepguard, pin, digits):
    said = pin(digits)
    assert said.code == 2
    assert "nothing was changed" in said.err
    assert not digits or digits not in said.err
    assert has(stepguard) == set()


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("nobody", "--generate"), "known are ada"),
        (("ben",), "--pin-file"),
        (("ben", "--generate", "--remove"), "only one of"),
        (("ben", "--pin-file", "missing"), "write the PIN on its first line"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(stepguard, arguments, remedy):
    said = stepguard("roster", "pin", *arguments, "--by", "ada")
    assert said.code == 2
    assert remedy in said.err
