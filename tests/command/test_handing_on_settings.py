"""Addresses of other alerting systems are looked at before anything starts, and their secrets are shown to nobody."""

from datetime import datetime

import pytest

from gateway.database import Database
from gateway.store import beat

SECRET = "integration-key-0123456789"


def configured(here, **keys):
    lines = "".join(f'{key} = "{value}"\n' for key, value in keys.items())
    (here / "stepguard.toml").write_text(f"[handing_on]\n{lines}")


def test_check_shows_where_calls_are_handed_on_to_and_no_secret(stepguard, here, monkeypatch):
    (here / "token").write_text(SECRET)
    monkeypatch.setenv("STEPGUARD_HANDING_ON__WEBHOOK_TOKEN_FILE", str(here / "token"))
    configured(here, webhook_url="https://goalert.example.org/api/v2/generic/incoming")
    said = stepguard("check")
    assert said.code == 0, said.err
    assert "handing_on.webhook_url = 'https://goalert.example.org/api/v2/generic/incoming'" in said.out
    assert "handing_on.webhook_token = (set)" in said.out
    assert SECRET not in said.out + said.err


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"alertmanager_url": "alertmanager:9093"}, ("handing_on.alertmanager_url", "http://HOST")),
        ({"webhook_url": "https://h.example/in?token=abc"}, ("handing_on.webhook_url", "WEBHOOK_TOKEN_FILE")),
        ({"webhook_token": SECRET}, ("[handing_on] webhook_token is a secret", "WEBHOOK_TOKEN_FILE")),
        ({"webhok_url": "https://h.example/in"}, ("unknown key 'webhok_url'", "'webhook_url'")),
    ],
)
def test_check_refuses_what_would_reach_nobody_or_leak(stepguard, here, keys, words):
    configured(here, **keys)
    said = stepguard("check")
    said.refuses(*words)
    assert SECRET not in said.err


def test_status_says_which_system_is_not_told(stepguard, here):
    assert stepguard("roster", "show").code == 0  # makes the database
    database = Database(f"sqlite:///{here / 'stepguard.db'}")
    failing = {"webhook": {"since": "2026-03-03T02:10:00+00:00", "why": "answered 401"}}
    with database.write() as session:
        beat(session, "alerts", datetime.fromisoformat("2026-03-03T02:12:00+00:00"), {"handing_on": failing})
    database.dispose()
    found = stepguard("status", "--json").object["findings"]
    assert "calls are not handed on to the webhook: answered 401" in [finding["text"] for finding in found]
