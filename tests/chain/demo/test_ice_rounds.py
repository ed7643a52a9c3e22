"""The simulated nurse asks for an ICE when a nurse would."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from console.demonstration.ice_rounds import FORGOTTEN_EVERY, WITHIN_MINUTES, ice_event, ice_rounds

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DOSE = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PLAN = SimpleNamespace(doses=(SimpleNamespace(at=DOSE),), card=SimpleNamespace(timezone=COPENHAGEN))
LONG_BEFORE = DOSE - timedelta(days=2)


def test_the_first_is_before_the_first_dose_and_the_others_follow_morning_and_evening():
    first, *others = islice(ice_rounds(PLAN, 3, LONG_BEFORE), 5)
    assert first == DOSE - timedelta(hours=1)
    assert [at.astimezone(COPENHAGEN).hour for at in others] == [20, 8, 20, 8]
    assert others == sorted(others)


def test_each_patient_has_a_turn_within_the_round():
    for place in range(FORGOTTEN_EVERY - 1):
        at = next(ice_rounds(PLAN, place, DOSE))
        assert timedelta(0) <= at.astimezone(COPENHAGEN) - at.astimezone(COPENHAGEN).replace(hour=20, minute=0)
        assert at.astimezone(COPENHAGEN).hour * 60 + at.astimezone(COPENHAGEN).minute < 20 * 60 + WITHIN_MINUTES


def test_one_of_many_is_never_reached():
    assert list(ice_rounds(PLAN, FORGOTTEN_EVERY - 1, LONG_BEFORE)) == [DOSE - timedelta(hours=1)]
    assert sum(value for value in ice_event(DOSE).values() if isinstance(value, int)) == 10
