"""Links that open the page for an emergency department, and what opens them: never a secret itself, only its hash."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    growing = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "ed_link",
        sa.Column("id", growing, primary_key=True),
        sa.Column("incident_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("patient_id", sa.Integer, nullable=False, index=True),
        sa.Column("department", sa.String, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("wrong_codes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_at", sa.BigInteger),
        sa.Column("accepted_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
    )
    op.create_table(
        "ed_secret",
        sa.Column("id", growing, primary_key=True),
        sa.Column("link_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False, index=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String, nullable=False, server_default=""),
        sa.Column("role", sa.String, nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_table("ed_secret")
    op.drop_table("ed_link")
