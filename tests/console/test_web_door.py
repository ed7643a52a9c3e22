"""The door of the console in a browser: who is let in, what is refused, what every answer carries."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import argon2
import msgspec
import pytest
from aiohttp import ClientSession, CookieJar, WSServerHandshakeError

from console.web import pages
from console.web.address import Address, web_address
from console.web.door import FILES, MOST_TRIES, WebDoor
from console.web.server import serving
from console.web.sessions import LONGEST, UNATTENDED, Sessions
from gateway import users
from gateway.clock import StillClock
from gateway.permissions import Role
from gateway.settings import SettingsError, WebSettings

NOW = datetime(2026, 3, 3, 1, 14, 7, tzinfo=UTC)
PASSWORD = "correct horse battery"
PUBLIC = "https://console.example.org"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Hash quickly: what is tested is the door, not argon2."""
    monkeypatch.setattr(users, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def staffed(database):
    with database.write() as session:
        users.add_user(session, "ada", Role.NURSE, PASSWORD, by="root", now=NOW)
    return database


@asynccontextmanager
async def opened(database, *, most=2, public_url=None):
    """Give a door that listens, and a browser before it that knows how to say where it comes from."""
    address = Address(host="127.0.0.1", port=0, public_url=public_url, secure=public_url is not None)
    clock = StillClock(NOW)
    door = WebDoor(database, clock, address, most=most, config=None)
    async with serving(door), ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        here = f"http://127.0.0.1:{door.address.port}"
        own = public_url or here
        about = {"Origin": own, "Host": own.partition("://")[2]}

        async def log_in(name="ada", password=PASSWORD, **headers):
            fields = {"name": name, "password": password}
            return await browser.post(f"{here}/login", data=fields, headers=about | headers, allow_redirects=False)

        yield SimpleNamespace(door=door, browser=browser, here=here, about=about, log_in=log_in, clock=clock)


def outcomes(database):
    """Return what the audit log's people say of logins."""
    with database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT payload FROM audit_payload WHERE chain = 'people' ORDER BY number"
        )
        return [msgspec.json.decode(row[0]).get("outcome") for row in rows]


async def test_whoever_has_no_session_sees_a_login_and_nothing_of_anybody(staffed):
    async with opened(staffed) as at:
        answer = await at.browser.get(f"{at.here}/", headers=at.about)
        shown = await answer.text()
        assert answer.status == 200
        assert 'type="password"' in shown
        assert "<script" not in shown
        assert "websocket" not in shown
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_a_right_password_opens_the_page_of_the_console_with_a_cookie_no_script_reads(staffed):
    async with opened(staffed) as at:
        answer = await at.log_in()
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
        shown = await (await at.browser.get(f"{at.here}/", headers=at.about)).text()
        assert f'data-session-websocket-url="ws://127.0.0.1:{at.door.address.port}/ws"' in shown


async def test_behind_tls_the_cookie_is_bound_to_it_and_the_socket_too(staffed):
    async with opened(staffed, public_url=PUBLIC) as at:
        answer = await at.log_in()
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-stepguard=")
        assert "Secure" in cookie.split("; ")
        carried = {"Cookie": cookie.partition(";")[0]}
        page = await at.browser.get(f"{at.here}/", headers=at.about | carried)
        assert 'data-session-websocket-url="wss://console.example.org/ws"' in await page.text()
        assert "Strict-Transport-Security" in page.headers


async def test_a_wrong_password_is_refused_counted_and_put_into_the_log(staffed):
    async with opened(staffed) as at:
        for _ in range(users.FREE_TRIES):
            answer = await at.log_in(password="wrong")
            assert answer.status == 403
            assert "Set-Cookie" not in answer.headers
        right = await at.log_in()
        assert right.status == 403
        assert "locked after wrong passwords" in await right.text()
        assert (await at.log_in(name="nobody", password="x")).status == 403
    assert sorted(filter(None, outcomes(staffed))) == ["locked", *["refused"] * (users.FREE_TRIES + 1)]


async def test_what_somebody_types_as_a_name_is_shown_as_text(staffed):
    async with opened(staffed) as at:
        shown = await (await at.log_in(name='"><script>alert(1)</script>', password="x")).text()
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown


