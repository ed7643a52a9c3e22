"""A line that is kept says at every instant what a line made anew would say."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

from console.views.row_book import RowBook
from console.views.rows import row

ZONE = ZoneInfo("Europe/Copenhagen")


def test_kept_lines_are_the_lines_of_the_moment(feed):
    snapshot = feed.snapshot
    chance, now, book = random.Random(3), snapshot.read_at, RowBook()  # noqa: S311 - chooses instants
    kept = 0
    for _ in range(400):
        now += timedelta(seconds=chance.choice([0.5, 1, 7, 31, 600]))
        blind = chance.random() < 0.1
        for overview in snapshot.overviews:
            incidents = [each for each in snapshot.incidents if each.patient_id == overview.patient_id]
            shown = book.row(overview, incidents, now, ZONE, blind=blind)
            assert shown == row(overview, incidents, now, ZONE, blind=blind)
            kept += shown is book.row(overview, incidents, now, ZONE, blind=blind)
    assert kept > 1000, "most are kept"
