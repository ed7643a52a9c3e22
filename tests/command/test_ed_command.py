"""A nurse prints, faxes or reads out the page for the emergency department."""

import json
from pathlib import Path

import pytest

DIRECTORY = Path(__file__).resolve().parents[2] / "deploy" / "departments.toml"


@pytest.fixture
def ward(stepguard, here):
    (here / "stepguard.toml").write_text(f'[site]\ndepartments = "{DIRECTORY}"\n')
    enrolled = stepguard(
        *("enroll", "P-0042", "--drug", "teclistamab", "--weight-kg", "71.5", "--allergy", "penicillin"),
        *("--department", "northgate", "--department", "riverside"),
    )
    assert enrolled.code == 0, enrolled.err
    assert stepguard("dose", "P-0042", "--step", "SUD1", "--at", "2026-03-02T10:00Z", "--by", "ada").code == 0
    return stepguard


def test_the_page_is_text_by_default_and_names_what_is_missing(ward):
    said = ward("ed", "page", "P-0042", "--by", "ada")
    assert said.code == 0, said.err
    assert "teclistamab (Tecvayli)" in said.out
    assert "Allergies: penicillin" in said.out
    assert "temperature: never measured at home" in said.out
    assert "Dr Ito" in said.out


def test_the_four_forms_are_made(ward, here):
    assert ward("ed", "page", "P-0042", "--format", "html").out.startswith("<!doctype html>")
    assert json.loads(ward("ed", "page", "P-0042", "--format", "fhir").out)["type"] == "document"
    assert ward("ed", "page", "P-0042", "--format", "pdf", "--to", "p.pdf", "--paper", "letter").code == 0
    assert (here / "p.pdf").read_bytes().startswith(b"%PDF")
    assert (here / "p.pdf").stat().st_mode & 0o777 == 0o600


def test_a_page_for_one_department_tells_its_stock(ward):
    assert "no tocilizumab in stock" in ward("ed", "page", "P-0042", "--department", "northgate").out
    ward("ed", "page", "P-0042", "--department", "elsewhere").refuses("elsewhere", "stepguard ed list")


def test_what_cannot_be_done_is_refused_with_the_remedy(ward, here):
    ward("ed", "page", "P-0042", "--format", "pdf").refuses("--to")
    ward("ed", "page", "P-0042", "--format", "fax").refuses("fax", "pdf")
    ward("ed", "page", "P-0001").refuses("P-0001", "enroll")
    (here / "there").write_text("")
    ward("ed", "page", "P-0042", "--to", "there").refuses("there", "exists")
    ward("enroll", "P-0042", "--department", "elsewhere").refuses("elsewhere", "riverside")
    ward("enroll", "P-0042", "--allergy", "latex", "--no-allergies").refuses("--no-allergies")


def test_asked_and_none_is_another_answer_than_never_asked(ward):
    assert ward("enroll", "P-0042", "--no-allergies").code == 0
    assert "Allergies: none known" in ward("ed", "page", "P-0042").out


def test_whoever_makes_the_page_is_in_the_audit_log(ward):
    ward("ed", "page", "P-0042", "--by", "ada")
    assert "page for the emergency department" in ward("audit", "show", "--patient", "P-0042", "--by", "ada").out


def test_the_directory_is_listed_with_what_to_ask_before_the_night(ward):
    shown = ward("ed", "list").out
    assert "riverside" in shown
    assert "tocilizumab in stock (asked 2026-11-20" in shown
    assert [one["key"] for one in ward("ed", "list", "--json").object] == ["riverside", "northgate"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('phone = "12"', "department[0].phone"),
        ('phone = "+12025550115"\nopens = 08:00:00', "opens and closes"),
        ('phone = "+12025550115"\ntocilizumab = "yes"', "tocilizumab_checked"),
        ('phone = "+12025550115"\nfax = "1"', "fax"),
    ],
)
def test_a_directory_in_which_one_could_not_be_called_stops_the_start(stepguard, here, line, words):
    (here / "d.toml").write_text(f'[[department]]\nkey = "a"\nname = "A"\n{line}\n')
    (here / "stepguard.toml").write_text('[site]\ndepartments = "d.toml"\n')
    stepguard("check").refuses("d.toml", words)


def test_check_warns_of_a_stock_nobody_asked_about(stepguard, here):
    (here / "d.toml").write_text('[[department]]\nkey = "a"\nname = "A"\nphone = "+12025550115"\n')
    (here / "stepguard.toml").write_text('[site]\ndepartments = "d.toml"\n')
    said = stepguard("check")
    assert said.code == 0
    assert "nobody has asked whether tocilizumab is in stock" in said.err
    assert "no link to the page" in said.err
    assert "http.public_url: not set" in said.err


@pytest.mark.parametrize(("length", "told"), [(20, False), (120, True)])
def test_check_says_when_an_address_leaves_no_room_for_a_link(stepguard, here, length, told):
    address = f"https://{'a' * length}.example"
    (here / "stepguard.toml").write_text(f'[site]\ndepartments = "{DIRECTORY}"\n[http]\npublic_url = "{address}"\n')
    assert ("too long for a link" in stepguard("check").err) is told


def test_the_notice_is_sent_by_command_only_where_something_is_open(ward):
    ward("ed", "send", "P-0042", "--department", "elsewhere", "--by", "ada").refuses("elsewhere", "stepguard ed list")
    said = ward("ed", "send", "P-0042", "--by", "ada")
    assert said.code == 1
    assert "stepguard ed page P-0042" in said.err
