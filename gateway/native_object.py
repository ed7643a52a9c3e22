"""Reads a native reading from a decoded JSON object, plainly: the twin that `gateway.native` must never contradict."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Context, Decimal

import msgspec

from gateway.reading import BloodPressure, Oximetry, Reading, Rejected, RespiratoryRate, Temperature

CELSIUS = "Cel"
FAHRENHEIT = "[degF]"
UNITS = frozenset({CELSIUS, FAHRENHEIT})
NO_VALUE = "--"
"""What a device sends when it measured and got nothing."""

MAX_SEQ = 2**53 - 1
"""The largest integer every JSON reader keeps exactly."""

MAX_BOOT_LENGTH = 64
MAX_EXPONENT = 307
"""Beyond this power of ten a number is infinite to every device that counts in binary floating point."""

# A quotient such as 68.3 * 5 / 9 has no last digit. Rounding down at fifty digits keeps every comparison with a
# limit as the exact value would have it: what is below a limit can never reach it.
_CONVERSION = Context(prec=50, rounding=ROUND_FLOOR)

_KNOWN_KEYS = frozenset(
    {"measured_at", "boot", "seq", "temperature", "oximetry", "blood_pressure", "respiratory_rate_bpm"}
)


NO_FLAGS: frozenset[str] = frozenset()


class Refused(Exception):  # noqa: N818 - not an error of ours: an answer on its way to becoming a Rejected
    """Why a message cannot become a reading."""


def read_object(obj: Mapping[str, object], received_at: datetime) -> Reading | Rejected:
    """Return the reading that a decoded JSON object states, or why there is none.

    Numbers should be exact (`Decimal` or `int`); a `float` is taken at its shortest spelling, which is the text
    it was parsed from unless that had more than 17 digits. `measured_at` may be text or an aware `datetime`.
    """
    try:
        return read_tree(obj, received_at)
    except Refused as refused:
        return Rejected(reason=str(refused))


def to_celsius(value: Decimal, unit: str) -> Decimal:
    """Return a temperature in degrees Celsius; exact wherever the quotient ends, else rounded down at 50 digits.

    Raises
    ------
    ValueError
        For a unit other than `Cel` and `[degF]`.
    """
    if unit == CELSIUS:
        return value
    if unit == FAHRENHEIT:
        above_freezing = _CONVERSION.subtract(value, Decimal(32))
        return _CONVERSION.divide(_CONVERSION.multiply(above_freezing, Decimal(5)), Decimal(9))
    raise ValueError(f"unit must be {CELSIUS} or {FAHRENHEIT}")


def read_tree(obj: Mapping[str, object], received_at: datetime) -> Reading:
    """Return what `read_object` returns, or raise Refused with the reason."""
    boot, seq = sound_identity(obj.get("boot"), _as_integer(obj.get("seq")))
    unknown = [key for key in obj if key not in _KNOWN_KEYS]
    if boot is None:
        unknown += [key for key in ("boot", "seq") if obj.get(key) is not None]
    reading = Reading(
        measured_at=_instant(obj.get("measured_at")),
        received_at=received_at,
        boot=boot,
        seq=seq,
        temperature=_temperature(_part(obj, "temperature", unknown), unknown),
        oximetry=_oximetry(_part(obj, "oximetry", unknown), unknown),
        blood_pressure=_blood_pressure(_part(obj, "blood_pressure", unknown), unknown),
        respiratory_rate=_respiratory_rate(obj),
        unknown_keys=tuple(unknown),
    )
    groups = (reading.temperature, reading.oximetry, reading.blood_pressure, reading.respiratory_rate)
    if all(group is None for group in groups):
        raise Refused("no vital group: none of temperature, oximetry, blood_pressure, respiratory_rate_bpm")
    return reading


_PARTS = {
    "temperature": frozenset({"value", "unit", "site", "flags"}),
    "oximetry": frozenset({"spo2_pct", "pulse_bpm", "perfusion_index_pct", "flags"}),
    "blood_pressure": frozenset({"systolic_mmhg", "diastolic_mmhg", "pulse_bpm", "flags"}),
}


def _part(obj: Mapping[str, object], name: str, unknown: list[str]) -> Mapping[str, object] | None:
    part = obj.get(name)
    if part is None:
        return None
    if not isinstance(part, Mapping):
        raise Refused(f"{name} must be an object such as docs/interfaces.md shows")
    if not part.keys() <= _PARTS[name]:
        unknown += [f"{name}.{key}" for key in part if key not in _PARTS[name]]
    return part


def _temperature(part: Mapping[str, object] | None, unknown: list[str]) -> Temperature | None:
    if part is None:
        return None
    unit = part.get("unit")
    if not isinstance(unit, str) or unit not in UNITS:
        raise Refused(f"temperature.unit is missing or unknown: must be {CELSIUS} or {FAHRENHEIT}")
    sent = _number(part, "temperature", "value")
    site = part.get("site")
    if site is not None and not isinstance(site, str):
        unknown.append("temperature.site")
    return Temperature(
        temperature_c=None if sent is None else to_celsius(sent, unit),
        sent_value=sent,
        sent_unit=unit,
        site=site.lower() if isinstance(site, str) else "unknown",
        flags=_flags(part, "temperature", unknown),
    )


def _oximetry(part: Mapping[str, object] | None, unknown: list[str]) -> Oximetry | None:
    if part is None:
        return None
    return Oximetry(
        spo2_pct=_number(part, "oximetry", "spo2_pct"),
        pulse_bpm=_number(part, "oximetry", "pulse_bpm"),
        perfusion_index_pct=_number(part, "oximetry", "perfusion_index_pct"),
        flags=_flags(part, "oximetry", unknown),
    )


def _blood_pressure(part: Mapping[str, object] | None, unknown: list[str]) -> BloodPressure | None:
    if part is None:
        return None
    return BloodPressure(
        systolic_mmhg=_number(part, "blood_pressure", "systolic_mmhg"),
        diastolic_mmhg=_number(part, "blood_pressure", "diastolic_mmhg"),
        pulse_bpm=_number(part, "blood_pressure", "pulse_bpm"),
        flags=_flags(part, "blood_pressure", unknown),
    )


def _respiratory_rate(obj: Mapping[str, object]) -> RespiratoryRate | None:
    if obj.get("respiratory_rate_bpm") is None:
        return None
    return RespiratoryRate(breaths_bpm=_number(obj, "", "respiratory_rate_bpm"))


def _flags(part: Mapping[str, object], group: str, unknown: list[str]) -> frozenset[str]:
    """Return the device's own words; what is not a list of words is kept as an unknown key, never fatal."""
    flags = part.get("flags")
    if flags is None:
        return NO_FLAGS
    if not isinstance(flags, Sequence) or isinstance(flags, str | bytes):
        unknown.append(f"{group}.flags")
        return NO_FLAGS
    if not all(isinstance(flag, str) for flag in flags):
        unknown.append(f"{group}.flags")
    return frozenset(flag for flag in flags if isinstance(flag, str))


