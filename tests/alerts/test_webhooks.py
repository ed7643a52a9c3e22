"""What the outside may say to us: only what the provider signed, stored once each, before it is answered."""

import asyncio
import http.client

import msgspec
import pytest
import structlog
from sqlmodel import select

from alerts.phone import Outgoing
from alerts.roster_file import load_roster
from alerts.roster_now import RosterNow
from alerts.stored_sources import StoredSources
from alerts.tables import InboundRow, OptedOutRow, ReceiptRow
from alerts.twilio_signature import Signatures
from alerts.view import text_lines
from alerts.web.server import serving
from gateway.settings import HttpSettings, SettingsError

BEN, STRANGER = "+12025550112", "+12025550177"
PUBLIC = "https://pager.example.org/stepguard"
SMS, STATUS, KEY, VOICE = "/twilio/sms", "/twilio/status", "/twilio/voice/key", "/twilio/voice"
FORM = "application/x-www-form-urlencoded"


def text(sid="SM1", body="AB12 OK", sender=BEN, **more):
    return {"MessageSid": sid, "From": sender, "Body": body, "FromCity": "", **more}


@pytest.fixture
def post(network, background, webhooks):
    """Call a webhook by its public URL and give the status of the answer; signed unless a signature is given."""

    def post(path, form, signature=None):
        return background.run(network.post(PUBLIC + path, form, signature))[0]

    return post


@pytest.fixture
def stored(database):
    def stored(table=InboundRow):
        with database.read() as session:
            return session.exec(select(table)).all()

    return stored


def raw(webhooks, method, path, body=b"", headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", webhooks.port, timeout=10)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def test_the_documented_signature_is_recognised():
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    said = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    known = Signatures("12345")
    assert known.match(url, list(said.items()), "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not known.match(url, list(said.items()), "RSOYDt4T1cUTdK1PDd93/VVr8B9=")
    assert not known.match(url, list((said | {"Digits": "1235"}).items()), "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not known.match(url, [*said.items(), ("More", "")], "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not known.match(url, list(said.items()), "")
    assert not known.match(url, list(said.items()), "\udcff")


@pytest.mark.parametrize("signed_over", ["https://h.example/a?b=c", "https://h.example:443/a?b=c"])
@pytest.mark.parametrize("configured", ["https://h.example/a?b=c", "https://h.example:443/a?b=c"])
def test_the_port_that_the_scheme_implies_may_be_signed_or_not(phone_network, signed_over, configured):
    signature = phone_network.sign("12345", signed_over, {"A": "1"})
    assert Signatures("12345").match(configured, [("A", "1")], signature)


def test_a_port_of_ones_own_is_part_of_the_signature(phone_network):
    signature = phone_network.sign("12345", "https://h.example:8443/a", {"A": "1"})
    assert Signatures("12345").match("https://h.example:8443/a", [("A", "1")], signature)
    assert not Signatures("12345").match("https://h.example/a", [("A", "1")], signature)


def test_a_text_is_stored_and_alerts_is_woken(post, stored, webhooks, network, background):
    status, answer = background.run(network.reply(BEN, "AB12 OK"))
    assert (status, answer.endswith("<Response />")) == (200, True)
    [row] = stored()
    assert (row.number, row.body, row.channel, row.handled_at) == (BEN, "AB12 OK", "sms", None)
    assert webhooks.woken == [True]


@pytest.mark.parametrize("path", [SMS, STATUS, KEY, VOICE])
@pytest.mark.parametrize("signature", ["", "AAAA", "RSOYDt4T1cUTdK1PDd93/VVr8B8="])
def test_a_forged_request_is_refused_counted_and_not_stored(post, stored, webhooks, path, signature):
    form = text(MessageStatus="delivered", CallSid="CA1", Digits="1", To=BEN)
    with structlog.testing.capture_logs() as lines:
        assert post(path, form, signature) == 403
        assert post(path, form, signature) == 403
    assert stored() == []
    assert stored(ReceiptRow) == []
    assert webhooks.outcomes == {(path, "refused"): 2}
    assert webhooks.woken == []
    [line] = lines
    assert line == {"event": line["event"], "path": path, "so_far": 1, "log_level": "warning"}


def test_a_request_without_any_signature_is_refused(webhooks, stored):
    assert raw(webhooks, "POST", SMS, b"MessageSid=SM1", {"Content-Type": FORM})[0] == 403
    assert stored() == []


def test_a_request_with_two_signatures_is_refused(webhooks, phone_network, stored):
    good = phone_network.sign("12345", PUBLIC + SMS, {"MessageSid": "SM1"})
    connection = http.client.HTTPConnection("127.0.0.1", webhooks.port, timeout=10)
    connection.putrequest("POST", SMS)
    for name, value in (("Content-Type", FORM), ("Content-Length", "14"), *[("X-Twilio-Signature", good)] * 2):
        connection.putheader(name, value)
    connection.endheaders(b"MessageSid=SM1")
    assert connection.getresponse().status == 403
    connection.close()
    assert stored() == []


def test_what_was_signed_for_one_path_opens_no_other(post, phone_network, stored):
    form = text(CallSid="CA1", Digits="1", To=BEN)
    assert post(KEY, form, phone_network.sign("12345", PUBLIC + SMS, form)) == 403
    assert (
        post(f"{STATUS}?page=page-2", form, phone_network.sign("12345", f"{PUBLIC}{STATUS}?page=page-1", form)) == 403
    )


def test_a_signature_over_what_the_proxy_shows_is_none(webhooks, phone_network, background, network, stored):
    inside = f"http://127.0.0.1:{webhooks.port}{SMS}"
    assert background.run(network.post(inside, text()))[0] == 403
    headers = {"Content-Type": FORM, "Host": "evil.example", "X-Forwarded-Proto": "http"}
    signed = phone_network.sign("12345", f"http://evil.example{SMS}", {"MessageSid": "SM1"})
    assert raw(webhooks, "POST", SMS, b"MessageSid=SM1", headers | {"X-Twilio-Signature": signed})[0] == 403
    assert stored() == []


def test_a_parameter_added_on_the_way_breaks_the_signature(webhooks, phone_network, stored):
    signed = phone_network.sign("12345", PUBLIC + SMS, {"MessageSid": "SM1", "From": BEN, "Body": "OK"})
    body = b"MessageSid=SM1&From=%2B12025550112&Body=OK&Body=other"
    assert raw(webhooks, "POST", SMS, body, {"Content-Type": FORM, "X-Twilio-Signature": signed})[0] == 403
    assert stored() == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"MessageSid=SM1", "application/json"),
        (b"MessageSid=SM1", "multipart/form-data; boundary=x"),
        (b"", FORM),
        (b"MessageSid", FORM),
        (b"MessageSid=\xff", FORM),
        (b"&".join(b"a=1" for _ in range(500)), FORM),
    ],
)
def test_what_is_no_form_is_refused(webhooks, phone_network, stored, body, kind):
    signed = phone_network.sign("12345", PUBLIC + SMS, {})
    assert raw(webhooks, "POST", SMS, body, {"Content-Type": kind, "X-Twilio-Signature": signed})[0] == 403
    assert stored() == []


