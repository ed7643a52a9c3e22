"""Decodes the native JSON reading, and refuses to guess.

Two paths answer alike: a fast one for what hubs usually send, and a plain one that reads any object and says
exactly what is wrong with it.

No unit, no offset, no finite number or one key given twice mean that nothing is read at all.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from gateway.reading import BloodPressure, Oximetry, Reading, Rejected, RespiratoryRate, Temperature

CELSIUS = "Cel"
FAHRENHEIT = "[degF]"
_UNITS = frozenset({CELSIUS, FAHRENHEIT})
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

_AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]
_KNOWN_KEYS = frozenset(
    {"measured_at", "boot", "seq", "temperature", "oximetry", "blood_pressure", "respiratory_rate_bpm"}
)


class _TemperatureWire(msgspec.Struct, forbid_unknown_fields=True):
    value: Decimal
    unit: str
    site: str | UnsetType = UNSET
    flags: list[str] | UnsetType = UNSET


class _OximetryWire(msgspec.Struct, forbid_unknown_fields=True):
    spo2_pct: Decimal
    pulse_bpm: Decimal | UnsetType = UNSET
    perfusion_index_pct: Decimal | UnsetType = UNSET
    flags: list[str] | UnsetType = UNSET


class _BloodPressureWire(msgspec.Struct, forbid_unknown_fields=True):
    systolic_mmhg: Decimal
    diastolic_mmhg: Decimal
    pulse_bpm: Decimal | UnsetType = UNSET
    flags: list[str] | UnsetType = UNSET


class _ReadingWire(msgspec.Struct, forbid_unknown_fields=True):
    measured_at: _AwareTime
    boot: str
    seq: int
    temperature: _TemperatureWire | UnsetType = UNSET
    oximetry: _OximetryWire | UnsetType = UNSET
    blood_pressure: _BloodPressureWire | UnsetType = UNSET
    respiratory_rate_bpm: Decimal | UnsetType = UNSET


_decoder = msgspec.json.Decoder(_ReadingWire)
_NO_FLAGS: frozenset[str] = frozenset()


class _Refused(Exception):  # noqa: N818 - not an error of ours: an answer on its way to becoming a Rejected
    """Why a message cannot become a reading."""


def decode(payload: bytes, received_at: datetime) -> Reading | Rejected:
    """Return the reading in `payload`, or why there is none.

    Parameters
    ----------
    payload
        Native JSON as received, UTF-8.
    received_at
        When it reached us; aware.

    Returns
    -------
    Reading or Rejected
        What `decode_plainly` returns, sooner. Never raises for anything a device can send.
    """
    try:
        wire = _decoder.decode(payload)
    except (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError):
        return decode_plainly(payload, received_at)
    try:
        reading = _fast(wire, payload, received_at)
    except _Refused as refused:
        return Rejected(reason=str(refused))
    return decode_plainly(payload, received_at) if reading is None else reading


def decode_plainly(payload: bytes, received_at: datetime) -> Reading | Rejected:
    """Return what `decode` returns, by the slow and obvious path."""
    try:
        tree = json.loads(
            payload.decode("utf-8"),
            parse_float=_parse_number,
            parse_int=_parse_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_refuse_twins,
        )
        if not isinstance(tree, Mapping):
            return Rejected(reason="not a JSON object")
        return _read(tree, received_at)
    except UnicodeDecodeError:
        return Rejected(reason="not UTF-8 text")
    except json.JSONDecodeError as error:
        return Rejected(reason=f"not JSON: {error.msg} at character {error.pos}")
    except RecursionError:
        return Rejected(reason="nested too deeply to be a reading")
    except _Refused as refused:
        return Rejected(reason=str(refused))


def read_object(obj: Mapping[str, object], received_at: datetime) -> Reading | Rejected:
    """Return the reading that a decoded JSON object states, or why there is none.

    Numbers should be exact (`Decimal` or `int`); a `float` is taken at its shortest spelling, which is the text
    it was parsed from unless that had more than 17 digits. `measured_at` may be text or an aware `datetime`.
    """
    try:
        return _read(obj, received_at)
    except _Refused as refused:
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


# The fast path. Each function returns None whenever the plain path should have the word.


def _fast(wire: _ReadingWire, payload: bytes, received_at: datetime) -> Reading | None:
    """Return the reading if nothing about the message is odd.

    Without escapes every quote of a JSON text delimits a key or a string. So when the text has exactly the quotes
    of what was decoded, no key came twice and no number came as a string.
    """
    strings = 5  # the keys measured_at, boot, seq and the values of the first two
    numbers: list[Decimal] = []
    temperature = oximetry = pressure = rate = None
    if (sent := wire.temperature) is not UNSET:
        if sent.unit not in _UNITS:
            return None
        numbers.append(sent.value)
        flags, flag_strings = _fast_flags(sent.flags)
        strings += 4 + flag_strings + (0 if sent.site is UNSET else 2)
        site = "unknown" if sent.site is UNSET else sent.site.lower()
    if (oxi := wire.oximetry) is not UNSET:
        numbers.append(oxi.spo2_pct)
        pulse, perfusion = _append(oxi.pulse_bpm, numbers), _append(oxi.perfusion_index_pct, numbers)
        oxi_flags, flag_strings = _fast_flags(oxi.flags)
        strings += 2 + flag_strings + (pulse is not None) + (perfusion is not None)
        oximetry = Oximetry(spo2_pct=oxi.spo2_pct, pulse_bpm=pulse, perfusion_index_pct=perfusion, flags=oxi_flags)
    if (cuff := wire.blood_pressure) is not UNSET:
        numbers += (cuff.systolic_mmhg, cuff.diastolic_mmhg)
        pulse = _append(cuff.pulse_bpm, numbers)
        cuff_flags, flag_strings = _fast_flags(cuff.flags)
        strings += 3 + flag_strings + (pulse is not None)
        pressure = BloodPressure(
            systolic_mmhg=cuff.systolic_mmhg,
            diastolic_mmhg=cuff.diastolic_mmhg,
            pulse_bpm=pulse,
            flags=cuff_flags,
        )
    if (breaths := wire.respiratory_rate_bpm) is not UNSET:
        numbers.append(breaths)
        strings += 1
        rate = RespiratoryRate(breaths_bpm=breaths)
    if not numbers or payload.count(b'"') != 2 * strings or b"\\" in payload:
        return None
    boot, seq = _identity(wire.boot, wire.seq)
    if boot is None or any(number.adjusted() > MAX_EXPONENT for number in numbers):
        return None
    if sent is not UNSET:
        temperature = Temperature(
            temperature_c=to_celsius(sent.value, sent.unit),
            sent_value=sent.value,
            sent_unit=sent.unit,
            site=site,
            flags=flags,
        )
    return Reading(
        measured_at=_in_utc(wire.measured_at),
        received_at=received_at,
        boot=boot,
        seq=seq,
        temperature=temperature,
        oximetry=oximetry,
        blood_pressure=pressure,
        respiratory_rate=rate,
    )


def _fast_flags(sent: list[str] | UnsetType) -> tuple[frozenset[str], int]:
    """Return the flags and how many strings of the text they took, their key included."""
    return (_NO_FLAGS, 0) if sent is UNSET else (frozenset(sent), 1 + len(sent))


def _append(sent: Decimal | UnsetType, numbers: list[Decimal]) -> Decimal | None:
    if sent is UNSET:
        return None
    numbers.append(sent)
    return sent


# The plain path.


def _read(obj: Mapping[str, object], received_at: datetime) -> Reading:
    boot, seq = _identity(obj.get("boot"), _as_integer(obj.get("seq")))
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
        raise _Refused("no vital group: none of temperature, oximetry, blood_pressure, respiratory_rate_bpm")
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
        raise _Refused(f"{name} must be an object with the keys of the contract")
    unknown += [f"{name}.{key}" for key in part if key not in _PARTS[name]]
    return part


def _temperature(part: Mapping[str, object] | None, unknown: list[str]) -> Temperature | None:
    if part is None:
        return None
    unit = part.get("unit")
    if not isinstance(unit, str) or unit not in _UNITS:
        raise _Refused(f"temperature.unit is missing or unknown: must be {CELSIUS} or {FAHRENHEIT}")
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
        return _NO_FLAGS
    if not isinstance(flags, Sequence) or isinstance(flags, str | bytes):
        unknown.append(f"{group}.flags")
        return _NO_FLAGS
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
        raise _Refused(f'{where} must be a number, or "{NO_VALUE}" when the device has no value')
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() > MAX_EXPONENT:
        raise _Refused("a number is not finite")
    return number


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        at = value
    elif isinstance(value, str):
        at = _parse_instant(value)
    else:
        raise _Refused("measured_at is missing: must be a time with an offset or Z")
    if at.tzinfo is None:
        raise _Refused("measured_at has no offset: a local time without a zone is not guessed")
    return _in_utc(at)


def _parse_instant(text: str) -> datetime:
    try:
        return msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        pass  # RFC 3339 asks for seconds; ISO 8601 does not, and nothing is ambiguous without them
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _Refused("measured_at is not a time such as 2026-03-02T22:10:05+00:00") from None


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise _Refused("measured_at is outside the calendar") from None


def _identity(boot: object, seq: object) -> tuple[str, int] | tuple[None, None]:
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


def _parse_number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise _Refused("a number is not finite") from None


def _refuse_constant(_text: str) -> Any:
    raise _Refused("a number is not finite")


def _refuse_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise _Refused("a key is given twice in one object")
    return tree