def _number(part: Mapping[str, object], group: str, key: str) -> Decimal | None:
    """Return an exact number; None for `--`, null and an absent key."""
    value = part.get(key)
    if value is None or value == NO_VALUE:
        return None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        where = f"{group}.{key}" if group else key
        raise Refused(f'{where} must be a number, or "{NO_VALUE}" when the device has no value')
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() > MAX_EXPONENT:
        raise Refused("a number is not finite")
    return number


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        at = value
    elif isinstance(value, str):
        at = _parse_instant(value)
    else:
        raise Refused("measured_at is missing: must be a time with an offset or Z")
    if at.tzinfo is None:
        raise Refused("measured_at has no offset: a local time without a zone is not guessed")
    return in_utc(at)


def _parse_instant(text: str) -> datetime:
    try:
        return msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        pass  # RFC 3339 asks for seconds; ISO 8601 does not, and nothing is ambiguous without them
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Refused("measured_at is not a time such as 2026-03-02T22:10:05+00:00") from None


def in_utc(at: datetime) -> datetime:
    """Return the same instant in UTC, or raise Refused when it lies outside the calendar."""
    if at.tzinfo is UTC:
        return at
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise Refused("measured_at is outside the calendar") from None


def sound_identity(boot: object, seq: object) -> tuple[str, int] | tuple[None, None]:
    """Return the boot and seq that name a message; without a sound pair its natural key does."""
    if (
        isinstance(boot, str)
        and 0 < len(boot) <= MAX_BOOT_LENGTH
        and boot.isprintable()
        and isinstance(seq, int)
        and not isinstance(seq, bool)
        and 0 <= seq <= MAX_SEQ
    ):
        return boot, seq
    return None, None


def _as_integer(value: object) -> object:
    """Return a `Decimal` that was written as an integer as `int`; anything else as it is."""
    if isinstance(value, Decimal) and value.is_finite() and value.as_tuple().exponent == 0 and value <= MAX_SEQ:
        return int(value)
    return value
