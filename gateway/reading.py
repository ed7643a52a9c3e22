"""What a device said, as values. Nothing here judges; `gateway.plausibility` does."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

import msgspec

HubName = NewType("HubName", str)
"""The opaque id of a home hub: its MQTT user name and one topic level."""

PatientId = NewType("PatientId", int)
"""Row id of a patient. People see only the opaque `PatientCode`."""

PatientCode = NewType("PatientCode", str)


class VitalGroup(StrEnum):
    """The five groups in which values arrive, age and go missing."""

    TEMPERATURE = "temperature"
    OXIMETRY = "oximetry"
    BLOOD_PRESSURE = "blood_pressure"
    RESPIRATORY_RATE = "respiratory_rate"
    ICE = "ice"


SITES = frozenset(
    ["oral", "axillary", "tympanic", "temporal", "forehead", "rectal", "skin", "finger", "toe", "unknown"],
)
FLAGS = frozenset(
    {
        "body_movement",
        "cuff_loose",
        "irregular_pulse",
        "improper_position",
        "low_perfusion",
        "poor_signal",
        "demo",
        "other_user",
    }
)


class Temperature(msgspec.Struct, frozen=True, kw_only=True):
    """A body temperature as sent.

    `temperature_c` is exact: Fahrenheit is converted in decimal arithmetic, never rounded. None means that the
    device sent `--`.
    """

    temperature_c: Decimal | None
    sent_value: Decimal | None
    sent_unit: str
    site: str = "unknown"
    flags: frozenset[str] = frozenset()


class Oximetry(msgspec.Struct, frozen=True, kw_only=True):
    """Oxygen saturation in percent, with the pulse and perfusion index (percent) of the same device."""

    spo2_pct: Decimal | None
    pulse_bpm: Decimal | None = None
    perfusion_index_pct: Decimal | None = None
    flags: frozenset[str] = frozenset()


class BloodPressure(msgspec.Struct, frozen=True, kw_only=True):
    """A cuff reading in mmHg, with the pulse of the same device."""

    systolic_mmhg: Decimal | None
    diastolic_mmhg: Decimal | None
    pulse_bpm: Decimal | None = None
    flags: frozenset[str] = frozenset()


class RespiratoryRate(msgspec.Struct, frozen=True, kw_only=True):
    """Breaths per minute; None means that the device sent `--`."""

    breaths_bpm: Decimal | None
    flags: frozenset[str] = frozenset()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a hub: at least one vital group, measured at one instant.

    `measured_at` is the device's claim and `received_at` ours; both aware UTC. `boot` and `seq` identify the
    message within its hub when both are present.
    """

    measured_at: datetime
    received_at: datetime
    boot: str | None = None
    seq: int | None = None
    temperature: Temperature | None = None
    oximetry: Oximetry | None = None
    blood_pressure: BloodPressure | None = None
    respiratory_rate: RespiratoryRate | None = None
    unknown_keys: tuple[str, ...] = ()


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A message that cannot become a reading, and why, in words a device engineer can act on."""

    reason: str
