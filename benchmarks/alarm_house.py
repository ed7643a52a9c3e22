"""The real chain in one process under a clock that jumps: the gateway's intake, the monitor, alerts; nobody sleeps.

Only bodies, devices, people and the telephone network are simulated. Every reading is a native message that goes
through the gateway's intake, every answer is the monitor's own, every page is decided, joined and written by alerts
itself, and people learn of it by what their telephone shows.
"""

import heapq
import itertools
import json
import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlmodel import col, select

from alerts.contacts import add_contact
from alerts.cycle import Alerts
from alerts.home_texts import ENGLISH
from alerts.message import Site
from alerts.outbox import receive
from alerts.phone import Outcome, Outgoing, Sent
from alerts.policy import Policy
from alerts.roster_file import load_roster
from alerts.stored_sources import StoredSources
from alerts.tables import IncidentRow, PageRow
from benchmarks.alarm_homes import ZONE, Resident, recovers_at
from console.demonstration.course import FEVER_C, Course, Vitals, measured, vitals_at
from console.demonstration.home_kit import GARBAGE, REQUIRED, garbage, message, next_measurement
from console.demonstration.reading_texts import asked_groups, asked_later, page_code_of, sends_away
from gateway.clock import StillClock
from gateway.database import Database
from gateway.intake import READING_LEAF, STATE_LEAF, Arrived, Intake
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName, PatientId
from gateway.store import add_hub, assign
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rules import Rules
from monitor.store import add_event
from monitor.tables import AssessmentRow

LOOK_AROUND_EVERY = timedelta(minutes=30)
"""Between two looks at technical conditions; a live chain looks once a second, which 28 days cannot afford."""

BETWEEN_DEVICES = timedelta(minutes=1)
ARRIVES_AFTER = timedelta(seconds=2)
NIGHT_FROM, NIGHT_UNTIL = time(22), time(7)
STAFF = ("nurse", "second_nurse", "oncologist")

# The staff. Minutes are medians of a lognormal spread of `STAFF_SPREAD`; chances are 0 to 1.
TEXT_SEEN_BY_DAY, TEXT_SEEN_AT_NIGHT, CALL_TAKEN = 0.93, 0.85, 0.95
ACCEPTS_AFTER_DAY_MIN, ACCEPTS_AFTER_NIGHT_MIN, ACCEPTS_CALL_MIN, STAFF_SPREAD = 1.8, 3.0, 0.8, 0.7
RINGS_HOME_AFTER_MIN = (2.0, 8.0)
FOUND_AFTER_MIN = (30.0, 75.0)
UNDELIVERED = 0.005

# The home, beside its manner.
DOES_AFTER_NURSE_MIN = (5.0, 15.0)
TAKES_ANTIPYRETIC, ANTIPYRETIC_EVERY = 0.6, timedelta(hours=6)
FEBRILE_HEEDS = 0.9
TEXTS_WHEN_OFFLINE, TEXTS_WHEN_NURSE_ASKS = 0.5, 0.9
LEAVES_AFTER_MIN, TRAVELS_MIN, SEEN_AT_HOSPITAL_H = (4.0, 15.0), (20.0, 45.0), (1.0, 3.0)
GOES = 0.95
SENT_HOME_AFTER, RECOVERY = timedelta(hours=4), timedelta(hours=12)
DISCHARGED_HOURLY, DISCHARGED_CAREFUL = timedelta(hours=4), timedelta(hours=24)

# Faulty devices: spells drawn per day.
OFFLINE_A_DAY, OFFLINE_H = 0.4, (1.0, 9.0)
GARBAGE_EVERY_H = 5.0
CLOCK_WRONG_AFTER, CLOCK_WRONG_FOR, CLOCK_WRONG_BY = timedelta(days=3), timedelta(days=2), timedelta(hours=3, minutes=7)

Deed = Callable[[], None]


@dataclass(slots=True)
class CountingPhone:
    """A network that takes everything, loses a few texts, and counts.

    Which texts are lost follows from the seed and the text's own key: messages come from several threads.
    """

    seed: int
    sent: int = 0

    def send(self, message: Outgoing) -> Outcome:
        self.sent += 1
        lost = message.channel == "sms" and self._lot(message.key) < UNDELIVERED
        return Sent(f"ref-{message.key}", "undelivered" if lost else "delivered")

    def delivery(self, reference: str) -> str:
        return "undelivered" if self._lot(reference.removeprefix("ref-")) < UNDELIVERED else "delivered"

    def _lot(self, key: str) -> float:
        return zlib.crc32(f"{self.seed} {key}".encode()) / 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """One message to a member of staff about an incident, as it was when it went out."""

    at: datetime
    role: str
    person: str
    channel: str
    incident: str
    incident_id: int
    patient: int | None
    urgency: str
    reason: str
    body: str


