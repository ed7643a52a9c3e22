"""Decides what the shift report says of what comes: what is due, what ends, which dose is planned, the odds. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from console.views import wording
from console.views.cells import Tone
from console.views.shift_values import Fact, Material
from monitor.assessment import Assessment

PLANNED_AHEAD = timedelta(days=7)
"""Of planned doses those of a week are told: it is what duty is looked at ahead too. Engineering, 2026-11-21."""


def ahead(found: Material, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield what comes next in the order it comes, then what to think of if it turns."""
    answer = found.overview.assessment
    planned = [fact for fact in doses(found, now, zone) if fact.topic == "ahead"]
    coming = [*_due(answer, now, zone), *_ends(found, now, zone), *planned]
    yield from sorted(coming, key=lambda fact: fact.at or now)
    if not any(due_times(answer)):
        yield Fact(topic="ahead", text="no measurement is due", tone=Tone.DIM)
    if answer is None:
        return
    if answer.window.crs_probability is not None:
        text = f"a fever now would be CRS with probability {answer.window.crs_probability:.0%}; look for infection too"
        yield Fact(topic="ahead", text=text)
    if answer.window.residual_risk is not None:
        yield Fact(
            topic="ahead", text=f"no fever since the dose: CRS still to come in {answer.window.residual_risk:.0%}"
        )
    dose = answer.guidance.next_dose
    allowed = {True: "may be given", False: "not now", None: "not decided here"}[dose.allowed]
    earliest = "" if dose.earliest is None else f", earliest {_at(dose.earliest, now, zone)}"
    said = f": {wording.one_line(dose.text)}" if dose.text else ""
    yield Fact(topic="ahead", text=f"next dose (reference): {allowed}{earliest}{said}")


def due_times(answer: Assessment | None) -> list[tuple[datetime, str]]:
    """Return when each group and ICE are due, the first first; empty when nothing is asked."""
    if answer is None:
        return []
    due = answer.next_due
    asked = (
        ("temperature", due.temperature),
        ("SpO2", due.oximetry),
        ("pressure", due.blood_pressure),
        ("ICE", due.ice),
    )
    return sorted((at, name) for name, at in asked if at is not None)


def _due(answer: Assessment | None, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield what was due and has not come, then what is due, the first time of each deciding its place."""
    times = due_times(answer)
    late, coming = [each for each in times if each[0] <= now], [each for each in times if each[0] > now]
    for word, tone, asked in (("was due", Tone.UNSEEN, late), ("due", Tone.PLAIN, coming)):
        if asked:
            words = ", ".join(f"{name} {_at(at, now, zone)}" for at, name in asked)
            yield Fact(topic="ahead", text=f"{word}: {words}", at=asked[0][0], tone=tone)


def doses(found: Material, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield the doses that are planned: those whose time has come are something to do."""
    for each in found.planned:
        moved = f", moved from {_at(each.first_due, now, zone)}" if each.moved else ""
        remarks = f"; {'; '.join(wording.one_line(one) for one in each.remarks)}" if each.remarks else ""
        dose = f"dose {wording.one_line(each.step)}"
        if each.due <= now:
            text = f"{dose} was planned for {_at(each.due, now, zone)}{moved} and is not entered{remarks}"
            yield Fact(topic="actions", text=text, tone=Tone.WATCH)
        elif each.due <= now + PLANNED_AHEAD:
            yield Fact(topic="ahead", text=f"{dose} planned {_at(each.due, now, zone)}{moved}{remarks}", at=each.due)


def _ends(found: Material, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield when what holds now ends: the hours of a drug, an attribution, a silence, an acceptance."""
    for each in found.past.running:
        latest = " at the latest" if each.at_latest else ""
        text = f"{wording.one_line(each.what)} until {_at(each.until, now, zone)}{latest}"
        yield Fact(topic="ahead", text=text, at=each.until)
    for page in found.incidents:
        if page.holder is not None and page.held_until is not None:
            who = wording.one_line(page.holder)
            text = f"page {page.page_code}: what {who} accepted runs out {_at(page.held_until, now, zone)}"
            yield Fact(topic="ahead", text=text, at=page.held_until)
        if page.silence is not None:
            text = f"silence of page {page.page_code} ends {_at(page.silence.until, now, zone)}"
            yield Fact(topic="ahead", text=text, at=page.silence.until)
        if page.next_step is not None and page.next_at is not None:
            step = wording.next_step(page.next_step, None).removeprefix("next: ")
            text = f"page {page.page_code}: {step} {_at(page.next_at, now, zone)} if nobody accepts"
            yield Fact(topic="ahead", text=text, at=page.next_at)


def _at(at: datetime, now: datetime, zone: tzinfo) -> str:
    return wording.clock_time(at, zone, now)
