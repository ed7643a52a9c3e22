"""Once a second: says that the engine lives, in the database and to its account, and agrees with others on the time."""

from collections.abc import Callable, Mapping

from alerts.surroundings import Surroundings
from gateway.account import Account
from gateway.agreed_clock import AgreedClock
from gateway.clock import Clock, monotonic_s, wall_second
from gateway.database import Database
from gateway.postgresql import Turn
from gateway.readiness import quiet
from gateway.settings import Settings
from gateway.store import beat, heartbeats

PART = "alerts"
BEAT_EVERY_S = 1.0
STUCK_AFTER_S = 10.0
"""Wall seconds without a heartbeat after which an engine that stands by takes the place of one that seems alive.

The engine beats after every batch, each of which takes some tens of milliseconds; a message under way holds up none.
"""


class Pulse:
    """The heartbeat of one engine.

    `own` is its machine's clock, and `clock` the one it works by: the one that engines agree on, where there are
    several machines.
    """

    def __init__(self, settings: Settings, database: Database, own: Clock, clock: Clock, account: Account) -> None:
        self._settings, self._database, self._clock, self._account = settings, database, clock, account
        self._details: list[Callable[[], Mapping[str, object]]] = [Surroundings(settings, database, own).detail]
        self._beaten_s: float | None = None

    def tells(self, detail: Callable[[], Mapping[str, object]]) -> None:
        """Have the heartbeat say what `detail` returns, too."""
        self._details.append(detail)

    def __call__(self) -> None:
        """Beat, if a second has passed; called in the engine's thread, between two transactions."""
        if self._beaten_s is not None and monotonic_s() - self._beaten_s < BEAT_EVERY_S:
            return
        self._beaten_s = monotonic_s()
        if isinstance(self._clock, AgreedClock):
            self._clock.agree(self._database)
        detail: dict[str, object] = {
            # What one wall second is on this clock, so that others can tell quiet from fast-forward.
            "second_lasts_s": wall_second(self._clock).total_seconds(),
            "unsigned": not (self._settings.rules.signed_by and self._settings.rules.signed_on),
            "insecure": self._settings.mqtt.insecure,
        }
        for told in self._details:
            detail |= told()
        with self._database.write(Turn.CALLS) as session:
            beat(session, PART, self._clock.now(), detail)
        self._account.beat()


def was_at_work(database: Database, clock: Clock) -> bool:
    """Return whether an engine has given its heartbeat a moment ago: the one that asks takes its place."""
    with database.read() as session:
        last = heartbeats(session).get(PART)
    return last is not None and not quiet(last.at, clock.now(), second_lasts=wall_second(clock))
