"""Who leads each part; and what PostgreSQL needs beside SQLite, whose integers have 64 bits: room for ids that grow."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

GROWING = ("reading", "quarantine", "record_event", "assessment", "incident", "incident_event", "page")
TEXTS = ("inbound_text", "outbox")
POINTING = {
    "assessment": ("reading_id", "event_id"),
    "patient_now": ("assessment_id",),
    "monitor_cursor": ("reading_id", "event_id", "quarantine_id"),
    "alerts_cursor": ("assessment_id",),
    "incident_event": ("incident_id",),
    "page": ("incident_id", "lead_id"),
    "inbound_text": ("incident_id", "awaited_reading_id"),
}


def upgrade() -> None:
    op.create_table(
        "leadership",
        sa.Column("part", sa.String, primary_key=True),
        sa.Column("epoch", sa.BigInteger, nullable=False),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    columns = {table: ["id"] for table in (*GROWING, *TEXTS)}
    for table, names in POINTING.items():
        columns.setdefault(table, []).extend(names)
    for table, wider in columns.items():
        # One statement per table: each would write a large table anew.
        op.execute(f"ALTER TABLE {table} " + ", ".join(f"ALTER {name} TYPE BIGINT" for name in wider))
        if "id" in wider:
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS BIGINT")


def downgrade() -> None:
    """Keep the wider columns: they hold whatever the narrower ones did."""
    op.drop_table("leadership")
