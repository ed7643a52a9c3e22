"""The parts of a chain live and leave together."""

import asyncio

import pytest
import structlog

from console.log_lines import log_to_stderr
from console.running import PartEndedError, run_parts
from gateway.settings import SettingsError


class Witness:
    """Parts that say when they left."""

    def __init__(self):
        self.left = []

    async def lasting(self, name):
        try:
            await asyncio.Event().wait()
        finally:
            self.left.append(name)

    async def ending(self, error=None):
        if error is not None:
            raise error


@pytest.fixture
def witness():
    return Witness()


async def test_a_part_that_dies_ends_the_others_and_is_named(witness):
    parts = {
        "gateway": witness.lasting("gateway"),
        "monitor": witness.ending(ValueError("38.4")),
        "alerts": witness.lasting("alerts"),
    }
    with pytest.raises(PartEndedError) as caught:
        await run_parts(parts)
    assert caught.value.part == "monitor"
    assert witness.left == ["gateway", "alerts"]


async def test_what_a_part_held_when_it_died_is_not_told(witness):
    with pytest.raises(PartEndedError) as caught:
        await run_parts({"monitor": witness.ending(ValueError("P-0042 38.4"))})
    assert "ValueError" in str(caught.value)
    assert "38.4" not in str(caught.value)


async def test_a_log_line_goes_to_stderr_and_says_where_but_not_what(witness, capsys):
    structlog.reset_defaults()  # a test before this one may have captured lines, which counts as an arrangement
    log_to_stderr()
    with pytest.raises(PartEndedError):
        await run_parts({"monitor": witness.ending(ValueError("P-0042 38.4"))})
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert '"level": "error"' in said.err
    assert '"part": "monitor"' in said.err
    assert "test_running.py" in said.err
    assert "38.4" not in said.err


async def test_a_part_that_merely_returns_is_a_part_that_ended(witness):
    with pytest.raises(PartEndedError, match="gateway ended: it returned"):
        await run_parts({"gateway": witness.ending(), "alerts": witness.lasting("alerts")})


async def test_the_error_inside_a_group_is_the_one_named(witness):
    group = ExceptionGroup("tasks", [ExceptionGroup("inner", [SettingsError("mqtt.listen: taken")])])
    with pytest.raises(PartEndedError, match=r"mqtt\.listen: taken"):
        await run_parts({"gateway": witness.ending(group)})


async def test_asked_to_leave_the_gateway_goes_first(witness):
    chain = asyncio.create_task(run_parts({name: witness.lasting(name) for name in ("alerts", "monitor", "gateway")}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    chain.cancel()
    with pytest.raises(asyncio.CancelledError):
        await chain
    assert witness.left == ["gateway", "monitor", "alerts"]
