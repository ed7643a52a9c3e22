"""Who may do what: four roles, a table of actions, and nothing else. Pure.

Nobody's role administers users: that is done by whoever may write the database's files, with `stepguard user`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a user is to the ward."""

    NURSE = "nurse"
    PHYSICIAN = "physician"
    DEVICE_TECHNICIAN = "device_technician"
    AUDITOR = "auditor"


class Action(StrEnum):
    """Something a user does, as permissions know it. The words are those of a refusal: "a nurse may not ..."."""

    SEE_DUTY = "see who needs somebody and whether the system works"
    VIEW_WARD = "see the values of the ward"
    VIEW_PATIENT = "open a patient's record"
    READ_TEXTS = "read the texts sent and received"
    ANSWER_PAGES = "answer, take, hand on or annotate a page"
    DIRECT_NOTICE = "send or hold the emergency department's notice"
    INSTRUCT_HOME = "send a home a standing instruction"
    ENTER_RECORD = "enter or strike out facts in a patient's record"
    NOTE_GRADE = "enter a named clinician's grade"
    GIVE_GRADE = "give a grade of their own"
    ENROL = "enrol patients or renew their profiles"
    SET_LIMITS = "set a patient's own limits"
    CHANGE_CONTACTS = "change or verify the telephones of a home"
    ASSIGN_DEVICES = "put hubs into homes or take them out"
    LIST_DEVICES = "list the hubs"
    MANAGE_DEVICES = "let hubs in, shut them out or renew their passwords"
    CHANGE_ROSTER = "change who is on call"
    READ_AUDIT = "read the audit log"
    ERASE_PATIENT = "erase a patient whose watch has ended"


_LOOKING = frozenset({Action.SEE_DUTY, Action.VIEW_WARD, Action.VIEW_PATIENT, Action.READ_TEXTS, Action.LIST_DEVICES})
_NURSING = _LOOKING | {
    Action.ANSWER_PAGES,
    Action.DIRECT_NOTICE,
    Action.INSTRUCT_HOME,
    Action.ENTER_RECORD,
    Action.NOTE_GRADE,
    Action.ENROL,
    Action.CHANGE_CONTACTS,
    Action.ASSIGN_DEVICES,
    Action.CHANGE_ROSTER,
}

PERMITTED: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        Role.NURSE: _NURSING,
        Role.PHYSICIAN: _NURSING | {Action.GIVE_GRADE, Action.SET_LIMITS, Action.ERASE_PATIENT},
        Role.DEVICE_TECHNICIAN: frozenset(
            {Action.SEE_DUTY, Action.LIST_DEVICES, Action.ASSIGN_DEVICES, Action.MANAGE_DEVICES}
        ),
        Role.AUDITOR: _LOOKING | {Action.READ_AUDIT},
    }
)
"""The whole table. docs/people.md shows it, and a test compares the two."""


def may(role: Role, action: Action) -> bool:
    """Return whether a user of that role may do it."""
    return action in PERMITTED[role]


def who_may(action: Action) -> tuple[Role, ...]:
    """Return the roles that may do it, in the order of `Role`."""
    return tuple(role for role in Role if may(role, action))


def refusal(role: Role, action: Action) -> str:
    """Return the sentence for somebody whose role does not permit it: what is refused, and who could do it."""
    able = " or ".join(in_words(each) for each in who_may(action))
    return f"{article(in_words(role))} may not {action}; ask {article(able)}"


def in_words(role: Role) -> str:
    """Return the role as people say it."""
    return role.value.replace("_", " ")


def article(noun: str) -> str:
    """Return the noun with its indefinite article."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def asked_of(event: Mapping[str, object]) -> Action:
    """Return what entering this event of a timeline asks for: only a clinician's grade is special.

    A grade that names its clinician is noted down for them; one that names nobody is the own grade of who enters it.
    """
    if event.get("type") != "clinician_grade":
        return Action.ENTER_RECORD
    return Action.NOTE_GRADE if str(event.get("by") or "").strip() else Action.GIVE_GRADE
