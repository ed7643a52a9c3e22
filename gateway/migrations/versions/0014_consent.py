"""Who said that a caregiver agreed to be texted values, or did not, and when: without it nobody was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("consent_at", sa.BigInteger, nullable=True))
    op.add_column("contact", sa.Column("consent_by", sa.String, nullable=True))


def downgrade() -> None:
    op.drop_column("contact", "consent_by")
    op.drop_column("contact", "consent_at")
