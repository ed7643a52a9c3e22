"""In which language a message is written, so that a call speaks it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page", sa.Column("language", sa.String, nullable=False, server_default="en"))


def downgrade() -> None:
    op.drop_column("page", "language")
