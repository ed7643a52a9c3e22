"""PINs for hearing more by telephone, and why a number gets no texts."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pin",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.Column("set_by", sa.String, nullable=False),
    )
    # Every row from before is of somebody who sent STOP.
    op.add_column("opted_out", sa.Column("why", sa.String, nullable=False, server_default="stop"))


def downgrade() -> None:
    op.drop_column("opted_out", "why")
    op.drop_table("pin")
