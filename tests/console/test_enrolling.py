"""A patient is enrolled from the console into a real house: telephones, kit and doses at once, then corrected."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from alerts.tables import PageRow
from alerts.verification_store import take_answer
from console.desk import DatabaseDesk
from console.entry.enrolment import Enrolling, understand_enrolment
from console.entry.enrolment_reading import EnrolmentSetting
from console.feed import DatabaseFeed
from console.ports import RefusedError
from gateway.clock import StillClock
from gateway.database import Database
from gateway.permissions import Role
from gateway.reading import PatientId
from gateway.settings import Settings, SiteSettings
from gateway.store import add_hub
from gateway.users import add_user
from monitor.rulebook import load_rules

RULES = load_rules()
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME = ZoneInfo("Europe/Copenhagen")
DIRECTORY = """
[[department]]
key = "north"
name = "North"
phone = "+4535451111"
tocilizumab = "yes"
tocilizumab_checked = 2026-02-20
"""
FILLED = {
    "code": "P-0042",
    "drug": "teclistamab",
    "schedule": "us_weekly",
    "first": "2026-03-02 10:00",
    "born": "1956-03-01",
    "weight": "17.5",
    "allergies": "none",
    "language": "da",
    "timezone": "Europe/Copenhagen",
    "temp": "36.6",
    "sys": "124",
    "dia": "76",
    "spo2": "97",
    "pulse": "74",
    "departments": "north 25",
    "contact-1": "daughter +4520123456 yes",
    "contact-2": "son +4520123457 en no",
    "kit": "kit-17",
}


class House:
    def __init__(self, folder):
        (folder / "departments.toml").write_text(DIRECTORY)
        self.clock = StillClock(NOW)
        self.database = Database(f"sqlite:///{folder}/house.db")
        self.database.migrate()
        site = SiteSettings(timezone="Europe/Copenhagen", departments=str(folder / "departments.toml"))
        self.feed = DatabaseFeed(self.database, RULES, Settings(site=site))
        self.desk = DatabaseDesk(self.database, self.clock, site=site)
        with self.database.write() as session:
            add_hub(session, "kit-17")
            add_hub(session, "kit-18")

    def form(self, patient_id=None, **values):
        """What the form would save with these values typed into it."""
        seen, _ = self.feed.enrolment(patient_id, self.clock.now())
        setting = EnrolmentSetting(
            now=self.clock.now(),
            seen=seen,
            catalogue=RULES.catalogue,
            dialable=lambda number: number,
            adult_from_years=RULES.adult_from_years,
        )
        found = understand_enrolment({**seen.values, **{k.replace("_", "-"): v for k, v in values.items()}}, setting)
        assert isinstance(found, Enrolling), found
        return found

    def missing(self, patient_id):
        _, checklist = self.feed.enrolment(patient_id, self.clock.now())
        return [item.key for item in checklist.missing]

    def texts(self):
        with self.database.read() as session:
            return {page.number: page.body for page in session.exec(select(PageRow))}


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    house.database.dispose()


def test_one_sitting_enrols_a_home_whole_and_a_wrong_entry_is_corrected_after_it(house):
    house.desk.enrol(house.form(**FILLED), by="ada")
    (patient,) = house.feed.ward(NOW).overviews
    home = patient.patient_id
    assert patient.code == "P-0042"
    assert house.missing(home) == ["test", "ice"]
    record = house.feed.patient(home, NOW)
    assert [each.step for each in record.planned.entries] == ["SUD1", "SUD2", "first treatment dose"]
    assert record.planned.next.due == datetime(2026, 3, 2, 10, tzinfo=HOME)
    assert [(hub.name, hub.code) for hub in house.feed.devices(NOW)] == [("kit-17", "P-0042"), ("kit-18", None)]
    assert house.feed.system(NOW)[-1].text.startswith("1 of 1 incomplete: P-0042 (2 missing)")

    for number, body in house.texts().items():  # each contact texts back the code it was sent, in its language
        with house.database.write() as session:
            code = re.search(r"\b\d{4}\b", body)[0]
            assert take_answer(session, number, code, patient_id=home, at=NOW) == "verified"
    assert set(house.texts()) == {"+4520123456", "+4520123457"}
    house.desk.enter(
        home,
        {
            "at": NOW.isoformat(),
            "type": "ice",
            "orientation": 4,
            "naming": 3,
            "commands": 1,
            "writing": 1,
            "attention": 1,
        },
        by="ada",
    )
    assert house.missing(home) == []

    corrected = house.form(home, weight="71.5")
    assert corrected.read_back == "weight, kg: 17.5 -> 71.5"
    house.desk.enrol(corrected, by="ben")
    seen, _ = house.feed.enrolment(home, NOW)
    assert seen.values["weight"] == "71.5"
    assert [each.line for each in seen.contacts] == ["daughter +4520123456 da yes", "son +4520123457 en no"]
    assert house.missing(home) == []  # the telephones stay verified, nobody is asked again


def test_a_form_that_somebody_else_overtook_saves_nothing(house):
    house.desk.enrol(house.form(**FILLED), by="ada")
    home = PatientId(house.feed.ward(NOW).overviews[0].patient_id)
    stale = house.form(home, weight="71.5")
    house.desk.enrol(house.form(home, allergies="latex"), by="ben")
    with pytest.raises(RefusedError, match="meanwhile"):
        house.desk.enrol(stale, by="ada")
    seen, _ = house.feed.enrolment(home, NOW)
    assert (seen.values["allergies"], seen.values["weight"]) == ("latex", "17.5")


def test_an_enrolment_in_which_one_part_is_refused_saves_no_part_of_it(house):
    house.desk.enrol(house.form(**FILLED), by="ada")
    taken = {**FILLED, "code": "P-0043", "kit": "kit-18", "contact-2": ""}  # the daughter's number serves P-0042
    with pytest.raises(RefusedError, match="letter"):
        house.desk.enrol(house.form(**taken), by="ada")
    assert [each.code for each in house.feed.ward(NOW).overviews] == ["P-0042"]
    assert [hub.code for hub in house.feed.devices(NOW)] == ["P-0042", None]


def test_limits_of_a_minor_are_a_physicians_also_in_the_form(house):
    with house.database.write() as session:
        add_user(session, "ada", Role.NURSE, "a long enough password", by="root", now=NOW)
        add_user(session, "ito", Role.PHYSICIAN, "a long enough password", by="root", now=NOW)
    limits = {"limit-systolic": "85 75 +90d Dr Ito: age 9", "limit-spo2": "94 92 +90d Dr Ito: age 9"}
    asked = house.form(**{**FILLED, "born": "2017-05-01", **limits})
    with pytest.raises(RefusedError, match="a nurse may not set"):
        house.desk.enrol(asked, by="ada")
    house.desk.enrol(asked, by="ito")
    house.clock.advance(timedelta(days=80))
    assert "limits" in house.missing(PatientId(house.feed.ward(NOW).overviews[0].patient_id))
