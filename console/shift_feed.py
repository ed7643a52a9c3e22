"""Reads everything a shift report says, in one consistent read, and makes the report."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlmodel import Session

from alerts import view as calls
from alerts.enrolment_check_store import every_checklist
from alerts.roster import Roster
from alerts.shift_store import confirmations, pressing_of, shift_incidents
from alerts.shift_story import ShiftIncident
from alerts.system_view import system_state
from console.house_feed import EnrolmentBook, RosterBook, hub_sights
from console.views.devices import HubSight
from console.views.rows import order, row
from console.views.shift_patient import patient_report
from console.views.shift_span import since_given, span_of
from console.views.shift_values import Handed, Material, ShiftReport
from console.views.shift_ward import ward_report
from gateway.reading import PatientCode, PatientId
from monitor.enrolment import enrolled
from monitor.overview import Overview
from monitor.planned_doses_store import calendar_of
from monitor.rules import Rules
from monitor.shift_past_store import past_of
from monitor.store import latest_assessments
from monitor.ward_reading import overviews


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftBook:
    """A report, and the roster to know by which names people are called; None when it cannot be read."""

    report: ShiftReport
    roster: Roster | None


def read_shift(
    session: Session,
    rules: Rules,
    rosters: RosterBook,
    enrolments: EnrolmentBook,
    now: datetime,
    zone: tzinfo,
    *,
    since: datetime | None = None,
) -> ShiftBook:
    """Return the report made at `now`: since the shift began by the roster, or since an instant that is given."""
    duty = rosters.read(session, now)
    roster = duty.roster
    span = span_of(roster, now, zone) if since is None else since_given(roster, since, now, zone)
    lines, stories = calls.incident_lines(session, now), shift_incidents(session, span.since)
    taken, pressing = confirmations(session, span.since), pressing_of(session, lines)
    by_patient: dict[PatientId | None, list[calls.IncidentLine]] = defaultdict(list)
    for each in lines:
        by_patient[each.patient_id].append(each)
    told: dict[PatientId | None, list[ShiftIncident]] = defaultdict(list)
    for one in stories:
        told[one.patient_id].append(one)
    hubs = _hubs(session, now)
    lists = every_checklist(session, rules, enrolments.directory(), now)
    missing = {code: tuple(item.what for item in found.missing) for code, found in lists.items() if found.missing}
    shown = _in_order(overviews(session, rules, now), by_patient, now, zone)
    reports = tuple(
        patient_report(
            Material(
                overview=each,
                past=past_of(session, each.patient_id, rules, span.since, now),
                pressing=pressing.get(each.patient_id, ""),
                incidents=by_patient[each.patient_id],
                stories=told[each.patient_id],
                hubs=hubs.get(each.code, ()),
                missing=missing.get(each.code, ()),
                planned=tuple(dose for dose in calendar_of(session, each.patient_id, rules, now).entries if dose.open),
            ),
            taken.get(each.patient_id),
            now,
            zone,
        )
        for each in shown
    )
    ward = ward_report(
        duty,
        system_state(session, now),
        lines,
        calls.faults(session, now),
        told[None],
        {each.code: gaps for each in shown if (gaps := missing.get(each.code))},
        patients=len(shown),
        pressing=pressing.get(None, ""),
        confirmed=taken.get(None),
        now=now,
        zone=zone,
    )
    return ShiftBook(report=ShiftReport(span=span, ward=ward, patients=reports), roster=roster)


def handed_over(session: Session, roster: Roster | None, now: datetime, zone: tzinfo) -> Handed:
    """Return how far the shift of this moment has been taken over."""
    span = span_of(roster, now, zone)
    taken = confirmations(session, span.since)
    latest = latest_assessments(session)
    watched = [
        each
        for each in enrolled(session)
        if (stored := latest.get(each.patient_id)) is None or stored.assessment.place != "ended"
    ]
    return Handed(
        span=span,
        taken=tuple(taken[each.patient_id] for each in watched if each.patient_id in taken),
        left=tuple(each.code for each in watched if each.patient_id not in taken),
        ward=taken.get(None),
    )


def _in_order(
    found: Sequence[Overview],
    by_patient: Mapping[PatientId | None, Sequence[calls.IncidentLine]],
    now: datetime,
    zone: tzinfo,
) -> list[Overview]:
    """Return the patients in the order of the board."""
    rows = {each.patient_id: row(each, by_patient.get(each.patient_id, ()), now, zone, blind=False) for each in found}
    return sorted(found, key=lambda each: order(rows[each.patient_id], each, now))


def _hubs(session: Session, now: datetime) -> Mapping[PatientCode, list[HubSight]]:
    found: dict[PatientCode, list[HubSight]] = defaultdict(list)
    for hub in hub_sights(session, now):
        if hub.code is not None and not hub.disabled:
            found[hub.code].append(hub)
    return dict(found)
