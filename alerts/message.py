"""Writes every text. Staff read an opaque code, an urgency, a page code and a number; nobody reads a name.

Texts to caregivers may carry the values they themselves measured, if they agreed to that; never a drug or a
diagnosis. Every text is checked against GSM-7 and its segment limit before it leaves this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from alerts.gsm7 import TextRefusedError, fit
from alerts.spoken import apart
from gateway.reading import Reading
from monitor.assessment import NextDue, Urgency

STAFF_SEGMENTS = 1
CAREGIVER_SEGMENTS = 2
TENTH = Decimal("0.1")
FEVER_C = Decimal("38.0")
"""ASTCT 2019 (Lee et al., doi:10.1016/j.bbmt.2018.12.758). A display must not round a value up to it."""
FEVER_F = Decimal("100.4")
SOON = timedelta(minutes=1)
WORDS = {"temperature": "temperature", "blood_pressure": "blood pressure", "oximetry": "oxygen"}
"""What a home reads for each group, in the order in which it is asked to measure."""

STAFF_HELP = (
    "Reply with the page code and OK to accept, TAKE to take over, ESC to call the next, TO and a name to hand over,"
    " NO to decline."
)
COLLEAGUE = "a colleague"
LONGEST_NAME = 30
EXAMPLE = "T 38.4 S 94 B 104/61 P 110"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the people are: the unit's call-back number, the public emergency number, the local time."""

    unit_phone: str
    emergency_number: str
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the home should measure: `now` at once, else `groups` at `at`. Groups are vital group names."""

    now: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    at: datetime | None = None


def ask_of(due: NextDue, now: datetime) -> Ask:
    """Return what `due` asks of the home at `now`; ICE is the nurse's to ask."""
    times = {name: at for name in WORDS if (at := getattr(due, name)) is not None}
    at_once = tuple(name for name, at in times.items() if at <= now + SOON)
    rest = {name: at for name, at in times.items() if name not in at_once}
    first = min(rest.values(), default=None)
    return Ask(now=at_once, later=tuple(name for name, at in rest.items() if at == first), at=first)


def staff_text(
    site: Site, *, urgency: Urgency, code: str | None, page_code: str, others: int = 0, technical: bool = False,
    homes: int = 0,
) -> str:  # fmt: skip
    """Return the text to a member of staff: one segment, no identity, nothing clinical but the urgency.

    `homes` is how many silent homes a technical page stands for.

    A patient code that the alphabet cannot carry is left out rather than allowed to stop the page.
    """
    subject = "SYSTEM" if technical else urgency.upper()
    subject += f", {homes} homes silent" if homes else ""
    more = f" and {others} more" if others else ""
    whom = f"{subject} {code or ''}".strip()
    full = f"STEPGUARD {whom}{more}. Reply {page_code} OK. Call {site.unit_phone}"
    return _first_that_fits(
        [full, f"STEPGUARD {subject}{more}. Reply {page_code} OK. Call {site.unit_phone}"],
        STAFF_SEGMENTS,
    )


def staff_call(
    site: Site, *, urgency: Urgency, code: str | None, page_code: str, others: int = 0, technical: bool = False,
    homes: int = 0,
) -> str:  # fmt: skip
    """Return the words spoken to a member of staff: code, urgency and number, digits apart, nothing clinical."""
    subject = "system alarm" if technical else f"{urgency} {apart(code or '')}".strip()
    subject += f", {homes} homes silent" if homes else ""
    more = f" and {others} more" if others else ""
    number = f"Call {apart(site.unit_phone)}. Page code {apart(page_code)}."
    return _first_that_fits([f"This is Stepguard: {subject}{more}. {number}", f"This is Stepguard. {number}"], 2)


