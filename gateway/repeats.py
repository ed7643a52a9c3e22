"""How a message without numbers is recognised when it comes again: by what it says, among the newest."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from gateway.database import to_microseconds
from gateway.reading import Reading

NATURAL_KEYS_KEPT = 32_768
QUARANTINE_KEPT = 4_096

NaturalKey = tuple[int, int, str, Decimal | None, Decimal | None]
"""Hub, time of measurement in microseconds, group, and its values."""

Key = TypeVar("Key")
Value = TypeVar("Value")


def natural_keys(hub_id: int, reading: Reading) -> Iterable[NaturalKey]:
    """Return one key per group: hub, time of measurement, group and its values."""
    at = to_microseconds(reading.measured_at)
    if reading.temperature is not None:
        yield hub_id, at, "temperature", reading.temperature.temperature_c, None
    if reading.oximetry is not None:
        yield hub_id, at, "oximetry", reading.oximetry.spo2_pct, reading.oximetry.pulse_bpm
    if reading.blood_pressure is not None:
        cuff = reading.blood_pressure
        yield hub_id, at, "blood_pressure", cuff.systolic_mmhg, cuff.diastolic_mmhg
    if reading.respiratory_rate is not None:
        yield hub_id, at, "respiratory_rate", reading.respiratory_rate.breaths_bpm, None


def digest(hub_name: str, leaf: str, payload: bytes) -> bytes:
    """Return what stands for the bytes that a hub sent below a leaf."""
    return hashlib.blake2b(json.dumps([hub_name, leaf]).encode() + payload, digest_size=16).digest()


def keep_newest(kept: OrderedDict[Key, Value], newer: Mapping[Key, Value], at_most: int) -> None:
    """Add `newer` to what is kept, and let go of the oldest beyond `at_most`."""
    kept.update(newer)
    while len(kept) > at_most:
        kept.popitem(last=False)
