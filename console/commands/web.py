"""The console in a browser, behind the house's own logins."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from console.command import InputError
from console.commands.arguments import Config, family
from console.commands.chain_access import Chain, opened

if TYPE_CHECKING:
    from console.web.address import Address

# ruff: noqa: PLC0415 - help answers without a web server

app = family()

NOBODY = (
    "web: nobody has a login, so whoever opens the page could do everything;"
    " give somebody one first: stepguard user add NAME --role nurse"
)


@app.command(epilog="Example: stepguard web --config stepguard.toml, then open http://127.0.0.1:8486/")
def web(*, config: Config = None) -> None:
    """Serve the nurse's board to browsers.

    Listens on this machine alone unless the configuration says otherwise; TLS belongs in front.
    """
    from console.commands.parts import serve_part
    from console.web.address import web_address
    from gateway.users import logins_exist

    with opened(config) as chain:
        address = web_address(chain.settings.web)
        with chain.database.read() as session:
            if not logins_exist(session):
                raise InputError(NOBODY)
        serve_part("web", _serve(chain, address, config))


async def _serve(chain: Chain, address: "Address", config: Path | None) -> None:
    """Answer browsers until told to leave."""
    from console.web.door import WebDoor
    from console.web.server import serving

    door = WebDoor(
        chain.database,
        chain.clock,
        address,
        most=chain.settings.web.consoles,
        config=None if config is None else str(config),
    )
    async with serving(door) as shown:
        typer.echo(f"the console is at {shown}", err=True)
        await asyncio.Event().wait()
