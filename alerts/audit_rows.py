"""Which rows of alerts are sealed in the audit log; see `gateway.audit_rows`."""

from gateway.audit_rows import SealedTable

PAGES = SealedTable(
    name="page",
    columns=(
        "incident_id",
        "patient_id",
        "lead_id",
        "rung",
        "role",
        "person",
        "number",
        "channel",
        "kind",
        "urgency",
        "body",
        "reason",
        "due_at",
        "created_at",
    ),
    blank={"person": None, "number": "", "body": ""},
    told=("urgency", "rung", "channel", "person"),
)
INCIDENT_EVENTS = SealedTable(
    name="incident_event",
    columns=("incident_id", "at", "what", "by", "note"),
    blank={"note": ""},
    told=("incident_id", "what", "note"),
)
TEXTS = SealedTable(
    name="inbound_text",
    columns=(
        "received_at",
        "number",
        "body",
        "reference",
        "channel",
        "page_id",
        "handled_at",
        "meaning",
        "role",
        "person",
        "patient_id",
        "incident_id",
    ),
    blank={"number": "", "body": "", "person": None},
    awaited="handled_at IS NULL",
    told=("role", "meaning"),
)
SILENCES = SealedTable(
    name="silence",
    columns=("subject", "target", "patient_id", "covers", "grade", "blind", "by", "why", "since_at", "until_at"),
    blank={"why": ""},
    told=("target", "covers", "why"),
)
SHIFT_CONFIRMATIONS = SealedTable(
    name="shift_confirmation",
    columns=("patient_id", "since_at", "shown_at", "confirmed_at", "given_by", "received_by", "digest"),
    blank={"digest": ""},
    told=("given_by", "received_by", "digest"),
)
ALERTS_TABLES = (PAGES, INCIDENT_EVENTS, TEXTS, SILENCES, SHIFT_CONFIRMATIONS)