def test_a_body_beyond_every_text_is_refused(webhooks, stored):
    headers = {"Content-Type": FORM, "X-Twilio-Signature": "AAAA"}
    assert raw(webhooks, "POST", SMS, b"Body=" + b"a" * 70_000, headers)[:2] == (413, b"")
    assert stored() == []


def test_a_body_that_never_ends_is_given_up(webhooks, monkeypatch):
    monkeypatch.setattr("alerts.web.signed.READ_WITHIN_S", 0.2)
    connection = http.client.HTTPConnection("127.0.0.1", webhooks.port, timeout=10)
    connection.putrequest("POST", SMS)
    for name, value in (("Content-Type", FORM), ("Content-Length", "100"), ("X-Twilio-Signature", "AAAA")):
        connection.putheader(name, value)
    connection.endheaders(b"MessageSid=")
    assert connection.getresponse().status == 403
    connection.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", SMS), ("PUT", SMS), ("POST", "/twilio"), ("POST", "/"), ("GET", "/metrics"),
     ("GET", "/ed/x"), ("POST", "/twilio/sms/"), ("OPTIONS", SMS)],
)  # fmt: skip
def test_everything_else_is_not_found_and_nothing_says_who_answers(webhooks, method, path):
    status, body, headers = raw(webhooks, method, path)
    assert (status, body, headers["Server"]) == (404, b"", "stepguard")


def test_a_text_delivered_twice_or_replayed_is_stored_once(post, stored, webhooks):
    assert [post(SMS, text()) for _ in range(3)] == [200, 200, 200]
    assert len(stored()) == 1
    assert webhooks.outcomes == {(SMS, "stored"): 1, (SMS, "duplicate"): 2}


def test_many_texts_at_once_are_stored_once_each(network, background, webhooks, stored):
    async def flood():
        calls = [network.post(PUBLIC + SMS, text(f"SM{number % 20}")) for number in range(60)]
        return await asyncio.gather(*calls)

    assert {status for status, _ in background.run(flood())} == {200}
    assert sorted(row.reference for row in stored()) == sorted(f"SM{number}" for number in range(20))


