"""The telephone network of deploy/phone_network.py in a process of its own, which notes when each message came.

`python -m benchmarks.telephones PUBLIC SERVED` prints its port as the first line and serves until standard input
closes. `GET /local/taken` answers with the page and the instant (Unix seconds) of everything taken so far.
"""

import asyncio
import contextlib
import importlib.util
import io
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "a token of the benchmarks", "+12025550100"
PUBLIC = "https://pager.example.org"
PROGRAM = Path(__file__).parents[1] / "deploy" / "phone_network.py"


def page_of(form: dict[str, str]) -> str | None:
    """Return the key of the page that a message was sent for, None where it names none."""
    return parse_qs(urlsplit(form.get("StatusCallback", "")).query).get("page", [None])[0]


async def serve(public: str, served: str) -> None:
    spec = importlib.util.spec_from_file_location("phone_network", PROGRAM)
    module = sys.modules["phone_network"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.Network(ACCOUNT, TOKEN, NUMBER, webhooks=public, reach={public: served}, lively=True)
    taken: list[tuple[str | None, float]] = []

    @web.middleware
    async def noting(request: web.Request, handler) -> web.StreamResponse:
        at = time.time()
        response = await handler(request)
        if request.method == "POST" and response.status == 201:
            taken.append((page_of(await request.post()), at))
        return response

    app = network.application()
    app.middlewares.append(noting)

    async def told(_request: web.Request) -> web.Response:
        return web.json_response(taken)

    app.router.add_get("/local/taken", told)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    with contextlib.redirect_stdout(io.StringIO()):  # a lively network prints every message
        await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(*sys.argv[1:]))
