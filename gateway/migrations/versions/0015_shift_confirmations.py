"""Hand-overs of a shift that the receiving nurse confirmed: whose, when, from whom, and what was read."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    growing = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "shift_confirmation",
        sa.Column("id", growing, primary_key=True),
        sa.Column("patient_id", sa.Integer, index=True),
        sa.Column("since_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("shown_at", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger, nullable=False),
        sa.Column("given_by", sa.String, nullable=False),
        sa.Column("received_by", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("shift_confirmation")