def ed_text(site: Site, *, urgency: Urgency, code: str | None, page_code: str) -> str:
    """Return the notice to the emergency department: a code, an urgency, a page code, a number."""
    tail = f"Page {page_code}. Call {site.unit_phone}"
    return _first_that_fits(
        [
            f"STEPGUARD NOTICE {urgency.upper()} {code or ''} may be coming to you. {tail}".replace("  ", " "),
            f"STEPGUARD NOTICE {urgency.upper()}. {tail}",
        ],
        STAFF_SEGMENTS,
    )


def ed_call(site: Site, *, urgency: Urgency, code: str | None, page_code: str) -> str:
    """Return the notice to the emergency department as it is spoken, digits apart."""
    tail = f"Page {apart(page_code)}. Call {apart(site.unit_phone)}."
    return _first_that_fits(
        [
            f"This is Stepguard with a notice: {urgency} {apart(code or '')} may be coming to you. {tail}",
            f"This is Stepguard with a notice: {urgency}. {tail}",
        ],
        2,
    )


def stopped_home(site: Site, *, code: str | None, page_code: str) -> str:
    """Return the text that tells a nurse of a home that refuses our texts."""
    tail = f"is called instead. Reply {page_code} OK. Call {site.unit_phone}"
    return _first_that_fits(
        [
            f"STEPGUARD {code or 'SYSTEM'}: this home refuses our texts (STOP) and {tail}",
            f"STEPGUARD: a home refuses our texts (STOP) and {tail}",
        ],
        STAFF_SEGMENTS,
    )


def receipt_text(*, page_code: str | None, sentence: str, site: Site) -> str:
    """Return the answer to a member of staff's text."""
    head = f"{page_code}: " if page_code else ""
    return _first_that_fits(
        [f"{head}{sentence}", f"{head}See the board or call {site.unit_phone}."],
        STAFF_SEGMENTS,
    )


def named(name: str) -> str:
    """Return a colleague's name as a text to staff can carry it; "a colleague" where the alphabet or space forbid."""
    try:
        return fit(name, at_most=1) if 0 < len(name) <= LONGEST_NAME else COLLEAGUE
    except TextRefusedError:
        return COLLEAGUE


def received(site: Site, *, values: str, ask: Ask, nurse_calls: bool) -> str:
    """Return the text that says what arrived and what comes next."""
    parts = [f"Received {values}." if values else "Received, thank you."]
    parts.append(_asked(site, ask))
    if nurse_calls:
        parts.append("A nurse will call.")
    return caregiver(" ".join(part for part in parts if part))


def reminder(site: Site, *, overdue: Sequence[str]) -> str:
    """Return the text to a home whose measurements are past due and grace."""
    asked = _list(overdue) or "all values"
    return caregiver(
        f"Please measure now: {asked}. No device? Text {EXAMPLE}. Help: {site.unit_phone}. "
        f"Emergency: {site.emergency_number}."
    )


def measure(site: Site, *, values: str, ask: Ask) -> str:
    """Return the text that asks for another measurement of a value worth watching."""
    asked = _list(ask.now or ask.later) or "temperature"
    seen = f"Last: {values}. " if values else ""
    return caregiver(f"{seen}Please measure again: {asked}. Questions: {site.unit_phone}.")


def sit_down(site: Site, *, values: str, groups: Sequence[str]) -> str:
    """Return the text after one dangerous value: rest, measure again, someone is coming."""
    seen = f"Received {values}. " if values else ""
    asked = _list(groups) or "all values"
    return caregiver(
        f"{seen}Sit down. Measure again now: {asked}. A nurse will call. If worse call {site.emergency_number}."
    )


def go_now(site: Site) -> str:
    """Return the text that sends the patient to the emergency department."""
    return caregiver(
        f"Go to the emergency department now. Show the card. Call {site.unit_phone}. "
        f"Cannot go: {site.emergency_number}. Reply GOING when you leave."
    )


def no_answer(site: Site) -> str:
    """Return the text to a home that has answered nobody."""
    return caregiver(
        f"We cannot reach you and have no measurements. Measure now or call {site.unit_phone} at once. "
        f"Emergency: {site.emergency_number}."
    )


