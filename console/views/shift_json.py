"""The shift report as an object for other programs. Pure."""

from alerts.shift_story import Confirmation
from console.views.shift_values import Fact, PatientReport, ShiftReport, WardReport


def as_object(report: ShiftReport) -> dict[str, object]:
    """Return the report; times are RFC 3339 in UTC, what is not known is null. `topic` is that of `shift_values`."""
    span = report.span
    return {
        "made_at": span.now.isoformat(),
        "since": span.since.isoformat(),
        "since_because": span.why,
        "ended_at": None if span.ended_at is None else span.ended_at.isoformat(),
        "giver": span.giver,
        "receiver": span.receiver,
        "patients": [_patient(each) for each in report.patients],
        "ward": _ward(report.ward),
    }


def _patient(report: PatientReport) -> dict[str, object]:
    return {
        "patient": report.code,
        "group": report.group.name.lower(),
        "eventful": report.eventful,
        "brief": report.brief,
        "facts": [_fact(each) for each in report.facts],
        "digest": report.item.digest,
        "confirmed": _confirmed(report.confirmed),
    }


def _ward(report: WardReport) -> dict[str, object]:
    return {
        "sections": [{"title": title, "lines": [fact.text for fact in facts]} for title, facts in report.sections],
        "digest": report.item.digest,
        "confirmed": _confirmed(report.confirmed),
    }


def _fact(fact: Fact) -> dict[str, object]:
    at = None if fact.at is None else fact.at.isoformat()
    return {"topic": fact.topic, "at": at, "text": fact.text, "struck": fact.struck}


def _confirmed(found: Confirmation | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "at": found.confirmed_at.isoformat(),
        "read_as_of": found.shown_at.isoformat(),
        "given_by": found.given_by,
        "received_by": found.received_by,
        "digest": found.digest,
    }
