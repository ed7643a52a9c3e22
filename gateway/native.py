"""Decodes the native JSON reading, and refuses to guess.

Two paths answer alike: a fast one for what hubs usually send, and a plain one that reads any object and says
exactly what is wrong with it.

No unit, no offset, no finite number or one key given twice mean that nothing is read at all.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from gateway.native_object import (
    MAX_EXPONENT,
    NO_FLAGS,
    UNITS,
    Refused,
    in_utc,
    read_object,
    read_tree,
    sound_identity,
    to_celsius,
)
from gateway.reading import BloodPressure, Oximetry, Reading, Rejected, RespiratoryRate, Temperature

__all__ = ["decode", "decode_plainly", "identity", "read_object", "to_celsius"]

_AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]


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


class _Pairs(list[tuple[str, object]]):
    """An object of a JSON text as it stands there, twin keys included."""


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
    except Refused as refused:
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
        return read_tree(tree, received_at)
    except UnicodeDecodeError:
        return Rejected(reason="not UTF-8 text")
    except json.JSONDecodeError as error:
        return Rejected(reason=f"not JSON: {error.msg} at character {error.pos}")
    except RecursionError:
        return Rejected(reason="nested too deeply to be a reading")
    except Refused as refused:
        return Rejected(reason=str(refused))


def identity(payload: bytes) -> tuple[str, int] | tuple[None, None]:
    """Return the boot and seq of a message that could not be read otherwise, if they can be told beyond doubt."""
    try:
        pairs: list[tuple[str, object]] = json.loads(payload.decode("utf-8"), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(pairs, _Pairs):
        return None, None
    named = [(key, value) for key, value in pairs if key in {"boot", "seq"}]
    found = dict(named)
    return sound_identity(found.get("boot"), found.get("seq")) if len(found) == len(named) else (None, None)


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
        if sent.unit not in UNITS:
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
    boot, seq = sound_identity(wire.boot, wire.seq)
    if boot is None or max(map(Decimal.adjusted, numbers)) > MAX_EXPONENT:
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
        measured_at=in_utc(wire.measured_at),
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
    return (NO_FLAGS, 0) if sent is UNSET else (frozenset(sent), 1 + len(sent))


def _append(sent: Decimal | UnsetType, numbers: list[Decimal]) -> Decimal | None:
    if sent is UNSET:
        return None
    numbers.append(sent)
    return sent


def _parse_number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise Refused("a number is not finite") from None


def _refuse_constant(_text: str) -> Any:
    raise Refused("a number is not finite")


def _refuse_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise Refused("a key is given twice in one object")
    return tree
