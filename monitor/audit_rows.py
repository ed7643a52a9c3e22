"""Which rows of the monitor are sealed in the audit log; see `gateway.audit_rows`."""

from gateway.audit_rows import SealedTable
from gateway.audit_verify import Mirror

ERASED = "erased"
"""The kind of an entry of which an erasure left no more."""

RECORD = SealedTable(
    name="record_event",
    columns=("patient_id", "ref", "kind", "at", "entered_at", "by", "body"),
    blank={"kind": ERASED, "by": None, "body": "{}"},
    told=("kind", "ref"),
)
ENROLMENTS = SealedTable(
    name="enrolment_history",
    columns=("patient_id", "profile", "drug", "schedule", "changed_at"),
    blank={"profile": "{}", "drug": None, "schedule": None},
    told=("drug", "schedule"),
)
ASSESSMENTS = SealedTable(
    name="assessment",
    columns=(
        "patient_id",
        "at",
        "assessed_at",
        "reading_id",
        "event_id",
        "quarantine_id",
        "enrolment_id",
        "known_reading_id",
        "known_event_id",
        "known_quarantine_id",
        "urgent_groups",
        "body",
    ),
    blank={"urgent_groups": "", "body": b""},
    told=("reading_id", "event_id", "urgent_groups"),
)
MONITOR_TABLES = (RECORD, ENROLMENTS, ASSESSMENTS)
MIRRORS = (
    Mirror(
        name="enrolment",
        query="SELECT e.patient_id FROM enrolment e LEFT JOIN enrolment_history h ON h.id ="
        " (SELECT max(id) FROM enrolment_history WHERE patient_id = e.patient_id)"
        " WHERE h.id IS NULL OR h.profile <> e.profile OR coalesce(h.drug, '') <> coalesce(e.drug, '')"
        " OR coalesce(h.schedule, '') <> coalesce(e.schedule, '') ORDER BY e.patient_id",
        sentence="the enrolment in force is not the newest of its history",
    ),
)