@dataclass(slots=True)
class Living:
    """What changes about one home."""

    resident: Resident
    patient_id: PatientId
    rng: np.random.Generator
    course: Course
    round_at: datetime
    turn: int = 0
    seq: int = 0
    boot: int = 0
    away: bool = False
    febrile: bool = False
    careful_from: datetime | None = None
    asked_at: datetime | None = None
    measured_at: datetime | None = None
    offline_until: datetime | None = None
    kept: list[bytes] = field(default_factory=list)
    rung_at: datetime | None = None


class House:
    """One ward over some weeks of simulated time."""

    def __init__(
        self, folder: Path, residents: Sequence[Resident], *, seed: int, start: datetime, rules: Rules, policy: Policy
    ) -> None:
        self.start, self.rules, self.residents = start, rules, residents
        self.clock = StillClock(start)
        self.rng = np.random.default_rng([seed, 10_001])
        self.paged: list[Paged] = []
        self.texts_home = 0
        self.cycles = 0
        self.readings = 0
        self.intervals: dict[int, timedelta] = {}
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._order = itertools.count()
        self._arrived: list[Arrived] = []
        self._news = False
        self._page_id = 0
        self.database = Database(f"sqlite:///{folder / f'ward-{seed}.db'}")
        self.database.migrate()
        self.homes = {resident.number: self._move_in(resident, seed) for resident in residents}
        self._by_number = {resident.caregiver_number: self.homes[resident.number] for resident in residents}
        self._by_patient = {home.patient_id: home for home in self.homes.values()}
        self.intake = Intake(load_limits())
        with self.database.write_connection() as connection:
            self.intake.load(connection)
        self.monitor = Monitor(self.database, rules, self.clock)
        self.phone = CountingPhone(seed)
        self.roster = load_roster()
        self.alerts = Alerts(
            self.database,
            self.clock,
            policy=policy,
            roster=self.roster,
            phone=self.phone,
            sources=StoredSources(),
            site=Site(unit_phone="555-0100", emergency_number="112", timezone=str(ZONE)),
            watched=(),
        )

    def live(self, until: datetime, progress: Callable[[datetime], None] = lambda _: None) -> None:
        """Let everybody live until then."""
        alerts_at, look_at = self.start, self.start
        while True:
            due = [self._deeds[0][0], look_at, *(at for at in (self.monitor.next_due(), alerts_at) if at is not None)]
            at = max(min(due), self.clock.at)
            if at >= until:
                return
            self.clock.at = at
            while self._deeds and self._deeds[0][0] <= at:
                heapq.heappop(self._deeds)[2]()
            self._pass_through_gateway()
            graded = self.monitor.next_due()
            if self._news or (graded is not None and graded <= at):
                self._news = bool(self.monitor.cycle()) or self._news
            looks = at >= look_at
            if looks:
                look_at = at + LOOK_AROUND_EVERY
                progress(at)
            if looks or self._news or (alerts_at is not None and alerts_at <= at):
                self.alerts._looked_around_s = None if looks else math.inf  # noqa: SLF001 - simulated time decides
                before, alerts_at = self.phone.sent, self.alerts.cycle()
                self.cycles += 1
                self._news = False
                if self.phone.sent != before:
                    self._read_telephones()
                if alerts_at is not None and alerts_at <= at:
                    alerts_at = at + timedelta(seconds=1)

    def close(self) -> None:
        """Let go of threads and the database."""
        self.alerts.close()
        self.database.dispose()

    # -- homes

    def _move_in(self, resident: Resident, seed: int) -> Living:
        with self.database.write() as session:
            patient = enrol(
                session,
                code=resident.code,
                profile=resident.profile(),
                drug=resident.regimen.drug,
                schedule=resident.regimen.schedule,
                now=self.start,
            )
            add_contact(
                session,
                patient,
                name="caregiver",
                number=resident.caregiver_number,
                language="en",
                consent_values=True,
                now=self.start,
            )
            add_hub(session, resident.hub)
            assign(session, resident.hub, resident.code, self.start)
        rng = np.random.default_rng([seed, resident.number, 1])
        first = self.start + timedelta(minutes=float(rng.uniform(1, 180)))
        home = Living(resident=resident, patient_id=patient, rng=rng, course=resident.course, round_at=first)
        self._at(first, lambda: self._round(home, home.turn))
        for dose in resident.doses:
            event = {
                "type": "dose",
                "at": dose.at.isoformat(),
                "step": dose.name,
                "amount": dose.amount,
                "unit": dose.unit,
            }
            self._at(dose.at, lambda event=event: self._enter(home, event))
            # The patient is at the clinic and measures there, then lives by the closer interval.
            self._at(dose.at, lambda: self._plan(home, self.clock.at + timedelta(minutes=5)))
        if resident.severe_at is not None:
            self._at(resident.severe_at, lambda: self._note_interval(home))
        if resident.fault == "offline":
            self._at(self.start + timedelta(hours=20), lambda: self._go_offline(home))
        if resident.fault == "garbage":
            self._at(self.start + timedelta(hours=20), lambda: self._send_garbage(home, 0))
        return home

    def _at(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._deeds, (at, next(self._order), deed))

    def _after(self, minutes: float, deed: Deed) -> None:
        self._at(self.clock.at + timedelta(minutes=float(minutes)), deed)

    def _plan(self, home: Living, at: datetime) -> None:
        """Mean to measure at `at`; whatever was meant before is forgotten."""
        home.turn += 1
        home.round_at = max(at, self.clock.at)
        turn = home.turn
        self._at(home.round_at, lambda: self._round(home, turn))

    def _round(self, home: Living, turn: int) -> None:
        if home.away or turn != home.turn:
            return
        now, manner, rng = self.clock.at, home.resident.manner, home.rng
        body = measured(vitals_at(home.course, now), rng)
        forgets = manner.forgets_at_night if _is_night(now) else manner.forgets_round
        if rng.uniform() < (forgets if not home.febrile else forgets / 2):
            self._plan(home, self._next(home, body))
            return
        groups = [group for group in REQUIRED if rng.uniform() >= manner.leaves_out_a_device]
        self._measure(home, groups or list(REQUIRED[:1]))
        self._plan(home, self._next(home, body))

    def _next(self, home: Living, body: Vitals) -> datetime:
        """Return when this person means to measure again: by the card, and late or early as they are."""
        now, manner = self.clock.at, home.resident.manner
        due = next_measurement(home.resident.card, now, body)
        if home.careful_from is not None and now < home.careful_from + DISCHARGED_CAREFUL:
            hourly = now < home.careful_from + DISCHARGED_HOURLY
            due = min(due, now + timedelta(hours=1 if hourly else 2))
        off_min = float(
            np.clip(home.rng.normal(manner.late_mean_min, manner.late_spread_min), -15, manner.late_most_min)
        )
        share = min(1.0, (due - now) / timedelta(hours=4))  # nobody is half an hour late within the hour
        return max(due + timedelta(minutes=off_min) * share, now + timedelta(minutes=2))

    def _measure(self, home: Living, groups: Sequence[str]) -> None:
        """Use the devices one after the other; each sends its value when it is done."""
        home.measured_at = self.clock.at
        for turn, group in enumerate(groups):
            self._at(self.clock.at + turn * BETWEEN_DEVICES, lambda group=group: self._device(home, group))

    def _device(self, home: Living, group: str) -> None:
        if home.away:
            return
        now = self.clock.at
        seen = measured(vitals_at(home.course, now), home.rng)
        if group == "temperature":
            home.febrile = seen.temperature_c >= FEVER_C
        home.seq += 1
        at = now + (CLOCK_WRONG_BY if self._clock_is_wrong(home, now) else timedelta())
        payload = message(boot=f"b{home.boot}", seq=home.seq, measured_at=at, seen=seen, groups=(group,))
        self._send(home, _spoilt(payload, group, home))

    def _clock_is_wrong(self, home: Living, now: datetime) -> bool:
        begins = self.start + CLOCK_WRONG_AFTER
        return home.resident.fault == "wrong clock" and begins <= now < begins + CLOCK_WRONG_FOR

    def _send(self, home: Living, payload: bytes) -> None:
        self.readings += 1
        if home.offline_until is not None:
            home.kept.append(payload)
            return
        self._arrive(home, READING_LEAF, payload)
        if home.rng.uniform() < home.resident.devices.duplicate:
            self._arrive(home, READING_LEAF, payload)

    def _arrive(self, home: Living, leaf: str, payload: bytes) -> None:
        received_at = self.clock.at + ARRIVES_AFTER
        self._at(
            received_at,
            lambda: self._arrived.append(
                Arrived(hub=HubName(home.resident.hub), leaf=leaf, payload=payload, received_at=received_at)
            ),
        )

    def _go_offline(self, home: Living) -> None:
        if home.rng.uniform() < OFFLINE_A_DAY:
            hours = float(home.rng.uniform(*OFFLINE_H))
            home.offline_until = self.clock.at + timedelta(hours=hours)
            self._arrive(home, STATE_LEAF, _state(online=False))
            self._at(home.offline_until, lambda: self._come_back(home))
        self._after(60 * 24, lambda: self._go_offline(home))

    def _come_back(self, home: Living) -> None:
        home.offline_until, kept = None, home.kept
        home.kept = []
        self._arrive(home, STATE_LEAF, _state(online=True))
        for payload in kept:
            self._arrive(home, READING_LEAF, payload)

    def _send_garbage(self, home: Living, turn: int) -> None:
        if not home.away:
            self._arrive(home, READING_LEAF, garbage(GARBAGE[turn % len(GARBAGE)], self.clock.at))
        self._after(60 * GARBAGE_EVERY_H, lambda: self._send_garbage(home, turn + 1))

    def _pass_through_gateway(self) -> None:
        if not self._arrived:
            return
        with self.database.write_connection() as connection:
            saved = self.intake.save(connection, self._arrived)
        self.intake.adopt(saved)
        self._arrived.clear()
        self._news = True

    def _enter(self, home: Living, event: dict[str, Any]) -> None:
        with self.database.write() as session:
            add_event(session, home.patient_id, event, by="simulated nurse", now=self.clock.at)
        self._news = True

    def _place(self, home: Living, where: str) -> None:
        self._enter(home, {"type": "place", "at": self.clock.at.isoformat(), "where": where})

    def _note_interval(self, home: Living) -> None:
        """Remember the interval in force when the body becomes grade 2: from the last round to the next one due."""
        query = select(AssessmentRow.body).where(AssessmentRow.patient_id == home.patient_id)
        with self.database.read() as session:
            body = session.exec(query.order_by(col(AssessmentRow.id).desc()).limit(1)).first()
        due = (
            [] if body is None else [at for name, at in json.loads(body)["next_due"].items() if at and name in REQUIRED]
        )
        if due and home.measured_at is not None:
            # The latest of the three: an extra reading asked for after a fever is no interval.
            next_due = max(datetime.fromisoformat(at) for at in due)
            self.intervals[home.resident.number] = max(next_due - home.measured_at, timedelta())

    # -- people

    def _read_telephones(self) -> None:
        query = (
            select(PageRow, IncidentRow.kind, IncidentRow.patient_id)
            .join(IncidentRow, col(IncidentRow.id) == col(PageRow.incident_id), isouter=True)
            .where(col(PageRow.id) > self._page_id, col(PageRow.lead_id).is_(None))
            .order_by(col(PageRow.id))
        )
        with self.database.read() as session:
            rows = session.exec(query).all()
        for page, kind, patient_id in rows:
            self._page_id = max(self._page_id, page.id or 0)
            if page.role in STAFF and page.kind == "page":
                self._note_page(page, kind, patient_id)
                if page.state != "failed":
                    self._ring_staff(page, patient_id)
            elif page.number in self._by_number and page.state != "failed":
                self.texts_home += 1
                self._ring_home(self._by_number[page.number], page)

    def _note_page(self, page: PageRow, kind: str, patient_id: int | None) -> None:
        home = None if patient_id is None else self._by_patient[PatientId(patient_id)]
        self.paged.append(
            Paged(
                at=page.created_at,
                role=page.role,
                person=page.person or "",
                channel=page.channel,
                incident="no_sight" if page.rung.startswith("sight.") else kind,
                incident_id=page.incident_id or 0,
                patient=None if home is None else home.resident.number,
                urgency=page.urgency,
                reason=page.reason,
                body=page.body,
            )
        )

    def _ring_staff(self, page: PageRow, patient_id: int | None) -> None:
        """Let whoever was texted or called accept, after their time, or not at all."""
        night, voice = _is_night(self.clock.at), page.channel == "voice"
        seen = CALL_TAKEN if voice else TEXT_SEEN_AT_NIGHT if night else TEXT_SEEN_BY_DAY
        if self.rng.uniform() >= seen:
            return
        median = ACCEPTS_CALL_MIN if voice else ACCEPTS_AFTER_NIGHT_MIN if night else ACCEPTS_AFTER_DAY_MIN
        minutes = median * float(np.exp(self.rng.normal(0, STAFF_SPREAD)))
        code = page_code_of(page.body) or _spoken_code(page.body)
        joined = self._patients_of(page) if patient_id is not None else []

        def accept() -> None:
            if not self._still_calling(page.incident_id):
                return
            receive(self.database, from_number=page.number, body=f"{code} OK", now=self.clock.at)
            self._news = True
            for home in joined:
                self._after(self.rng.uniform(*RINGS_HOME_AFTER_MIN), lambda home=home: self._nurse_rings(home))

        self._after(minutes, accept)

    def _still_calling(self, incident_id: int | None) -> bool:
        query = select(IncidentRow.state).where(IncidentRow.id == incident_id)
        with self.database.read() as session:
            return session.exec(query).first() == "calling"

    def _patients_of(self, page: PageRow) -> list[Living]:
        """Return the homes a page is about: its own and those whose news it carries."""
        query = select(IncidentRow.patient_id).join(PageRow, col(PageRow.incident_id) == col(IncidentRow.id))
        query = query.where((PageRow.id == page.id) | (PageRow.lead_id == page.id))
        with self.database.read() as session:
            found = session.exec(query).all()
        return [self._by_patient[PatientId(one)] for one in found if one is not None]

    def _nurse_rings(self, home: Living) -> None:
        """The nurse rings the home after accepting: it measures, and may take something against the fever."""
        now = self.clock.at
        recently = home.rung_at is not None and now < home.rung_at + timedelta(minutes=20)
        if home.away or recently:
            return
        home.rung_at = now
        if self.rng.uniform() >= home.resident.manner.heeds_nurse:
            # Nobody takes the call: somebody else is sent to look.
            self._after(self.rng.uniform(*FOUND_AFTER_MIN), lambda: self._measure_all(home))
            return
        self._after(self.rng.uniform(*DOES_AFTER_NURSE_MIN), lambda: self._measure_all(home))
        taken = home.course.antipyretics
        fever = vitals_at(home.course, now).temperature_c >= FEVER_C and home.febrile
        if fever and (not taken or now >= taken[-1] + ANTIPYRETIC_EVERY) and self.rng.uniform() < TAKES_ANTIPYRETIC:
            self._after(5, lambda: self._take_antipyretic(home))

    def _take_antipyretic(self, home: Living) -> None:
        if home.away:
            return
        now = self.clock.at
        home.course = replace(home.course, antipyretics=(*home.course.antipyretics, now))
        event = {"name": "paracetamol", "amount": 1000, "unit": "mg", "purpose": "treatment"}
        self._enter(home, {"type": "medication", "at": now.isoformat(), **event})

    def _measure_all(self, home: Living) -> None:
        if not home.away:
            self._plan(home, self._next(home, measured(vitals_at(home.course, self.clock.at), home.rng)))
            self._measure_when_asked(home, REQUIRED, TEXTS_WHEN_NURSE_ASKS)

    def _measure_when_asked(self, home: Living, groups: Sequence[str], texts: float) -> None:
        """Measure; where the hub is offline, as its light says, the values may be texted."""
        if home.away:
            return
        if home.offline_until is None or home.rng.uniform() >= texts:
            self._measure(home, groups)
            return
        home.measured_at = self.clock.at
        seen = measured(vitals_at(home.course, self.clock.at), home.rng)
        said = {
            "temperature": f"T {seen.temperature_c}",
            "oximetry": f"S {seen.spo2_pct:.0f}",
            "blood_pressure": f"B {seen.systolic_mmhg:.0f}/{seen.diastolic_mmhg:.0f}",
        }
        body = " ".join(said[group] for group in groups)
        receive(self.database, from_number=home.resident.caregiver_number, body=body, now=self.clock.at)
        self._news = True

    def _ring_home(self, home: Living, page: PageRow) -> None:
        """Let the home do what a text or a call says, or not."""
        if home.away:
            return
        if sends_away(page.body, ENGLISH):
            if self.rng.uniform() < GOES:
                self._after(self.rng.uniform(*LEAVES_AFTER_MIN), lambda: self._leave(home))
            return
        later = asked_later(page.body, page.created_at, ZONE, ENGLISH)
        if later is not None and later[1] < home.round_at:
            # They set an alarm, and keep to it about as well as to the card.
            self._plan(home, later[1] + timedelta(minutes=float(home.rng.uniform(-5, 10))))
        groups = asked_groups(page.body, ENGLISH)
        manner, night = home.resident.manner, _is_night(self.clock.at)
        heeds = manner.heeds_call if page.channel == "voice" else manner.heeds_at_night if night else manner.heeds_text
        if groups and home.rng.uniform() < (max(heeds, FEBRILE_HEEDS) if home.febrile else heeds):
            minutes = manner.answers_after_min * float(np.exp(home.rng.normal(0, 0.5)))
            minutes = minutes / 3 if home.febrile or "Sit down" in page.body else minutes
            self._after(minutes, lambda: self._measure_when_asked(home, groups, TEXTS_WHEN_OFFLINE))

    def _leave(self, home: Living) -> None:
        if home.away:
            return
        home.away = True
        home.turn += 1
        receive(self.database, from_number=home.resident.caregiver_number, body="GOING", now=self.clock.at)
        self._news = True
        self._after(self.rng.uniform(*TRAVELS_MIN), lambda: self._arrive_at_hospital(home))

    def _arrive_at_hospital(self, home: Living) -> None:
        receive(self.database, from_number=home.resident.caregiver_number, body="THERE", now=self.clock.at)
        self._news = True
        self._after(60 * self.rng.uniform(*SEEN_AT_HOSPITAL_H), lambda: self._be_seen(home))

    def _be_seen(self, home: Living) -> None:
        """Be admitted until the reaction is over when there is one to speak of, else be sent home."""
        body, over = vitals_at(home.course, self.clock.at), recovers_at(home.course)
        begun = home.course.reaction is not None and self.clock.at >= home.course.reaction.onset_at
        ill = begun and over is not None and self.clock.at < over and home.resident.severity > 1
        if ill or body.temperature_c >= FEVER_C:
            self._place(home, "admitted")
            assert over is not None
            self._at(max(over, self.clock.at) + RECOVERY, lambda: self._go_home(home))
        else:
            self._at(self.clock.at + SENT_HOME_AFTER, lambda: self._go_home(home))

    def _go_home(self, home: Living) -> None:
        home.away, home.febrile = False, False
        home.careful_from = self.clock.at
        self._place(home, "discharged")
        self._plan(home, self.clock.at + timedelta(minutes=float(self.rng.uniform(30, 55))))


