"""The values behind an answer, small enough to be stored beside it and read for a whole ward every second."""

from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from monitor.assessment import URGENCIES
from monitor.overview import Measured
from monitor.state import State

SHOWN = ("temperature", "oximetry", "blood_pressure", "pulse")


class Held(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The newest value of one group as stored: exact decimals as text, and until when it is fresh."""

    numbers: tuple[str, ...]
    at: datetime
    rank: int
    stale_at: datetime | None = None
    doubts: tuple[str, ...] = ()
    site: str | None = None

    def measured(self, now: datetime) -> Measured:
        """Return the value as screens read it at `now`."""
        return Measured(
            values=tuple(Decimal(number) for number in self.numbers),
            measured_at=self.at,
            urgency=URGENCIES[self.rank],
            fresh=self.stale_at is None or now < self.stale_at,
            doubts=self.doubts,
            site=self.site,
        )


class Attributed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sign that another cause explains, and until when (exclusive) unless something ends it before."""

    sign: str
    cause: str
    until: datetime


class Glance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands behind the newest answer of one patient. `usual` holds the baseline in force, by its keys."""

    groups: dict[str, Held]
    late_values: int = 0
    dose_step: str | None = None
    dose_amount: str | None = None
    dose_at: datetime | None = None
    dose_ordinal: int = 0
    attributed: tuple[Attributed, ...] = ()
    usual: dict[str, str] = {}


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Glance)


def glance(state: State, dose_index: int | None, attribution: timedelta) -> Glance:
    """Return the glance of `state`.

    Parameters
    ----------
    dose_index
        That of the dose whose window is told; None before any.
    attribution
        How long the rules let a sign be explained by another cause.
    """
    dose = state.doses[dose_index].dose if dose_index is not None else None
    return Glance(
        groups={
            name: Held(
                numbers=tuple(f"{number:f}" for number in track.newest.numbers),
                at=track.newest.at,
                rank=track.rank,
                stale_at=track.stale_at,
                doubts=track.newest.doubts,
                site=track.newest.site,
            )
            for name in SHOWN
            if (track := state.tracks[name]).newest is not None
        },
        late_values=state.late_values,
        dose_step=dose.step if dose else None,
        dose_amount=f"{dose.amount:f} {dose.unit or ''}".strip() if dose and dose.amount is not None else None,
        dose_at=dose.at if dose else None,
        dose_ordinal=0 if dose_index is None else dose_index + 1,
        attributed=tuple(
            Attributed(sign=sign, cause=cause, until=at + attribution) for sign, at, cause in state.attributions
        ),
        usual={
            each.name: f"{value:f}"
            for each in fields(state.baseline)
            if (value := getattr(state.baseline, each.name)) is not None
        },
    )


def encode(value: Glance) -> bytes:
    """Return the stored form."""
    return _encoder.encode(value)


def decode(stored: bytes) -> Glance:
    """Return what `encode` stored."""
    return _decoder.decode(stored)