def arrived(site: Site) -> str:
    """Return the text to somebody who should have arrived at the hospital by now."""
    return caregiver(f"Have you arrived? Reply THERE, or call {site.unit_phone}. Emergency: {site.emergency_number}.")


def mistake(site: Site, *, sentence: str) -> str:
    """Return the answer to a caregiver's text that was not understood: what is wrong, and an example."""
    tail = f"Nothing was recorded. Send for example {EXAMPLE}. Emergency: {site.emergency_number}."
    return _first_that_fits([f"{sentence} {tail}", tail], CAREGIVER_SEGMENTS)


def thanks(site: Site, *, sentence: str) -> str:
    """Return the answer to GOING or THERE."""
    return caregiver(f"Thank you. {sentence} Questions: {site.unit_phone}. Emergency: {site.emergency_number}.")


def call_us(site: Site) -> str:
    """Return the answer to a text that we failed on."""
    return caregiver(f"Your text could not be used. Call {site.unit_phone}. Emergency: {site.emergency_number}.")


def unknown_number(site: Site) -> str:
    """Return the answer to a number that belongs to nobody here."""
    return caregiver(
        f"This number is not known here and nothing was recorded. Emergency: {site.emergency_number}. "
        f"Unit: {site.unit_phone}."
    )


def caregiver(text: str) -> str:
    """Return `text` if it may go to a caregiver: GSM-7, at most two segments. Raises TextRefusedError otherwise."""
    return fit(text, at_most=CAREGIVER_SEGMENTS)


def spoken_values(readings: Sequence[Reading]) -> str:
    """Return the values of some readings as the home sent them, newest of each group: `38.4 C, SpO2 94, BP 104/61`.

    Empty when there is nothing to say. Temperatures come back in the unit they were sent in.
    """
    words: dict[str, str] = {}
    for reading in readings:
        if reading.temperature is not None and reading.temperature.sent_value is not None:
            sent = reading.temperature
            fahrenheit = sent.sent_unit == "[degF]"
            value, limit = Decimal(str(sent.sent_value)), FEVER_F if fahrenheit else FEVER_C
            words["temperature"] = f"{_tenths(value, limit)} {'F' if fahrenheit else 'C'}"
        if reading.oximetry is not None and reading.oximetry.spo2_pct is not None:
            words["oximetry"] = f"SpO2 {_whole(reading.oximetry.spo2_pct)}"
        pressure = reading.blood_pressure
        if pressure is not None and pressure.systolic_mmhg is not None and pressure.diastolic_mmhg is not None:
            words["blood_pressure"] = f"BP {_whole(pressure.systolic_mmhg)}/{_whole(pressure.diastolic_mmhg)}"
    return ", ".join(words.values())


def _asked(site: Site, ask: Ask) -> str:
    if ask.now:
        return f"Now: {_list(ask.now)}."
    if ask.at is not None and ask.later:
        return f"Next: {_list(ask.later)} at {ask.at.astimezone(ZoneInfo(site.timezone)):%H:%M}."
    return ""


def _list(groups: Sequence[str]) -> str:
    words = [word for group, word in WORDS.items() if group in groups]
    if len(words) > 1:
        return f"{', '.join(words[:-1])} and {words[-1]}"
    return "".join(words)


def _tenths(value: Decimal, limit: Decimal) -> Decimal:
    rounded = value.quantize(TENTH, ROUND_HALF_UP)
    return value.quantize(TENTH, ROUND_DOWN) if value < limit <= rounded else rounded


def _whole(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _first_that_fits(texts: Sequence[str], at_most: int) -> str:
    for text in texts[:-1]:
        try:
            return fit(text, at_most=at_most)
        except TextRefusedError:
            continue
    return fit(texts[-1], at_most=at_most)
