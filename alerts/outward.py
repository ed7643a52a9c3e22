"""Keeps assessments and incidents retained at the broker for other systems, when `mqtt.publish_assessments` says so.

Level-triggered: what the broker retains is heard, compared with what is stored, and corrected. So a restart of either
side, and whatever was left by an earlier version, end in the same picture. It calls nobody and holds up nobody.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import aiomqtt
import structlog
from paho.mqtt.subscribeoptions import SubscribeOptions
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from alerts.fault import where
from alerts.outward_messages import INCIDENTS, PATIENTS, RESOLVED_KEPT, IncidentNow, retained
from alerts.tables import IncidentRow
from gateway.broker_dial import dial, hang_up
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.hearing import Hearing
from gateway.settings import MqttSettings, Settings, SettingsError
from gateway.wakeup import Wakeup
from monitor.store import latest_assessments

EVERY_S = 1.0
LISTEN_S = 0.5
"""How long the broker has to tell what it retains before it is compared; later words are compared in the next round."""

log = structlog.get_logger()


@contextlib.asynccontextmanager
async def publishing(settings: Settings, database: Database, clock: Clock) -> AsyncIterator[None]:
    """Keep the outward topics while the body runs, where the settings ask for them."""
    if not settings.mqtt.publish_assessments:
        yield
        return
    task = asyncio.create_task(Outward(settings.mqtt, database, clock).run(), name="outward topics")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


class Outward:
    """A connection of its own, and what is known to be retained at the broker."""

    def __init__(self, mqtt: MqttSettings, database: Database, clock: Clock) -> None:
        self._mqtt, self._database, self._clock = mqtt, database, clock
        self._hearing = Hearing(trouble_since_s=None)

    async def run(self) -> None:
        """Publish until cancelled; what fails is logged and tried again."""
        while True:
            try:
                await self._one_connection()
            except (aiomqtt.MqttError, SettingsError, OSError, SQLAlchemyError) as error:
                if self._hearing.fault(monotonic_s()) is None and self._hearing.trouble_since_s is None:
                    log.warning("outward topics are not kept; trying again", error=type(error).__name__)
                self._hearing = self._hearing.lost(monotonic_s(), type(error).__name__)
            except Exception as error:  # noqa: BLE001 - nobody is called by this, and nobody may go uncalled for it
                log.error("outward topics failed", error=where(error))  # noqa: TRY400 - see alerts.fault
                self._hearing = self._hearing.lost(monotonic_s(), type(error).__name__)
            await Wakeup().wait(self._hearing.pause_s(random.random()))  # noqa: S311 - spreads parts, keeps no secret

    async def _one_connection(self) -> None:
        client = await dial(self._mqtt, f"{self._mqtt.client_id}-outward", clean_start=True)
        present: dict[str, bytes] = {}
        listening = asyncio.create_task(_hear(client, present))
        try:
            own = SubscribeOptions(qos=1, noLocal=True)
            await client.subscribe([(f"{PATIENTS}/+/assessment", own), (f"{INCIDENTS}/+", own)])
            self._hearing = self._hearing.connected(monotonic_s())
            await Wakeup().wait(LISTEN_S)
            while not listening.done():
                await self._correct(client, present)
                await asyncio.wait([listening], timeout=EVERY_S)
            listening.result()
        finally:
            listening.cancel()
            await asyncio.wait([listening])
            await hang_up(client)

    async def _correct(self, client: aiomqtt.Client, present: dict[str, bytes]) -> None:
        wanted = await asyncio.to_thread(self._wanted)
        for topic in [topic for topic in present if topic not in wanted]:
            await client.publish(topic, b"", qos=1, retain=True)
            del present[topic]
        for topic, payload in wanted.items():
            if present.get(topic) != payload:
                await client.publish(topic, payload, qos=1, retain=True)
                present[topic] = payload

    def _wanted(self) -> dict[str, bytes]:
        now = self._clock.now()
        with self._database.read() as session:
            assessments = {str(each.code): each.assessment for each in latest_assessments(session).values()}
            recent = col(IncidentRow.resolved_at) > now - RESOLVED_KEPT
            rows = session.exec(select(IncidentRow).where((col(IncidentRow.state) != "resolved") | recent))
            incidents = [
                IncidentNow(
                    id=row.id or 0,
                    code=row.code,
                    kind=row.kind,
                    urgency=row.urgency,
                    state=row.state,
                    opened_at=row.opened_at,
                    resolved_at=row.resolved_at,
                )
                for row in rows
            ]
        return retained(assessments, incidents, now)


async def _hear(client: aiomqtt.Client, present: dict[str, bytes]) -> None:
    """Note what the broker retains; raises when the connection ends."""
    async for message in client.messages:
        if isinstance(message.payload, bytes) and message.payload:
            present[message.topic.value] = message.payload
        else:
            present.pop(message.topic.value, None)
