"""Silences that people give: what about, by whom, why and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    growing = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "silence",
        sa.Column("id", growing, primary_key=True),
        sa.Column("subject", sa.String, nullable=False, index=True),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("patient_id", sa.Integer, index=True),
        sa.Column("covers", sa.String, nullable=False),
        sa.Column("grade", sa.Integer),
        sa.Column("blind", sa.Boolean, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("since_at", sa.BigInteger, nullable=False),
        sa.Column("until_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_by", sa.String),
        sa.Column("ended_why", sa.String, nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_table("silence")