def _is_night(at: datetime) -> bool:
    clock = at.astimezone(ZONE).time()
    return clock >= NIGHT_FROM or clock < NIGHT_UNTIL


def _state(*, online: bool) -> bytes:
    return json.dumps({"online": online, "boot": "b0", "battery_pct": 70, "software": "simulated"}).encode()


def _spoken_code(body: str) -> str:
    return body.rpartition("Page code ")[2].rstrip(".").replace(" ", "")


def _spoilt(payload: bytes, group: str, home: Living) -> bytes:
    """Return the message as a device sends it that fails now and then: nothing, a marked bad value, an artefact."""
    devices, draw, rng = home.resident.devices, float(home.rng.uniform()), home.rng
    if draw >= devices.artefact + devices.flagged + devices.nothing:
        return payload
    body = json.loads(payload)
    if draw < devices.nothing:
        if group == "temperature":
            body["temperature"]["value"] = 0
        elif group == "oximetry":
            body["oximetry"].update(spo2_pct=127, pulse_bpm=255)
        else:
            body["blood_pressure"].update(systolic_mmhg=0, diastolic_mmhg=0)
        return json.dumps(body).encode()
    marked = draw < devices.nothing + devices.flagged
    if group == "temperature":
        body["temperature"]["value"] = round(body["temperature"]["value"] + float(rng.choice([-1.2, 0.9])), 1)
    elif group == "oximetry":
        body["oximetry"]["spo2_pct"] -= round(float(rng.uniform(1, 6) if marked else rng.uniform(3, 9)))
        body["oximetry"]["flags"] = ["poor_signal"] if marked else []
    else:
        fall = round(float(rng.uniform(0, 20) if marked else rng.uniform(12, 32)))
        body["blood_pressure"]["systolic_mmhg"] -= fall
        body["blood_pressure"]["diastolic_mmhg"] -= round(fall * 0.6)
        body["blood_pressure"]["flags"] = ["body_movement"] if marked else []
    return json.dumps(body).encode()