def test_a_text_that_cannot_be_stored_is_not_acknowledged(post, stored, webhooks, monkeypatch):
    def away(*_):
        raise RuntimeError(BEN)

    with monkeypatch.context() as broken, structlog.testing.capture_logs() as lines:
        broken.setattr("alerts.web.twilio_hooks.take_in", away)
        assert post(SMS, text()) == 500
    assert BEN not in str(lines)
    assert stored() == []
    assert post(SMS, text()) == 200
    assert len(stored()) == 1


def test_a_text_with_unusual_characters_is_stored(post, stored):
    assert post(SMS, text(body="T 38,4 \x00 \N{GREEK SMALL LETTER OMEGA}\N{GRINNING FACE}")) == 200
    assert stored()[0].body == "T 38,4  \N{GREEK SMALL LETTER OMEGA}\N{GRINNING FACE}"


def test_news_that_comes_twice_and_out_of_order_never_takes_anything_back(
    twilio, network, background, webhooks, stored
):
    reference = twilio.send(Outgoing(key="page-1", number=BEN, channel="sms", body="x")).reference
    [taken] = network.taken
    for status in ("sent", "delivered", "delivered", "sent", "queued", "undelivered"):
        assert background.run(network.call_back(taken, status, 30003 if status == "undelivered" else None)) == 204
    assert twilio.delivery(reference) == "delivered"
    [row] = stored(ReceiptRow)
    assert (row.status, row.error_code, row.page_key) == ("delivered", None, "page-1")


def test_news_of_a_message_we_never_heard_of_is_kept_under_its_page(post, stored):
    form = {"MessageSid": "SM9", "MessageStatus": "delivered", "To": BEN}
    assert post(f"{STATUS}?page=page-7", form) == 204
    [row] = stored(ReceiptRow)
    assert (row.reference, row.page_key, row.status) == ("SM9", "page-7", "delivered")


@pytest.mark.parametrize("page", ["", "page-", "page-x", "page-99999999999999999999999", "drill-1"])
def test_news_with_a_key_of_no_page_is_kept_and_hurts_nothing(post, stored, page):
    assert post(f"{STATUS}?page={page}", {"MessageSid": "SM9", "MessageStatus": "delivered"}) == 204
    assert len(stored(ReceiptRow)) == 1


@pytest.mark.parametrize("form", [{"To": BEN}, {"MessageSid": "SM1"}, {"MessageSid": "SM1", "MessageStatus": "new"}])
def test_news_that_says_nothing_is_taken_and_not_kept(post, stored, form):
    assert post(STATUS, form) == 204
    assert stored(ReceiptRow) == []


def test_stop_is_remembered_shown_and_not_answered_and_start_ends_it(ward, network, background, webhooks, stored):
    assert background.run(network.reply(BEN, "STOP"))[0] == 200
    ward.alerts.cycle()
    assert [row.number for row in stored(OptedOutRow)] == [BEN]
    with ward.database.read() as session:
        assert [line.status for line in text_lines(session)] == ["opted out"]
    assert any("refuses our texts" in line.reason for line in ward.lines())
    background.run(network.reply(BEN, "START"))
    assert stored(OptedOutRow) == []
    ward.no_texts()


def test_an_opt_out_that_shows_only_in_a_callback_is_remembered(post, stored):
    assert post(STATUS, {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "21610", "To": BEN}) == 204
    assert [row.number for row in stored(OptedOutRow)] == [BEN]


def test_an_unknown_sender_is_answered_with_the_emergency_and_unit_numbers(called, network, background):
    background.run(network.reply(STRANGER, "help me"))
    called.alerts.cycle()
    [answer] = network.taken
    assert answer.to == STRANGER
    assert "112" in answer.body
    assert "555-0100" in answer.body


def test_somebody_who_calls_the_number_back_is_told_whom_to_call(network, background, webhooks):
    status, words = background.run(network.post(PUBLIC + VOICE, {"CallSid": "CA1", "From": BEN}))
    assert status == 200
    assert "Please call 5 5 5, 0 1 0 0." in words


def test_what_came_in_is_counted_by_path_and_outcome(post, webhooks):
    post(SMS, text())
    post(SMS, text(), "forged")
    [family] = webhooks.collect()
    assert {tuple(sample.labels.values()): sample.value for sample in family.samples} == {
        (SMS, "stored"): 1.0,
        (SMS, "refused"): 1.0,
    }


def test_an_address_that_is_taken_is_named(webhooks, background, twilio_settings, database, clock):
    http_settings = HttpSettings(listen=f"127.0.0.1:{webhooks.port}", public_url=PUBLIC)
    taken = msgspec.structs.replace(twilio_settings, http=http_settings)

    async def listen_again():
        async with serving(
            taken, database, clock, roster=RosterNow(load_roster()), sources=StoredSources(), wake=lambda: None
        ):
            pass

    with pytest.raises(SettingsError, match=r"http\.listen: cannot listen on 127\.0\.0\.1:\d+: "):
        background.run(listen_again())
