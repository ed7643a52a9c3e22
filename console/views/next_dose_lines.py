"""Decides how the sheet for a next dose reads in a terminal. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.next_dose_sheet import Sheet, Statement

_ALLOWED = {True: "may be given", False: "not now", None: "not decided here"}


def lines(sheet: Sheet, zone: ZoneInfo) -> Iterator[str]:
    """Give the sheet line by line; what must not be relied on begins with UNCERTAIN."""

    def clock(at: datetime) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    yield f"{sheet.patient}  {sheet.drug or 'drug not known'}  {sheet.schedule or 'schedule not known'}"
    last = sheet.last_dose
    yield "no dose given yet" if last is None else f"last dose {last.step or 'step not known'}, {clock(last.at)}"
    dose = sheet.next_dose
    earliest = "" if dose.earliest is None else f", earliest {clock(dose.earliest)}"
    yield f"next dose on {clock(sheet.at)}: {_ALLOWED[dose.allowed]}{earliest}"
    yield f"    {', '.join(action.replace('_', ' ') for action in dose.actions)}"
    yield f"    step: {', then '.join(sheet.gives) or 'not known'}"
    yield from _part("label, what happened", sheet.label)
    yield from _part("label, the time since the last dose", [sheet.restart] if sheet.restart else [])
    yield from _part("label, medicines around it", sheet.premedication)
    yield from _part("label, watched after it", sheet.observation)
    yield from _part("second reference", sheet.second_reference)
    yield from _part("other causes to think of", sheet.other_causes)
    yield ""
    yield sheet.notice


def _part(title: str, statements: Iterable[Statement]) -> Iterator[str]:
    found = list(statements)
    if not found:
        return
    yield ""
    yield title
    for each in found:
        yield f"  {'UNCERTAIN ' if each.doubt else ''}{each.about}: {each.says}"
        checked = f", checked {each.checked}" if each.checked else ""
        yield f"      {each.source}; {each.confidence}{checked}"
