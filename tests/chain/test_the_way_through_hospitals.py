"""A night that leads through two hospitals and home again, in both reviewed languages: declined, transferred, over."""

import re
from datetime import timedelta

import pytest

from alerts.home_languages import wording_of
from alerts.home_texts import go_now
from alerts.service import site_of
from gateway.settings import Settings, SiteSettings
from monitor.episode_record import standing_summaries
from monitor.store import events_of

CODE = "P-0042"
SITE = site_of(Settings(site=SiteSettings(unit_phone="555-0100")))
BEN = "+12025550112"
PAGE_CODE = re.compile(r"Reply (\w{4}) OK")
BOTH = pytest.mark.parametrize("language", ["en", "da"])


def sent_to(texts, language, hospital):
    """Whether the home was told to go to that hospital, in its own language."""
    wanted = go_now(SITE, wording_of(language), hospital=hospital)
    return wanted in [text.body for text in texts if text.to == CODE]


@BOTH
async def test_a_patient_whom_one_hospital_declines_and_another_passes_on_comes_home(house, well, language):
    await house.names_departments()
    [home] = await well(house, CODE, language=language)
    await home.measures(39.2, pressure=(82, 48))
    home.texts("GOING")
    first = await house.department("riverside", house.outbox())
    assert "teclistamab" in (await house.page(first)).text

    await house.at_the_page(first, "decline", reason="no bed")
    told = house.outbox()
    assert sent_to(told, language, "Northgate General, emergency department"), told
    second = await house.department("northgate", told)
    await house.at_the_page(second, "accept")
    home.texts("THERE")
    await house.at_the_page(second, "move", where="arrived")
    await house.at_the_page(second, "save", support="all", vasopressor=["norepinephrine"], fluids="yes", crs="3")
    answer = home.answer()
    assert (answer.place, answer.crs.grade, answer.crs.certainty) == ("emergency_department", 3, "confirmed")

    [page] = [text.body for text in house.outbox() if text.to == "nurse" and text.channel == "sms"]
    house.texts_back(BEN, f"{PAGE_CODE.search(page)[1]} OK")

    await house.at_the_page(second, "transfer", to="riverside")
    third = await house.department("riverside", house.outbox())
    await house.at_the_page(third, "move", where="admitted")
    house.passes(hours=30)
    meanwhile = {text.to for text in house.outbox()}
    assert meanwhile.isdisjoint({CODE, "nurse", "second nurse", "oncologist"}), "the hospital has the patient"
    assert (await house.page(third)).status == 404, "the page is gone a day after the patient came"

    home.enters(type="support")
    home.enters(type="place", where="discharged")
    house.passes(minutes=75)
    assert [text for text in house.outbox() if text.to == CODE], "back home, measuring is asked for again"
    for _ in range(4):
        await home.measures_all_well()
        house.clock.advance(timedelta(hours=8, minutes=10))
    house.settle()
    assert home.answer().crs.episode.resolved is not None

    house.sums_up()
    house.sums_up()
    with house.database.read() as session:
        [kept] = standing_summaries(events_of(session, home.patient_id))
    assert (kept.summary.peak.grade, kept.summary.peak.certainty, kept.summary.ended) == (3, "confirmed", "resolved")
    told = [(one["name"].partition(",")[0], one["answer"]) for one in kept.calls["departments"]]
    assert told == [
        ("Riverside Hospital", "declined"),
        ("Northgate General", "transferred"),
        ("Riverside Hospital", "accepted"),
    ]
    assert {one["role"] for one in kept.calls["calls"]} >= {"nurse", "emergency_department"}
    assert {one["what"] for one in kept.calls["answers"]} >= {"patient arrived", "patient admitted"}
