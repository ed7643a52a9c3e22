"""What this engine itself cannot do just now: a fault of ours is a technical condition until it passes."""

from collections.abc import Sequence

import structlog

from alerts.fault import where
from alerts.sources import Trouble
from gateway.clock import Clock
from gateway.reading import PatientId

log = structlog.get_logger()


class OwnFaults:
    """The faults of one engine, by what they are about."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._broken: dict[str, Trouble] = {}

    def broke(self, key: str, text: str, error: Exception, patient_id: PatientId | None = None) -> None:
        """Remember that something failed, and log where; `text` is what the board says."""
        log.error("alerts fault", key=key, error=where(error))
        self._broken[key] = Trouble(
            key=f"broken:{key}", severity="high", since=self._clock.now(), text=text, patient_id=patient_id
        )

    def mended(self, key: str) -> None:
        """Remember that it works."""
        self._broken.pop(key, None)

    def troubles(self) -> Sequence[Trouble]:
        """Return what does not work now."""
        return list(self._broken.values())
