"""The departments of a demonstration answer on the real page with what their telephones were told."""

import asyncio
from pathlib import Path

import pytest

from alerts.directory_file import EXAMPLE, load_directory
from console.demonstration.departments import Departments
from console.demonstration.reading_texts import page_code_of

DEPLOY = Path(__file__).parents[3] / "deploy"


@pytest.mark.parametrize("house", ["one process"], indirect=True)
async def test_the_first_declines_and_the_next_accepts_receives_and_treats(house, well):
    await house.names_departments()
    [home] = await well(house, "P-0042")
    departments = Departments(house.database, house.clock, house.directory, "127.0.0.1:1", seed=1)

    async def they_have(*minutes):
        for span in minutes:
            house.passes(minutes=span)
            await asyncio.to_thread(departments.look)
            house.settle()

    await home.measures(39.2, pressure=(82, 48))
    home.texts("GOING")
    [page] = [text.body for text in house.outbox() if (text.to, text.channel) == ("nurse", "sms")]
    house.texts_back("+12025550112", f"{page_code_of(page)} OK")
    await they_have(0, 4)
    assert house.line().departments[0].answer is None, "the page cannot be had: it is tried again"
    for case in departments._cases:
        case.browser.served_at = house.pages_at
    departments._served_at = house.pages_at
    await they_have(4, 4, 4, 4, 4)
    assert [(one.key, one.answer, one.reason) for one in house.line().departments] == [
        ("riverside", "declined", "no bed"),
        ("northgate", "accepted", ""),
    ]
    await they_have(56)
    assert home.answer().place == "emergency_department"
    await they_have(16)
    crs = home.answer().crs
    assert (crs.certainty, crs.clinician_grade) == ("confirmed", 2)


def test_the_departments_of_the_demonstration_are_those_of_the_example_for_sites():
    ours, example = load_directory(EXAMPLE), load_directory(DEPLOY / "departments.toml")
    assert [(one.key, one.phone, one.text) for one in ours.departments] == [
        (one.key, one.phone, one.text) for one in example.departments
    ]
