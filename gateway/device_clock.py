"""Decides whether a device's clock can be believed for one message. Bounds the damage; corrects nothing."""

from datetime import datetime

from gateway.plausibility import PlausibilityLimits


def graded_at(
    measured_at: datetime,
    received_at: datetime,
    assigned_from: datetime | None,
    explained_by_run: bool,  # noqa: FBT001 - the order is part of the agreed signature
    limits: PlausibilityLimits,
) -> tuple[datetime, str | None]:
    """Return the instant at which to grade a reading, and why its own time is doubted (None: it is not).

    Parameters
    ----------
    measured_at, received_at
        The device's claim and ours, aware.
    assigned_from
        When the kit came to this home; None when no assignment is known, then nothing is too early.
    explained_by_run
        Whether the message continues an unbroken run of its boot whose clock was sound, so that age alone says
        only that the hub was offline.
    limits
        How far ahead and behind is believed; exactly the limit still is.
    """
    if measured_at - received_at > limits.clock_ahead:
        return received_at, "device clock is ahead"
    if assigned_from is not None and measured_at < assigned_from:
        return received_at, "measured before the kit was assigned"
    if received_at - measured_at > limits.clock_behind and not explained_by_run:
        return received_at, "device clock is far behind"
    return measured_at, None
