"""The monitor's tables."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enrolment",
        sa.Column("patient_id", sa.Integer, sa.ForeignKey("patient.id"), primary_key=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("drug", sa.String),
        sa.Column("schedule", sa.String),
        sa.Column("enrolled_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "record_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("patient_id", sa.Integer, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("entered_at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String),
        sa.Column("body", sa.String, nullable=False),
    )
    op.create_index("record_event_of_patient", "record_event", ["patient_id", "id"])
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("patient_id", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("assessed_at", sa.BigInteger, nullable=False),
        sa.Column("reading_id", sa.Integer),
        sa.Column("event_id", sa.Integer),
        sa.Column("urgent_groups", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("assessment_of_patient", "assessment", ["patient_id", "id"])
    op.create_table(
        "patient_now",
        sa.Column("patient_id", sa.Integer, primary_key=True),
        sa.Column("assessment_id", sa.Integer, nullable=False),
        sa.Column("next_change_at", sa.BigInteger, index=True),
        sa.Column("glance", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "monitor_cursor",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("reading_id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("quarantine_id", sa.Integer, nullable=False),
        sa.Column("enrolment_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    for table in ("monitor_cursor", "patient_now", "assessment", "record_event", "enrolment"):
        op.drop_table(table)
