"""What was last done by the clock, and what of it failed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "housekeeping",
        sa.Column("job", sa.String, primary_key=True),
        sa.Column("done_at", sa.BigInteger, nullable=False),
        sa.Column("tried_at", sa.BigInteger, nullable=True),
        sa.Column("failed_since", sa.BigInteger, nullable=True),
        sa.Column("fault", sa.String, nullable=False, server_default=""),
    )
