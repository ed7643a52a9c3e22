"""A first night by command alone: a patient, a kit, a real MQTT client, a text, a reply."""

import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

STEPGUARD = Path(sys.executable).parent / "stepguard"
NURSE = "+12025550151"
WITHIN_S = 60
ROSTER = f"""
timezone = "UTC"
[[person]]
key = "nurse"
name = "Ada Berg"
number = "{NURSE}"
[[person]]
key = "others"
name = "Everybody else"
number = "+12025550152"
""" + "".join(
    f"""
[[shift]]
role = "{role}"
person = "{person}"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = 00:00:00
until = 00:00:00
"""
    for role, person in [
        ("nurse", "nurse"),
        ("second_nurse", "others"),
        ("oncologist", "others"),
        ("emergency_department", "others"),
    ]
)


@pytest.fixture
def chain(here):
    """`stepguard up` on a free port, with one nurse who is always on call; give the port."""
    (here / "roster.toml").write_text(ROSTER)
    (here / "stepguard.toml").write_text('[mqtt]\nlisten = "127.0.0.1:0"\n[site]\nroster = "roster.toml"\n')
    process = subprocess.Popen([str(STEPGUARD), "up"], cwd=here, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith("listening"):
            yield int(line.rsplit(" ", 1)[1])
            break
    process.kill()
    process.wait()
    process.stderr.close()


def publish(port, hub, password, message):
    """Publish one reading at QoS 1 and return once the PUBACK is here."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=hub, protocol=paho.MQTTv5)
    client.username_pw_set(hub, password)
    client.connect("127.0.0.1", port, properties=Properties(PacketTypes.CONNECT))
    client.loop_start()
    try:
        sent = client.publish(f"stepguard/v1/{hub}/up/reading", json.dumps(message), qos=1)
        sent.wait_for_publish(10)
        assert sent.is_published()
    finally:
        client.disconnect()
        client.loop_stop()


def texts(stepguard, wanted):
    """Look into the outbox until a text is as wanted, and give it."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        lines = stepguard("outbox", "list", "--json").object
        found = [line for line in lines if wanted(line)]
        if found:
            return found[0]
        time.sleep(0.1)
    pytest.fail(f"no such text among {lines}")


@pytest.mark.slow
def test_a_first_fever_reaches_the_nurse_and_her_reply_is_answered(chain, installed, stepguard):
    now = datetime.now(UTC)  # noqa: TID251 - the chain under test keeps the wall's time
    dose_at = (now - timedelta(hours=20)).isoformat()
    assert installed("enroll", "P-0042", "--drug", "teclistamab", "--systolic-mmhg", "124").code == 0
    assert installed("dose", "P-0042", "--step", "SUD1", "--at", dose_at, "--by", "ada").code == 0
    password = installed("device", "add", "kit-1").out.strip()
    assert installed("device", "assign", "kit-1", "P-0042", "--from", dose_at).code == 0

    message = {
        "boot": "b1",
        "seq": 1,
        "measured_at": now.isoformat(),
        "temperature": {"value": 38.4, "unit": "Cel", "site": "oral"},
    }
    publish(chain, "kit-1", password, message)

    page = texts(stepguard, lambda line: line["number"] == NURSE and "P-0042" in line["body"])
    assert page["direction"] == "out"
    assert not re.search(r"38|teclistamab|fever|CRS", page["body"]), "no clinical detail to staff"

    code = re.search(r"Reply (\w+) OK", page["body"])[1]
    assert installed("outbox", "reply", "--from", NURSE, f"{code} OK").code == 0
    answer = texts(
        stepguard,
        lambda line: line["direction"] == "out" and line["id"] != page["id"] and code in line["body"],
    )
    assert answer["number"] == NURSE