async def test_too_many_logins_from_one_address_are_held_back_without_looking_at_the_password(staffed):
    async with opened(staffed) as at:
        answers = [(await at.log_in(name=f"n{number}", password="x")).status for number in range(MOST_TRIES + 1)]
        assert answers == [403] * MOST_TRIES + [429]
        assert (await at.log_in()).status == 429


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "elsewhere.example", "Origin": "http://elsewhere.example"},
    ],
)
async def test_a_page_of_another_origin_logs_nobody_in_and_opens_no_console(staffed, headers):
    async with opened(staffed) as at:
        foreign = await at.log_in(**headers)
        assert foreign.status in {403, 421}
        assert (await at.log_in()).status == 303
        with pytest.raises(WSServerHandshakeError) as refused:
            await at.browser.ws_connect(f"{at.here}/ws", headers=at.about | headers)
        assert refused.value.status in {403, 421}
    assert outcomes(staffed).count("let in") == 1
    assert "console opened in a browser" not in outcomes(staffed)


async def test_a_console_needs_a_session_and_an_enabled_login(staffed):
    async with opened(staffed) as at:
        with pytest.raises(WSServerHandshakeError) as refused:
            await at.browser.ws_connect(f"{at.here}/ws", headers=at.about)
        assert refused.value.status == 403
        await at.log_in()
        with staffed.write() as session:
            users.set_user_disabled(session, "ada", disabled=True, by="root", now=NOW)
        with pytest.raises(WSServerHandshakeError) as refused:
            await at.browser.ws_connect(f"{at.here}/ws", headers=at.about)
        assert refused.value.status == 403


async def test_when_all_consoles_are_open_the_next_page_says_so(staffed):
    async with opened(staffed, most=0) as at:
        await at.log_in()
        answer = await at.browser.get(f"{at.here}/", headers=at.about)
        assert answer.status == 503
        assert "consoles of this machine are open" in await answer.text()
        with pytest.raises(WSServerHandshakeError) as refused:
            await at.browser.ws_connect(f"{at.here}/ws", headers=at.about)
        assert refused.value.status == 503


async def test_every_file_of_a_page_lies_here_and_no_other_file_is_given(staffed):
    async with opened(staffed) as at:
        for name in FILES:
            assert (await at.browser.get(f"{at.here}/static/{name}", headers=at.about)).status == 200
        for name in ("", "door.py", "..%2Fdoor.py", "background.png"):
            assert (await at.browser.get(f"{at.here}/static/{name}", headers=at.about)).status == 404
        assert (await at.browser.get(f"{at.here}/download/x", headers=at.about)).status == 404
        named = await at.browser.get(
            f"{at.here}/?ping=https://elsewhere.example", headers=at.about, allow_redirects=False
        )
        assert (named.status, named.headers["Location"]) == (303, "/")
    html = pages.login_page("no", "ada") + pages.full_page(8) + pages.console_page("ws://127.0.0.1:1/ws")
    assert "http" not in html.replace("ws://127.0.0.1:1/ws", "")
    assert not any(b"//fonts." in at.door._files[name] for name in FILES if name.endswith("css"))


def test_a_session_ends_a_minute_after_its_last_page_and_after_a_shift():
    sessions = Sessions()
    sessions.begin("token", "ada", NOW)
    assert sessions.of("token", NOW).name == "ada"
    assert sessions.of("other", NOW) is None
    assert sessions.of("token", NOW + UNATTENDED) is None
    sessions.opened("token")
    sessions.opened("token")
    sessions.closed("token", NOW)
    assert sessions.of("token", NOW + UNATTENDED) is not None
    assert sessions.of("token", NOW + LONGEST) is None
    sessions.closed("token", NOW + timedelta(hours=1))
    assert sessions.of("token", NOW + timedelta(hours=1) + UNATTENDED) is None
    assert sessions.of("token", NOW - timedelta(seconds=1)) is None
    sessions.end("token")
    assert sessions.of("token", NOW) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"listen": "0.0.0.0:8486"}, "TLS belongs in front"),
        ({"listen": "[::]:8486", "beyond_loopback": True}, "TLS belongs in front"),
        ({"listen": "10.0.0.5:8486", "public_url": PUBLIC}, "web.beyond_loopback = true"),
        ({"listen": "8486"}, "not host:port"),
        ({"public_url": "http://console.example.org"}, "no https:// address"),
        ({"public_url": f"{PUBLIC}/ward"}, "without a path"),
    ],
)
def test_an_address_that_would_show_passwords_to_a_network_is_refused_with_the_remedy(given, words):
    with pytest.raises(SettingsError, match=r"^web\.") as refused:
        web_address(WebSettings(**given))
    assert words in str(refused.value)


def test_loopback_is_the_default_and_a_proxys_network_needs_two_words():
    assert web_address(WebSettings()).origins == {
        "http://127.0.0.1:8486",
        "http://localhost:8486",
        "http://[::1]:8486",
    }
    behind = web_address(WebSettings(listen="0.0.0.0:8486", beyond_loopback=True, public_url=f"{PUBLIC}:443/"))
    assert (behind.secure, behind.origins, behind.hosts) == (True, {PUBLIC}, {"console.example.org"})
