"""Speaks to Alertmanager (API v2) and to generic webhooks as GoAlert takes them; each remembers what it has told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import aiohttp

from alerts.handed_on import RESEND_S, Call, closed, ended, firing, labels_of, raised
from alerts.handing_on_store import Snapshot

BATCH = 64
"""Alerts in one request: what no receiver's limit on a body comes near."""

AT_ONCE = 50
"""Webhook messages in one look; the rest follow in the next, the worst first."""

ONE_MESSAGE = frozenset({400, 413, 422})
"""What a receiver says of one message and not of all."""

REFUSED_FOR_S = 60.0
"""How long a message that was refused by itself waits before it is tried again."""


class RefusedError(Exception):
    """The receiver answered and did not take it; the message holds the status alone."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered {status}")
        self.status = status


class Receiver(Protocol):
    """Another system that hears what staff are called about."""

    @property
    def name(self) -> str:
        """What the board calls it."""
        ...

    @property
    def asks_what_is_over(self) -> bool:
        """Whether it has to hear of what ended before it was first told anything."""
        ...

    async def tell(self, seen: Snapshot, now: datetime, now_s: float) -> str | None:
        """Bring the receiver up to date; return why single messages were not taken, None when all is well.

        Raises
        ------
        RefusedError, aiohttp.ClientError, TimeoutError, OSError
            When something did not arrive; what did is remembered.
        """
        ...


class Alertmanager:
    """Sends every call again each minute, as Alertmanager wants it, and at once when something changed."""

    name = "alertmanager"
    asks_what_is_over = False  # what it does not hear of again ends there by itself

    def __init__(
        self, client: aiohttp.ClientSession, url: str, token: str | None, source: str, unit_phone: str
    ) -> None:
        self._client, self._url = client, f"{url.rstrip('/')}/api/v2/alerts"
        self._headers = _headers(token)
        self._source, self._unit_phone = source, unit_phone
        self._told: dict[tuple[tuple[str, str], ...], datetime] = {}
        self._told_at_s: float | None = None

    async def tell(self, seen: Snapshot, now: datetime, now_s: float) -> str | None:
        """Send what began or ended since the last time, and everything each minute."""
        wanted = {self._identity(call): call for call in seen.calls}
        over = {labels: began_at for labels, began_at in self._told.items() if labels not in wanted}
        fresh = [call for labels, call in wanted.items() if self._told.get(labels) != call.began_at]
        again = self._told_at_s is None or now_s - self._told_at_s >= RESEND_S
        due = list(seen.calls) if again else fresh
        for at in range(0, len(due), BATCH):
            some = due[at : at + BATCH]
            await self._post([firing(call, self._source, self._unit_phone, now) for call in some])
            self._told |= {self._identity(call): call.began_at for call in some}
        if over:
            await self._post([ended(dict(labels), began_at, now) for labels, began_at in over.items()])
            for labels in over:
                del self._told[labels]
        if again:
            self._told_at_s = now_s
        return None

    def _identity(self, call: Call) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(labels_of(call, self._source).items()))

    async def _post(self, alerts: list[dict[str, object]]) -> None:
        await _post(self._client, self._url, alerts, self._headers)


class Webhook:
    """Sends a message when calls begin, change or end. Sending one twice changes nothing there: it has a key."""

    name = "webhook"

    def __init__(
        self, client: aiohttp.ClientSession, url: str, token: str | None, source: str, unit_phone: str
    ) -> None:
        self._client, self._url, self._headers = client, url, _headers(token)
        self._source, self._unit_phone = source, unit_phone
        self._told: dict[int, Mapping[str, str]] | None = None
        self._refused: dict[int, tuple[Mapping[str, str], float, int]] = {}

    @property
    def asks_what_is_over(self) -> bool:
        """After a start it is not known what is open there: what ended lately is closed, which harms nothing."""
        return self._told is None

    async def tell(self, seen: Snapshot, now: datetime, now_s: float) -> str | None:  # noqa: ARG002 - nothing expires
        """Send what differs from what was told; a message that is refused by itself keeps back no other."""
        if self._told is None:
            self._told = {number: {} for number in seen.over}
        told, calls = self._told, {call.incident_id: call for call in seen.calls}
        messages = [(number, raised(call, self._source, self._unit_phone)) for number, call in calls.items()]
        messages += [(number, closed(number, self._source)) for number in told if number not in calls]
        self._refused = {number: kept for number, kept in self._refused.items() if number in dict(messages)}
        due = [(number, message) for number, message in messages if self._is_due(number, message, now_s)]
        for number, message in due[:AT_ONCE]:
            try:
                await _post(self._client, self._url, message, self._headers)
            except RefusedError as error:
                if error.status not in ONE_MESSAGE:
                    raise
                self._refused[number] = (message, now_s, error.status)
                continue
            self._refused.pop(number, None)
            if "action" in message:
                told.pop(number, None)
            else:
                told[number] = message
        statuses = sorted({status for _, _, status in self._refused.values()})
        return f"answered {', '.join(map(str, statuses))} to {len(self._refused)} messages" if statuses else None

    def _is_due(self, number: int, message: Mapping[str, str], now_s: float) -> bool:
        told = self._told or {}
        if told.get(number) == message:
            return False
        before = self._refused.get(number)
        return before is None or before[0] != message or now_s - before[1] >= REFUSED_FOR_S


def _headers(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


async def _post(client: aiohttp.ClientSession, url: str, body: object, headers: dict[str, str]) -> None:
    # A redirect would carry the token to wherever it points.
    async with client.post(url, json=body, headers=headers, allow_redirects=False) as answer:
        if answer.status // 100 != 2:  # noqa: PLR2004 - every 2xx is a yes
            raise RefusedError(answer.status)
