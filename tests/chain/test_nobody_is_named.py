"""A night with everything in it, run by the services themselves, with names planted where they may be kept."""

import asyncio
import base64
import json
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import aiomqtt
import pytest
from aiohttp import ClientSession
from canaries import found_in
from sqlmodel import select

import alerts
from alerts import desk
from alerts.contacts import add_contact
from alerts.outbox import receive
from alerts.tables import OutboxRow
from alerts.view import incident_lines
from console.chain import run_chain
from console.ground import read_ground
from gateway import store, users
from gateway.account import Account
from gateway.admin import Here, serving
from gateway.permissions import Role
from gateway.settings import MqttSettings, Settings, SiteSettings
from monitor.enrolment import enrol
from monitor.store import add_event, assessments_of

CODE, HUB, HOME, BEN, STRANGER = "P-0042", "kit-7", "+12025550190", "+12025550112", "+12025550999"
PATIENT, CAREGIVER, BORN, DRUG, BRAND = "Quillfeather", "Zebediah", "1956-03-01", "teclistamab", "Tecvayli"
NURSE, LOGIN, PASSWORD = "Ottoline Ravensworth", "xanthippe", "eel-lantern-oboe-42"
NOTE, REASON = "Marmaduke next door has the key", "Persephone asked for it"
NAMES = (
    *(PATIENT, CAREGIVER, BORN, DRUG, BRAND, "dexamethasone", "71.537"),
    *("Ottoline", "Ravensworth", LOGIN, PASSWORD, "Marmaduke", "Persephone"),
)
CLINICAL = ("38.4", "38,4", "84/50", "fever", "pressure", "CRS", "grade", "SUD2", "oxygen", "rigors")
NUMBERS = (HOME, BEN, STRANGER)
SHIPPED_ROSTER = Path(alerts.__file__).parent / "data" / "roster.toml"
PATIENCE_S = 30.0
PARTS = ("gateway", "monitor", "alerts")
FAULTY = (
    "alerts.taking_in.take_in_one",
    "alerts.home_answers.read_home",
    "gateway.intake.graded_at",
    "monitor.cycle.Monitor._answers",
)
"""Where every part is made to stumble with names in its mouth."""


def furnish(database, now) -> tuple[int, str]:
    """Enrol a patient with planted names; return the id and the hub's password."""
    profile = {
        "code": CODE,
        "born": BORN,
        "weight_kg": 71.537,
        "baseline": {"systolic_mmhg": 124, "spo2_pct": 97},
        "limits": {
            "oximetry": {
                "urgent": 90,
                "emergency": 87,
                "by": LOGIN,
                "why": REASON,
                "until": (now + timedelta(days=9)).isoformat(),
            }
        },
    }
    with database.write() as session:
        users.add_user(session, LOGIN, Role.NURSE, PASSWORD, by=LOGIN, now=now)
    with database.write() as session:
        patient_id = enrol(
            session, code=CODE, profile=profile, drug=DRUG, schedule="us_weekly", now=now - timedelta(days=1)
        )
        entries = [
            {"type": "dose", "step": "SUD2", "at": (now - timedelta(hours=20)).isoformat()},
            {"type": "medication", "name": "dexamethasone", "at": (now - timedelta(hours=21)).isoformat(), "id": "m-x"},
            {"type": "void", "of": "m-x", "why": REASON, "at": now.isoformat()},
            {"type": "symptom", "names": ["rigors"], "at": now.isoformat()},
            {"type": "clinician_grade", "syndrome": "crs", "grade": 1, "by": PATIENT, "at": now.isoformat()},
        ]
        for event in entries:
            add_event(session, patient_id, event, LOGIN, now)
        password = store.add_hub(session, HUB)
        store.assign(session, HUB, CODE, now - timedelta(days=1))
        add_contact(session, patient_id, name=CAREGIVER, number=HOME, consent_values=True, now=now)
    return patient_id, password


def roster_with_names(folder: Path) -> Path:
    """Write the shipped roster with a planted name at the telephone of the night."""
    file = folder / "roster.toml"
    text = SHIPPED_ROSTER.read_text(encoding="utf-8").replace("example = true\n", "")
    assert "Ben Ortiz" in text
    file.write_text(text.replace("Ben Ortiz", NURSE), encoding="utf-8")
    return file


@dataclass
class LetOut:
    """What left the system by any door but the database and the screen."""

    to_hubs: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    async def listen(self, client) -> None:
        async for message in client.messages:
            self.to_hubs.append(f"{message.topic} {bytes(message.payload)!r}")

    async def ask(self, address) -> None:
        async with ClientSession() as session:
            for path in ("/metrics", "/readyz", "/healthz", f"/{PATIENT}?{PATIENT}={DRUG}"):
                async with session.get(f"http://{address}{path}") as response:
                    self.answers.append(await response.text())


async def until(found) -> None:
    """Let the services work until `found()` says yes; fails when it never does."""
    async with asyncio.timeout(PATIENCE_S):
        while not await asyncio.to_thread(found):  # noqa: ASYNC110 - what is waited for is a row another thread writes
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    "text",
    [
        "Quillfeather",
        "QUILLFEATHER",
        quote("quillfeather/"),
        b"Quillfeather".hex(),
        *(base64.b64encode(b"x" * before + b"Quillfeather is ill").decode() for before in range(4)),
        "Q\x00u\x00i\x00l\x00l\x00f\x00e\x00a\x00t\x00h\x00e\x00r",
    ],
)
def test_a_planted_name_is_found_however_it_is_written(text):
    assert found_in([f"key=value {text} more"], PATIENT)


def test_a_text_without_the_name_is_not_accused():
    assert not found_in(["URGENT P-0042 code K7 call 555-0100", base64.b64encode(b"nothing of it").decode()], PATIENT)


