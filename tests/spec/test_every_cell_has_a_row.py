"""Every cell of the CRS and ICANS tables, and every dose a delay row names, has a row of the specification."""

import itertools
import runpy
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from monitor.catalogue import normalise
from monitor.course import Course
from monitor.record import Baseline, NeuroExamined
from monitor.scores import icans
from monitor.state import initial_state
from monitor.timeline import CAPD_ITEMS, CONSCIOUSNESS, ICE_PARTS, OEDEMA, SEIZURES, parse_timeline
from render import HERE
from spec_shorthand import START, timeline
from spec_tables import parse, rules

CATALOGUE = rules().catalogue


def delayed() -> Iterator[tuple[Course, datetime]]:
    """Give every course of the tables of delays, and the instant its row is compared at."""
    for path in sorted((HERE / "restart").glob("test_*.py")):
        module = runpy.run_path(str(path), run_name="spec")
        for case in parse(module["CASES"], module.get("given", "")) if "CASES" in module else ():
            record = parse_timeline(timeline(case.when), rules().plausibility)
            at = max(event.known_at for event in record.events)
            yield Course(record.profile, record.regimen, rules(), record.events), at


def test_every_restart_row_of_the_catalogue_is_tried_after_every_dose_it_names():
    tried = set()
    for course, at in delayed():
        course.find(at)
        state = course.state
        delay = state.delays.at(at) if state.delays else None
        if delay is not None and delay.row is not None:
            last = state.doses[-1]
            named = {normalise(last.dose.step or ""), *(last.step.names if last.step else ())}
            tried |= {(id(delay.row), name) for name in named}
    missing = [
        f"{drug.name} {schedule.id}: after {label}, days {row.days_from} to {row.days_through or row.days_below}"
        for drug in CATALOGUE.drugs
        for schedule in drug.schedules
        for row in schedule.restart
        for label in row.labels
        if (id(row), normalise(label)) not in tried
    ]
    assert not missing, "\n".join(missing)


def told(chapter: str, table: str, kind: str) -> list[dict[str, Any]]:
    """Return the last event of a kind of every row of one table."""
    module = runpy.run_path(str(HERE / chapter / table), run_name="spec")
    rows = [timeline(case.when)["events"] for case in parse(module["CASES"], module.get("given", ""))]
    return [found[-1] for events in rows if (found := [event for event in events if event["type"] == kind])]


def test_every_device_is_tried_at_and_beside_the_flow_that_parts_low_from_high():
    limit = rules().crs.low_flow_up_to_l_min
    support = told("crs_grade", "test_oxygen_support.py", "support")
    for device in rules().crs.oxygen_grade.keys() - {"none"}:
        flows = {event["oxygen"]["flow_l_min"] for event in support if event["oxygen"]["device"] == device}
        assert {None, limit, limit + Decimal("0.1")} <= flows, device


def test_every_pressure_support_meets_every_oxygen_support_in_the_crs_table():
    support = told("crs_grade", "test_astct_crs_table.py", "support")
    pressure = {(len(e["vasopressors"]), e["vasopressin"], e["fluids_for_hypotension"]) for e in support}
    assert pressure == {(n, v, False) for n in (0, 1, 2) for v in (False, True)} | {(0, False, True)}
    oxygen = rules().crs.oxygen_grade.keys()
    for given in pressure:
        met = {
            event["oxygen"]["device"]
            for event in support
            if (len(event["vasopressors"]), event["vasopressin"], event["fluids_for_hypotension"]) == given
        }
        assert met == oxygen - ({"none"} if given == (0, False, False) else set())


def test_every_value_of_every_domain_is_in_the_icans_tables():
    adult, child = "test_astct_icans_table.py", "test_capd_table.py"
    scores = [
        sum(points for part, points in event.items() if part in ICE_PARTS)
        for event in told("neurotoxicity", adult, "ice")
    ]
    assert set(scores) == set(range(11))
    capd = told("neurotoxicity", child, "capd")
    assert any(event.get("unable") for event in capd)
    limits = {sum(event[item] for item in CAPD_ITEMS) for event in capd if not event.get("unable")}
    assert {0, 1, 2, 7, 8, 9, 10, 32} <= limits
    for table in (adult, child):
        neuro = told("neurotoxicity", table, "neuro")
        assert {event["consciousness"] for event in neuro} == set(CONSCIOUSNESS)
        assert {event["seizure"] for event in neuro} == set(SEIZURES)
        assert {event["cerebral_edema"] for event in neuro} == set(OEDEMA)
        assert {event["motor_weakness"] for event in neuro} == {False, True}


def test_the_worst_domain_decides_in_every_combination():
    """Each domain by its own column of the table; together always the worst of them."""
    ice_grades = [3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 0]
    grades = {"spontaneous": 0, "voice": 2, "tactile": 3, "unarousable": 4}
    seizures, oedemas = {"none": 0, "brief": 3, "prolonged": 4}, {"none": 0, "focal": 3, "diffuse": 4}
    for score, awake, seizure, weak, oedema in itertools.product(range(11), grades, seizures, (False, True), oedemas):
        state = initial_state(Baseline())
        state.ice_scores = ((START, score),)
        state.neuro = NeuroExamined(
            at=START, consciousness=awake, seizure=seizure, motor_weakness=weak, cerebral_edema=oedema
        )
        worst = max(ice_grades[score], grades[awake], seizures[seizure], 4 if weak else 0, oedemas[oedema])
        said = icans(state, START, timedelta(hours=14), timedelta(hours=14))
        assert (said.grade, said.at_least) == (worst, False)
