"""The console in a real browser: a nurse logs in, sees the board, opens a patient, leaves. Needs Chromium."""

import asyncio
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import argon2
import pytest
from aiohttp import ClientSession

from console.web.address import Address
from console.web.door import WebDoor
from console.web.server import serving
from gateway import users
from gateway.clock import WallClock
from gateway.permissions import Role
from monitor.enrolment import enrol

FOUND = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
BROWSER = next((path for path in FOUND if path is not None), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs chromium: apt install chromium"),
]
PASSWORD = "correct horse battery"
WITHIN_S = 60
NOW = datetime(2026, 3, 3, 1, 14, 7, tzinfo=UTC)
CONTROL = re.compile(rb"\x1b(\[[0-9;?]*\$?[a-zA-Z]|\][^\x07\x1b]*(\x07|\x1b\\))")


class Page:
    """A browser's only page, spoken to by its own protocol for developers."""

    def __init__(self, socket):
        self._socket, self._waiting, self._number = socket, {}, 0
        self._news = asyncio.Event()
        self.asked_for, self.seen, self.faults = [], b"", []
        self._reader = asyncio.create_task(self._read())

    async def _read(self):
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                self._waiting.pop(said["id"]).set_result(said.get("result", {}))
                continue
            about = said["params"]
            match said["method"]:
                case "Network.requestWillBeSent":
                    self.asked_for.append(about["request"]["url"])
                case "Network.webSocketFrameReceived" if about["response"]["opcode"] == 2:
                    self.seen += base64.b64decode(about["response"]["payloadData"])
                case "Runtime.exceptionThrown":
                    self.faults.append(about["exceptionDetails"]["text"])
            self._news.set()

    async def ask(self, method, **parameters):
        self._number += 1
        answer = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        return await asyncio.wait_for(answer, WITHIN_S)

    async def value(self, script):
        answer = await self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return answer.get("result", {}).get("value")

    async def until(self, script):
        """Wait until a script is true; the page itself looks, at every frame it paints."""
        watch = f"new Promise(done => {{ const look = () => ({script}) ? done(true) : setTimeout(look, 50); look(); }})"
        async with asyncio.timeout(WITHIN_S):
            while not await self.value(watch):
                pass  # another page came meanwhile, and the script went with the old one

    async def shows(self, *words):
        """Wait until the console has painted these words since it was last looked at."""
        try:
            async with asyncio.timeout(WITHIN_S):
                while not all(word.encode() in CONTROL.sub(b"", self.seen) for word in words):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pytest.fail(f"{words} in {CONTROL.sub(b'', self.seen).decode()[-4000:]!r}")
        self.seen = b""

    async def submit(self, name, password):
        await self.value(f"document.querySelector('#name').value = {json.dumps(name)}")
        await self.value(f"document.querySelector('#password').value = {json.dumps(password)}")
        await self.value("document.body.dataset.old = '1'; document.forms[0].submit()")
        await self.until("document.readyState === 'complete' && !document.body.dataset.old")

    async def press(self, key, text=None):
        code = {"Enter": 13, "Escape": 27}.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            more = {"text": text or key} if kind == "keyDown" and key != "Escape" else {}
            await self.ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **more)


@asynccontextmanager
async def browsing(folder):
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-extensions", "--no-first-run"]
    command += ["--disable-background-networking", "--enable-unsafe-swiftshader", "--window-size=1200,800"]
    command += [f"--user-data-dir={folder}", "--remote-debugging-port=0", "about:blank"]
    process = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE)
    try:
        async with asyncio.timeout(WITHIN_S):
            while b"DevTools listening" not in (line := await process.stderr.readline()):
                assert line, "the browser did not start"
        place = re.search(rb"ws://([\d.:]+)/", line)[1].decode()
        async with ClientSession() as session:
            tabs = await (await session.get(f"http://{place}/json")).json()
            address = next(each["webSocketDebuggerUrl"] for each in tabs if each["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as socket:
                page = Page(socket)
                for domain in ("Page", "Network", "Runtime"):
                    await page.ask(f"{domain}.enable")
                yield page
    finally:
        process.kill()
        await process.wait()


def consoles():
    """Return the console processes this test process has."""
    told = subprocess.run(["pgrep", "-P", str(os.getpid()), "-f", "console.web.seat"], capture_output=True, check=False)
    return told.stdout.split()


async def test_a_nurse_logs_in_sees_the_board_opens_a_patient_and_a_lock_ends_the_session(
    database, database_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(users, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", database_url)
    with database.write() as session:
        users.add_user(session, "ada", Role.NURSE, PASSWORD, by="root", now=NOW)
        enrol(session, code="P-0042", profile={}, drug="teclistamab", schedule=None, now=NOW)
    address = Address(host="127.0.0.1", port=0, public_url=None, secure=False)
    door = WebDoor(database, WallClock(), address, most=2, config=None)
    async with serving(door) as shown, browsing(tmp_path / "browser") as page:
        await page.ask("Page.navigate", url=shown)
        await page.until("document.querySelector('#password')")

        await page.submit("ada", "wrong")
        assert "NOT LOGGED IN: name or password is wrong" in await page.value("document.body.innerText")
        assert consoles() == []

        await page.submit("ada", PASSWORD)
        await page.shows("ada (nurse)", "P-0042", "open")
        await page.until(
            "document.body.classList.contains('-first-byte') && document.querySelectorAll('canvas').length"
        )
        assert await page.value("document.cookie") == ""

        await page.press("Enter", "\r")
        await page.shows("P-0042", "teclistamab")
        await page.press("B")
        await page.shows("Did you hear it?")
        await page.until("document.body.dataset.rung === '1'")
        await page.press("Escape")
        await page.shows("makes no sound")

        foreign = (
            "new Promise(done => {const s = new WebSocket(%r); s.onclose = () => done('shut'); s.onopen = s.onclose})"
        )
        assert await page.value("window.open('https://elsewhere.example')") is None
        assert len(consoles()) == 1

        await page.press("l")
        await page.shows("LOCKED")
        await page.ask("Page.reload")
        await page.until("document.querySelector('#password')")
        assert await page.value("document.querySelector('#terminal')") is None

        await page.ask("Page.navigate", url=shown.replace("127.0.0.1", "localhost"))
        await page.until("location.hostname === 'localhost' && document.querySelector('#password')")
        page_of_another = f"ws://127.0.0.1:{door.address.port}/ws"
        assert await page.value(foreign % page_of_another) == "shut"

        assert page.faults == []
        here = (shown, shown.replace("127.0.0.1", "localhost"))
        assert [url for url in page.asked_for if not url.startswith((*here, "data:", "about:"))] == []
    assert consoles() == []


async def test_a_console_whose_door_was_killed_ends_by_itself(database_url):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "console.web.seat",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"STEPGUARD_DATABASE__URL": database_url},
    )
    try:
        process.stdin.write(b'{"name": "ada", "config": null}\n')
        async with asyncio.timeout(WITHIN_S):
            assert await process.stdout.readline() == b"__GANGLION__\n"
            process.stdin.close()
            await process.stdout.read()
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
