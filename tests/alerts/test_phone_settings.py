"""Telephone settings with which nobody would be reached stop the start, and say which key and what to do."""

import msgspec
import pytest

from alerts.outbox import Outbox
from alerts.phone_settings import check_phone
from alerts.phones import phone_of
from gateway.settings import HttpSettings, MqttSettings, Settings, SettingsError, TwilioSettings

SID = "AC" + "0f" * 16
GOOD = TwilioSettings(account_sid=SID, auth_token="t", from_="+12025550100")
PUBLIC = HttpSettings(public_url="https://pager.example.org")


def settings(http=PUBLIC, mqtt=None, **twilio):
    return Settings(twilio=msgspec.structs.replace(GOOD, **twilio), http=http, mqtt=mqtt or MqttSettings())


def test_whole_settings_are_taken():
    check_phone(Settings())
    check_phone(settings())
    check_phone(settings(messaging_service_sid="MG" + "a" * 32))
    check_phone(settings(HttpSettings(public_url="http://127.0.0.1:8480"), api_url="http://127.0.0.1:8490"))
    check_phone(
        settings(HttpSettings(public_url="https://h.example/pager", listen="0.0.0.0:80"), MqttSettings(insecure=True))
    )


@pytest.mark.parametrize(
    ("given", "key", "remedy"),
    [
        (settings(account_sid="AC12"), "twilio.account_sid", "copy it"),
        (settings(auth_token=None), "twilio.auth_token", "STEPGUARD_TWILIO__AUTH_TOKEN_FILE"),
        (settings(auth_token=""), "twilio.auth_token", "STEPGUARD_TWILIO__AUTH_TOKEN_FILE"),
        (settings(from_=None), "twilio.from", "+<country><number>"),
        (settings(from_="0202 555 0100"), "twilio.from", "+<country><number>"),
        (settings(from_="+1 202 555 0100"), "twilio.from", "without spaces"),
        (settings(messaging_service_sid="SM1"), "twilio.messaging_service_sid", "leave it out"),
        (settings(api_url="127.0.0.1:8490"), "twilio.api_url", "http://"),
        (settings(HttpSettings()), "http.public_url", "https://pager.example.org"),
        (settings(HttpSettings(public_url="http://pager.example.org")), "http.public_url", "https://"),
        (settings(HttpSettings(public_url="https://")), "http.public_url", "https://"),
        (settings(HttpSettings(public_url="https://h.example:x/")), "http.public_url", "https://"),
        (settings(HttpSettings(public_url="https://h.example/?a=b")), "http.public_url", "leave out"),
        (settings(HttpSettings(public_url="https://h.example", listen="8480")), "http.listen", "127.0.0.1:8480"),
        (settings(HttpSettings(public_url="https://h.example", listen="0.0.0.0:8480")), "http.listen", "127.0.0.1"),
        (settings(account_sid=None), "twilio.auth_token", "twilio.account_sid"),
        (Settings(twilio=TwilioSettings(from_="+12025550100")), "twilio.from", "twilio.account_sid"),
        (Settings(twilio=TwilioSettings(api_url="http://127.0.0.1")), "twilio.api_url", "twilio.account_sid"),
        (Settings(http=HttpSettings(public_url="http://ward.example")), "http.public_url", "https://"),
        (Settings(http=HttpSettings(listen="127.0.0.1:1")), "http.listen", "http.public_url"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused_with_key_and_remedy(given, key, remedy):
    with pytest.raises(SettingsError) as refused:
        check_phone(given)
    said = str(refused.value)
    assert said.startswith(f"{key}: ")
    assert remedy in said
    assert "\n" not in said


def test_no_refusal_shows_the_token():
    for given in (settings(auth_token="secret-token", from_=None), settings(HttpSettings(), auth_token="secret-token")):
        with pytest.raises(SettingsError) as refused:
            check_phone(given)
        assert "secret-token" not in str(refused.value)


def test_without_an_account_texts_stay_in_the_outbox(database, clock):
    assert isinstance(phone_of(Settings(), database, clock), Outbox)


def test_pages_for_emergency_departments_need_a_public_address_and_no_telephone_provider():
    check_phone(Settings(http=PUBLIC))
    check_phone(Settings(http=HttpSettings(public_url="http://127.0.0.1:8480")))
