"""The demonstration: the whole chain on one machine, with simulated homes."""

from typing import Annotated

import typer

from console.command import InputError
from console.commands.arguments import Json, family

app = family()


@app.command(epilog="Example: stepguard demo; stepguard demo --headless --patients 40 --duration 30 --json")
def demo(
    *,
    headless: Annotated[bool, typer.Option("--headless", help="No board: print figures at the end.")] = False,
    patients: Annotated[int, typer.Option(help="How many homes.")] = 40,
    speed: Annotated[
        float | None, typer.Option(help="Simulated seconds per second; default 600 headless, 60 on screen.")
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option(help="Seconds on the wall; default 30 headless, on screen until you leave.", metavar="S"),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same patients and courses.", metavar="K")] = 1,
    tour: Annotated[
        bool | None, typer.Option("--tour/--no-tour", help="Show the tour, or not; by default until it was seen once.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Run the whole chain here, with simulated homes."""
    if as_json and not headless:
        raise InputError("--json needs --headless: the board has no machine output")
    from console.demonstration.demo import run_demo  # noqa: PLC0415 - help answers without the chain

    return run_demo(
        patients=patients, speed=speed, duration_s=duration, seed=seed, headless=headless, as_json=as_json, tour=tour
    )
