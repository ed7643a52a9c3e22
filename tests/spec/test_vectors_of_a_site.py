"""A site's test vectors are written in a part of the shorthand of these tables, and mean the same there."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.plausibility_limits import load_limits
from monitor.timeline import BadEvent, parse_timeline
from monitor.vector_timeline import VectorUnreadable
from monitor.vector_timeline import timeline as of_a_site
from spec_shorthand import timeline

ROWS = re.findall(r"\| `([^`]+)` \|", Path(__file__, "../../../docs/grading.md").resolve().read_text(encoding="utf-8"))

LIMITS = load_limits()


def meaning(recorded):
    """The record, without what the shorthand alone adds: a code, and what a medicine was for."""
    record = parse_timeline(recorded, LIMITS)
    events = [replace(event, purpose=None) if hasattr(event, "purpose") else event for event in record.events]
    return replace(record.profile, code="P-0000"), record.regimen, events


def test_what_a_site_may_write_in_a_vector_means_what_it_means_in_the_tables():
    read = 0
    for row in ROWS:
        try:
            written, meant = of_a_site(row), meaning(timeline(row))
        except (VectorUnreadable, BadEvent, ValueError):
            continue  # not in the part that sites have, or meant to be refused
        assert meaning(written) == meant, row
        read += 1
    assert read > 1000


@pytest.mark.parametrize(
    "row",
    [
        "1h tick tock",
        "0h dose SUD1 0.06",
        "1h med paracetamol 1000 mg",
        "1h ice 9 same changed",
        "1h capd 3 4",
        "1h attribute fever infection",
        "1h place travelling 2h",
        "drug teclistamab us_weekly eu_2022; 1h well",
        "scale 2 1; 1h well",
        "born 1956-03-01 2017-05-01; 1h well",
    ],
)
def test_no_word_of_a_vector_is_passed_over(row):
    with pytest.raises(VectorUnreadable):
        of_a_site(row)
