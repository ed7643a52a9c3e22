"""Reads what an emergency department enters on its page: support, grades, medicines, the place. Pure; guesses nothing.

Each entry becomes events of a timeline (docs/interfaces.md), said back in words before it is saved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from monitor.entry_words import spell_entry
from monitor.timeline import OXYGEN_DEVICES

Fields = Mapping[str, Sequence[str]]
VASOPRESSORS = ("norepinephrine", "epinephrine", "phenylephrine", "dopamine")
INDICATIONS = ("hypoxia", "airway_protection", "chronic")
MEDICINES = ("tocilizumab", "dexamethasone", "methylprednisolone", "acetaminophen", "anakinra")
GRADES = tuple(str(grade) for grade in range(6))
LONGEST_AGO = timedelta(hours=24)
MOST_DIGITS = 4
LONGEST_WORD = 80
MOST_FLOW_L_MIN = Decimal(100)
PLACES: dict[str, str] = {
    "arrived": "emergency_department",
    "admitted": "admitted",
    "discharged": "discharged",
}
"""What a department may say of where the patient is, and the place it becomes."""


class EntryRefusedError(Exception):
    """Something entered cannot be used; the message is a sentence for whoever entered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Events to be saved together, each with the words it is said back in."""

    events: tuple[Mapping[str, Any], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said back, one line for each event."""
        return tuple(
            f"{_KINDS[str(event['type'])]}: {spell_entry(event)}{_what_follows(event)}" for event in self.events
        )


_KINDS = {
    "support": "Support, everything given",
    "clinician_grade": "Grade",
    "medication": "Medicine given",
    "place": "Place",
}


def _what_follows(event: Mapping[str, Any]) -> str:
    ends = event["type"] == "clinician_grade" and event["syndrome"] == "crs" and event["grade"] == 0
    return " (this closes the episode of CRS)" if ends else ""


def read_entry(fields: Fields, *, by: str, now: datetime) -> Entry:
    """Return what a form says.

    Parameters
    ----------
    fields
        The form's fields; an absent one was left blank.
    by
        Who enters it; their name stands with a grade.

    Raises
    ------
    EntryRefusedError
        When something cannot be read or nothing was entered.
    """
    at = (now - _ago(fields)).isoformat()
    events = (*_support(fields, at), *_grades(fields, at, by), *_medicine(fields, at))
    if not events:
        raise EntryRefusedError("Nothing was entered. Tick support, choose a grade or a medicine.")
    return Entry(events=events)


def read_place(word: str, now: datetime) -> Entry:
    """Return where the patient is from now on. Raises EntryRefusedError for any other word."""
    if word not in PLACES:
        raise EntryRefusedError("Choose arrived, admitted or discharged.")
    return Entry(events=({"at": now.isoformat(), "type": "place", "where": PLACES[word]},))


def first(fields: Fields, key: str) -> str:
    """Return the first value of a field without blanks around it; empty when there is none."""
    values = fields.get(key) or ("",)
    return values[0].strip()


def _ago(fields: Fields) -> timedelta:
    given = first(fields, "minutes_ago")
    if not given:
        return timedelta(0)
    readable = given.isdecimal() and given.isascii() and len(given) <= MOST_DIGITS
    ago = timedelta(minutes=int(given)) if readable else None
    if ago is None or ago > LONGEST_AGO:
        raise EntryRefusedError("Minutes ago must be a whole number from 0 to 1440.")
    return ago


def _support(fields: Fields, at: str) -> Iterator[Mapping[str, Any]]:
    """Give the support, only when it is said to be complete: a blank form must never end what is given."""
    device = first(fields, "oxygen") or "none"
    chosen = [name for name in fields.get("vasopressor", ()) if name]
    anything = device != "none" or chosen or first(fields, "vasopressin") or first(fields, "fluids")
    if not first(fields, "support"):
        if anything or first(fields, "flow"):
            raise EntryRefusedError("Tick that this is all the support given now, or leave support blank.")
        return
    if unknown := set(chosen) - set(VASOPRESSORS):
        raise EntryRefusedError(f"{sorted(unknown)[0][:LONGEST_WORD]!r} is no vasopressor of the list.")
    if device not in OXYGEN_DEVICES:
        raise EntryRefusedError("Choose an oxygen device of the list.")
    indication = first(fields, "indication") or "hypoxia"
    if indication not in INDICATIONS:
        raise EntryRefusedError("Choose what the oxygen is for.")
    flow = _number(first(fields, "flow"), "Oxygen flow", MOST_FLOW_L_MIN)
    if device == "none" and flow is not None:
        raise EntryRefusedError("A flow was given and no oxygen device.")
    yield {
        "at": at,
        "type": "support",
        "vasopressors": sorted(set(chosen)),
        "vasopressin": bool(first(fields, "vasopressin")),
        "fluids_for_hypotension": bool(first(fields, "fluids")),
        "oxygen": {"device": device, "flow_l_min": flow, "indication": indication},
    }


def _grades(fields: Fields, at: str, by: str) -> Iterator[Mapping[str, Any]]:
    syndromes: tuple[Literal["crs", "icans"], ...] = ("crs", "icans")
    for syndrome in syndromes:
        given = first(fields, syndrome)
        if not given:
            continue
        if given not in GRADES:
            raise EntryRefusedError(f"The {syndrome.upper()} grade must be 0 to 5.")
        yield {"at": at, "type": "clinician_grade", "syndrome": syndrome, "grade": int(given), "by": by}


def _medicine(fields: Fields, at: str) -> Iterator[Mapping[str, Any]]:
    listed, other = first(fields, "medicine"), first(fields, "other_medicine")
    if listed and other:
        raise EntryRefusedError("Two medicines were given: save one, then enter the other.")
    name = listed or other
    amount = _number(first(fields, "amount_mg"), "The amount", Decimal(100_000))
    if not name:
        if amount is not None:
            raise EntryRefusedError("An amount was given and no medicine.")
        return
    if len(name) > LONGEST_WORD or not name.isprintable():
        raise EntryRefusedError("Write the medicine's name in at most 80 letters.")
    yield {
        "at": at,
        "type": "medication",
        "name": name,
        "amount": amount,
        "unit": None if amount is None else "mg",
        "purpose": "treatment",
    }


def _number(given: str, what: str, most: Decimal) -> Decimal | None:
    if not given:
        return None
    try:
        number = Decimal(given.replace(",", "."))
    except InvalidOperation as error:
        raise EntryRefusedError(f"{what} must be a number.") from error
    if not number.is_finite() or not 0 <= number <= most:
        raise EntryRefusedError(f"{what} must lie between 0 and {most}.")
    return number
