"""The tables of alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("patient_id", sa.Integer, nullable=False, index=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False, index=True),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("consent_values", sa.Boolean, nullable=False),
        sa.Column("letter", sa.String),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String, nullable=False, index=True),
        sa.Column("patient_id", sa.Integer, index=True),
        sa.Column("code", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("urgency", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger, index=True),
        sa.Column("resolved_at", sa.BigInteger),
        sa.Column("next_step", sa.String),
        sa.Column("next_step_at", sa.BigInteger),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    # Two live incidents about one subject would be two conversations about one patient.
    op.create_index(
        "one_live_incident",
        "incident",
        ["subject"],
        unique=True,
        sqlite_where=sa.text("state != 'resolved'"),
        postgresql_where=sa.text("state != 'resolved'"),
    )
    op.create_table(
        "incident_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("incident_id", sa.Integer, nullable=False, index=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("by", sa.String),
        sa.Column("note", sa.String, nullable=False),
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("incident_id", sa.Integer, index=True),
        sa.Column("patient_id", sa.Integer),
        sa.Column("lead_id", sa.Integer, index=True),
        sa.Column("rung", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("person", sa.String),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("urgency", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("engine", sa.String, nullable=False),
        sa.Column("not_before", sa.BigInteger),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("reference", sa.String),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("receipt_by", sa.BigInteger),
        sa.Column("reading_received_at", sa.BigInteger),
    )
    op.create_index("page_of_state", "page", ["state", "not_before"])
    op.create_table(
        "inbound_text",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("reference", sa.String, unique=True),
        sa.Column("handled_at", sa.BigInteger, index=True),
        sa.Column("meaning", sa.String, nullable=False),
        sa.Column("role", sa.String),
        sa.Column("person", sa.String),
        sa.Column("incident_id", sa.Integer),
        sa.Column("awaited_reading_id", sa.Integer, index=True),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
    )
    op.create_table(
        "alerts_cursor",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("assessment_id", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "alerts_cursor",
        "outbox",
        "inbound_text",
        "page",
        "incident_event",
        "incident",
        "contact",
    ):
        op.drop_table(table)