@pytest.mark.slow
async def test_no_name_birth_date_drug_or_value_reaches_staff_texts_topics_logs_or_metrics(
    database, clock, capfd, caplog, monkeypatch, tmp_path
):
    caplog.set_level(logging.DEBUG)
    patient_id, password = furnish(database, clock.now())
    settings = Settings(
        mqtt=MqttSettings(listen="127.0.0.1:0"), site=SiteSettings(roster=str(roster_with_names(tmp_path)))
    )
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    out, accounts = LetOut(), {part: Account(part) for part in PARTS}

    def texts(number):
        with database.read() as session:
            return [row.body for row in session.exec(select(OutboxRow)) if row.number == number]

    def open_line():
        with database.read() as session:
            return next(line for line in incident_lines(session, clock.now()) if line.code == CODE)

    def reading(seq, **groups):
        return json.dumps({"boot": "b1", "seq": seq, "measured_at": clock.now().isoformat(), "name": PATIENT} | groups)

    chain = asyncio.create_task(
        run_chain(
            settings, clock, database=database, ground=read_ground(settings), ready=port.set_result, accounts=accounts
        )
    )
    client = aiomqtt.Client("127.0.0.1", await port, identifier=HUB, username=HUB, password=password)
    async with client, serving([Here(each) for each in accounts.values()], "127.0.0.1:0", "http.admin_listen") as door:
        await client.subscribe(f"stepguard/v1/{HUB}/down/#", qos=1)
        listening = asyncio.create_task(out.listen(client))
        topic = f"stepguard/v1/{HUB}/up/reading"
        users.log_in(database, LOGIN, f"not {PASSWORD}", clock.now())
        users.log_in(database, LOGIN, PASSWORD, clock.now())
        await client.publish(topic, reading(1, temperature={"value": 38.4, "unit": "Cel"}), qos=1)
        await until(lambda: any("URGENT" in body for body in texts(BEN)))
        await client.publish(topic, f"{PATIENT} {BORN} {DRUG} 38.4", qos=1)
        await client.publish(f"stepguard/v1/{HUB}/up/{PATIENT}", PATIENT, qos=1)
        receive(database, from_number=STRANGER, body=f"{PATIENT} takes {DRUG}", now=clock.now())
        receive(database, from_number=HOME, body=f"{CAREGIVER}: {PATIENT} has 38.4", now=clock.now())
        receive(database, from_number=BEN, body=f"{open_line().page_code} OK", now=clock.now())
        await until(lambda: any("accepted" in body for body in texts(BEN)))
        low = {"systolic_mmhg": 84, "diastolic_mmhg": 50}
        await client.publish(topic, reading(3, blood_pressure=low), qos=1)
        await until(lambda: any("EMERGENCY" in body for body in texts(BEN)))
        with database.write() as session:
            desk.hold_ed_notice(session, open_line().id, by=LOGIN, reason=NOTE, now=clock.now())
        clock.advance(timedelta(minutes=12))
        await until(lambda: bool(texts("+12025550115")))
        with database.write() as session:
            desk.acknowledge(session, open_line().id, by=LOGIN, note=NOTE, now=clock.now())

        stumbled: set[str] = set()

        def stumbling(where):
            def stumble(*_args, **_options):
                stumbled.add(where)
                raise RuntimeError(f"{PATIENT} {CAREGIVER} {BORN} {DRUG} {NURSE} {LOGIN} {HOME} 38.4")

            return stumble

        for where in FAULTY[:3]:
            monkeypatch.setattr(where, stumbling(where))
        receive(database, from_number=HOME, body=f"T 38.4 {PATIENT}", now=clock.now())
        with database.write() as session:
            symptom = {"type": "symptom", "names": ["rigors"], "at": clock.now().isoformat()}
            add_event(session, patient_id, symptom, PATIENT, clock.now())
        await client.publish(topic, reading(4, temperature={"value": 38.4, "unit": "Cel"}), qos=1)
        await until(lambda: any("SYSTEM" in body for body in texts(BEN)))
        await until(lambda: any("could not be used" in body for body in texts(HOME)))
        await until(lambda: stumbled == set(FAULTY[:3]))
        monkeypatch.setattr(FAULTY[3], stumbling(FAULTY[3]))
        await client.publish(topic, reading(5, temperature={"value": 38.4, "unit": "Cel"}), qos=1)
        await until(lambda: stumbled == set(FAULTY))
        await out.ask(door)
        listening.cancel()
    chain.cancel()
    await asyncio.gather(chain, listening, return_exceptions=True)

    with database.read() as session:
        sent = list(session.exec(select(OutboxRow)))
        assert assessments_of(session, patient_id)[-1].assessment.urgency == "emergency"
    staff = [row.body for row in sent if row.number not in {HOME, STRANGER}]
    printed = capfd.readouterr()
    out.logged = [line for line in (*printed.out.splitlines(), *printed.err.splitlines(), *caplog.messages) if line]
    assert len(staff) >= 5
    assert out.to_hubs
    assert any("alerts fault" in line for line in out.logged)
    assert any("stepguard_readings_total" in answer for answer in out.answers)
    for word in (*NAMES, *CLINICAL):
        assert not found_in(staff, word), word
        assert not found_in(out.to_hubs, word), word
    for word in NAMES:
        assert not found_in([row.body for row in sent], word), word
        assert not found_in(out.logged, word), word
        assert not found_in(out.answers, word), word
    for word in ("38.4", "38,4", "84/50", CODE, *NUMBERS):
        assert not found_in(out.answers, word), word
    for word in ("38.4", "38,4", "84/50", *NUMBERS):
        assert not found_in(out.logged, word), word
