"""Which patients nobody is: those through which a watchdog tries the whole way of a reading."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "synthetic_patient",
        sa.Column("patient_id", sa.Integer, sa.ForeignKey("patient.id"), primary_key=True, autoincrement=False),
        sa.Column("hub_id", sa.Integer, sa.ForeignKey("hub.id"), nullable=False, unique=True),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("synthetic_patient")
