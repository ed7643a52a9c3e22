"""Who may do what, as a table; docs/people.md shows the same one."""

import re

import pytest

from gateway.permissions import PERMITTED, Action, Role, asked_of, may, refusal, who_may

TABLE = """
                 nurse  physician  device_technician  auditor
SEE_DUTY         yes    yes        yes                yes
VIEW_WARD        yes    yes        -                  yes
VIEW_PATIENT     yes    yes        -                  yes
READ_TEXTS       yes    yes        -                  yes
ANSWER_PAGES     yes    yes        -                  -
DIRECT_NOTICE    yes    yes        -                  -
INSTRUCT_HOME    yes    yes        -                  -
ENTER_RECORD     yes    yes        -                  -
NOTE_GRADE       yes    yes        -                  -
GIVE_GRADE       -      yes        -                  -
ENROL            yes    yes        -                  -
SET_LIMITS       -      yes        -                  -
CHANGE_CONTACTS  yes    yes        -                  -
ASSIGN_DEVICES   yes    yes        yes                -
LIST_DEVICES     yes    yes        yes                yes
MANAGE_DEVICES   -      -          yes                -
CHANGE_ROSTER    yes    yes        -                  -
READ_AUDIT       -      -          -                  yes
ERASE_PATIENT    -      yes        -                  -
"""


def cells():
    heading, *rows = [line.split() for line in TABLE.strip().splitlines()]
    for name, *answers in rows:
        for role, answer in zip(heading, answers, strict=True):
            yield name, role, answer == "yes"


@pytest.mark.parametrize(("action", "role", "permitted"), list(cells()), ids=str)
def test_a_role_may_do_what_the_table_says_and_nothing_else(action, role, permitted):
    assert may(Role(role), Action[action]) is permitted


def test_the_table_holds_every_action_and_every_role():
    assert {(name, role) for name, role, _ in cells()} == {
        (action.name, role.value) for action in Action for role in Role
    }


def test_an_auditor_changes_nothing():
    reading = {Action.SEE_DUTY, Action.VIEW_WARD, Action.VIEW_PATIENT, Action.READ_TEXTS, Action.LIST_DEVICES}
    assert PERMITTED[Role.AUDITOR] - reading == {Action.READ_AUDIT}


def test_a_physician_may_whatever_a_nurse_may():
    assert PERMITTED[Role.NURSE] < PERMITTED[Role.PHYSICIAN]


def test_a_technician_sees_no_value_of_any_patient():
    assert PERMITTED[Role.DEVICE_TECHNICIAN].isdisjoint({Action.VIEW_WARD, Action.VIEW_PATIENT, Action.READ_TEXTS})


@pytest.mark.parametrize("action", Action)
def test_everything_can_be_done_by_somebody(action):
    assert who_may(action)


def test_a_refusal_says_what_and_who_could():
    assert refusal(Role.AUDITOR, Action.GIVE_GRADE) == "an auditor may not give a grade of their own; ask a physician"


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ({"type": "dose", "by": "ada"}, Action.ENTER_RECORD),
        ({"type": "void"}, Action.ENTER_RECORD),
        ({"type": "clinician_grade", "by": "Dr Ito"}, Action.NOTE_GRADE),
        ({"type": "clinician_grade", "by": "  "}, Action.GIVE_GRADE),
        ({"type": "clinician_grade"}, Action.GIVE_GRADE),
        ({}, Action.ENTER_RECORD),
    ],
)
def test_an_entry_asks_for_what_it_is(event, asked):
    assert asked_of(event) is asked


def test_the_page_about_people_shows_the_same_table(request):
    page = (request.config.rootpath / "docs" / "people.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| (?P<action>[^|]+?) \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", page, re.MULTILINE)
    wanted = [(action.value, *("yes" if may(role, action) else "-" for role in Role)) for action in Action]
    assert [row for row in shown if row[0] in {action.value for action in Action}] == wanted
