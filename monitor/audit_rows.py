"""Which rows of the monitor are sealed in the audit log; see `gateway.audit_rows`."""

from gateway.audit_rows import SealedTable

ERASED = "erased"
"""The kind of an entry of which an erasure left no more."""

RECORD = SealedTable(
    name="record_event",
    columns=("patient_id", "ref", "kind", "at", "entered_at", "by", "body"),
    blank={"kind": ERASED, "by": None, "body": "{}"},
)
ENROLMENTS = SealedTable(
    name="enrolment_history",
    columns=("patient_id", "profile", "drug", "schedule", "changed_at"),
    blank={"profile": "{}", "drug": None, "schedule": None},
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
)
MONITOR_TABLES = (RECORD, ENROLMENTS, ASSESSMENTS)
