"""The gateway's tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patient",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String, nullable=False, unique=True),
    )
    op.create_table(
        "hub",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hub_id", sa.Integer, sa.ForeignKey("hub.id"), nullable=False, index=True),
        sa.Column("patient_id", sa.Integer, sa.ForeignKey("patient.id"), nullable=False, index=True),
        sa.Column("from_at", sa.BigInteger, nullable=False),
        sa.Column("until_at", sa.BigInteger),
    )
    op.create_index(
        "one_open_assignment",
        "assignment",
        ["hub_id"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hub_id", sa.Integer, nullable=False),
        sa.Column("patient_id", sa.Integer),
        sa.Column("boot", sa.String),
        sa.Column("seq", sa.BigInteger),
        sa.Column("measured_at", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("graded_at", sa.BigInteger, nullable=False),
        sa.Column("clock_doubt", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
    op.create_index("reading_of_patient", "reading", ["patient_id", "id"])
    op.create_table(
        "sequence",
        sa.Column("hub_id", sa.Integer, primary_key=True),
        sa.Column("boot", sa.String, primary_key=True),
        sa.Column("first_seq", sa.BigInteger, nullable=False),
        sa.Column("complete_to", sa.BigInteger, nullable=False),
        sa.Column("beyond", sa.String, nullable=False),
        sa.Column("anchor_seq", sa.BigInteger),
        sa.Column("anchor_at", sa.BigInteger),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hub_name", sa.String, nullable=False),
        sa.Column("patient_id", sa.Integer, index=True),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "hub_state",
        sa.Column("hub_id", sa.Integer, primary_key=True),
        sa.Column("online", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("battery_pct", sa.Integer),
        sa.Column("boot", sa.String),
        sa.Column("software", sa.String),
    )
    op.create_table(
        "hub_clock",
        sa.Column("hub_id", sa.Integer, primary_key=True),
        sa.Column("patient_id", sa.Integer),
        sa.Column("doubt", sa.String),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "heartbeat",
        sa.Column("part", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "heartbeat",
        "hub_clock",
        "hub_state",
        "quarantine",
        "sequence",
        "reading",
        "assignment",
        "hub",
        "patient",
    ):
        op.drop_table(table)
