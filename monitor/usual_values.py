"""What a patient can weigh and what can be usual for one; anything else is a slip of the finger. Pure.

A slip would be quiet: a usual temperature of 98.6 C keeps every fever below 38 from being watched, and a usual pressure
of 1240 calls for every reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from monitor.event_fields import BadEvent
from monitor.record import Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The least and the most that is taken for a patient's own value, in `unit`."""

    unit: str
    least: Decimal
    most: Decimal


USUAL: Mapping[str, Bounds] = MappingProxyType(
    {
        "temperature_c": Bounds(unit="C", least=Decimal(34), most=Decimal(39)),
        "systolic_mmhg": Bounds(unit="mmHg", least=Decimal(70), most=Decimal(220)),
        "diastolic_mmhg": Bounds(unit="mmHg", least=Decimal(30), most=Decimal(140)),
        "spo2_pct": Bounds(unit="%", least=Decimal(70), most=Decimal(100)),
        "pulse_bpm": Bounds(unit="/min", least=Decimal(30), most=Decimal(150)),
    }
)
"""By the keys of a baseline. Engineering defaults of 2026-11-21, unsigned."""

HEAVIEST_KG = Decimal(400)
"""Beyond it a weight is a slip of the finger (engineering, 2026-11-21)."""


def refuse_unusual(baseline: Baseline, before: Baseline | None = None) -> None:
    """Raise BadEvent for a value that is nobody's usual one; what stood in `before` already holds up no correction."""
    for key, bounds in USUAL.items():
        value = getattr(baseline, key)
        if value is None or (before is not None and getattr(before, key) == value):
            continue
        if not bounds.least <= value <= bounds.most:
            raise BadEvent(
                f"baseline {key} {value} is nobody's usual value:"
                f" it lies between {bounds.least} and {bounds.most} {bounds.unit}"
            )


def refuse_weight(weight_kg: Decimal | None, before_kg: Decimal | None = None) -> None:
    """Raise BadEvent for a weight that nobody has; what stood there before holds up no correction."""
    if weight_kg is None or weight_kg == before_kg:
        return
    if not 0 < weight_kg <= HEAVIEST_KG:
        raise BadEvent(f"weight_kg {weight_kg} is no weight: it lies above 0 and at most {HEAVIEST_KG}, in kilograms")
