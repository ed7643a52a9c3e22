"""A console over a night on a ward of twelve homes.

`python tests/console/conftest.py` opens it in the terminal.
"""

import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from alerts.story import Story
from alerts.view import Fault
from console.terminal import ConsoleApp
from console.views.cells import Cell
from gateway.audit_log import Line as LogLine
from gateway.clock import StillClock
from monitor.dossier import EpisodeTold, NeuroTold, Stay
from monitor.record import Baseline, Limit
from monitor.rulebook import load_rules
from monitor.thresholds import thresholds

sys.path.insert(0, str(Path(__file__).parent))

from console_fakes import FakeDesk, FakeFeed, build_console
from night_shift import sample_shift
from night_values import (
    ACTOR,
    NOW,
    UNSIGNED,
    ZONE,
    Stands,
    assessment,
    bedside,
    call,
    curve,
    entry,
    hub,
    incident,
    measured,
    patient,
    point,
    says,
    standing,
    taken,
    telephone,
    text,
    well,
)
from night_ward import (
    sample_dossier,
    sample_duty,
    sample_history,
    sample_offers,
    sample_roster,
    sample_snapshot,
)


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOW)


@pytest.fixture
def feed() -> FakeFeed:
    return FakeFeed(sample_snapshot(), sample_history())


@pytest.fixture
def desk(feed: FakeFeed) -> FakeDesk:
    return FakeDesk(feed)


@pytest.fixture
def console(feed: FakeFeed, desk: FakeDesk, clock: StillClock) -> ConsoleApp:
    return build_console(feed, desk, clock)


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Builders of single values, for tests that need a ward of their own."""
    return SimpleNamespace(
        now=NOW,
        zone=ZONE,
        actor=ACTOR,
        patient=patient,
        well=well,
        incident=incident,
        assessment=assessment,
        measured=measured,
        curve=curve,
        text=text,
        history=sample_history,
        call=call,
        story=Story,
        hub=hub,
        roster=sample_roster,
        telephone=telephone,
        duty=sample_duty,
        part=Stands,
        snapshot=sample_snapshot,
        shift=sample_shift,
        standing=standing,
        dossier=sample_dossier,
        cell=lambda words: Cell(text=words),
        thresholds=lambda **more: thresholds(bedside(**more), load_rules()),
        baseline=Baseline,
        limit=lambda urgent, emergency: Limit(urgent=Decimal(urgent), emergency=Decimal(emergency)),
        taken=taken,
        says=says,
        episode=EpisodeTold,
        neuro=NeuroTold,
        stay=Stay,
        point=point,
        entry=entry,
        log_line=LogLine,
        fault=Fault,
        offers=sample_offers,
        unsigned=UNSIGNED,
    )


if __name__ == "__main__":
    shown = FakeFeed(sample_snapshot(), sample_history())
    build_console(shown, FakeDesk(shown), StillClock(NOW)).run()
