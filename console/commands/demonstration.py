"""The demonstration: the whole chain on one machine, with simulated homes."""

from console.commands.arguments import family

app = family()


@app.command(epilog="Example: stepguard demo; stepguard demo --headless --patients 40 --duration 30 --json")
def demo() -> None:
    """Run the whole chain here, with simulated homes."""
