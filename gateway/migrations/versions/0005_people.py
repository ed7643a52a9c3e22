"""Users, what they may do, and the numbers that were verified."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_login_at", sa.BigInteger),
        sa.Column("wrong_in_a_row", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.BigInteger),
    )
    growing = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "roster_override",
        sa.Column("id", growing, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("entered_at", sa.BigInteger, nullable=False),
        sa.Column("removed_at", sa.BigInteger),
        sa.Column("removed_by", sa.String),
    )
    op.create_table(
        "phone_question",
        sa.Column("id", growing, primary_key=True),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False, index=True),
        sa.Column("number", sa.String, nullable=False, index=True),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("page_id", growing, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("wrong", sa.Integer, nullable=False),
    )
    # A telephone bound before anybody kept the time counts as never verified, and as long known.
    op.add_column("contact", sa.Column("entered_at", sa.BigInteger, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("contact", "entered_at")
    op.drop_table("phone_question")
    op.drop_table("roster_override")
    op.drop_table("app_user")
