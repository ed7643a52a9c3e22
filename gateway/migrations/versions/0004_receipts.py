"""What the telephone network said of what it took, who wants no texts, and keys pressed in a call."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("reference", sa.String, primary_key=True),
        sa.Column("page_key", sa.String, index=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("error_code", sa.Integer),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("called_back_at", sa.BigInteger),
        sa.Column("asked", sa.Integer, nullable=False),
    )
    op.create_index("receipt_by_time", "receipt", ["created_at"])
    op.create_table(
        "opted_out",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    # Every row from before is a text.
    op.add_column("inbound_text", sa.Column("channel", sa.String, nullable=False, server_default="sms"))
    op.add_column("inbound_text", sa.Column("page_id", sa.BigInteger))


def downgrade() -> None:
    op.drop_column("inbound_text", "page_id")
    op.drop_column("inbound_text", "channel")
    op.drop_table("opted_out")
    op.drop_index("receipt_by_time", "receipt")
    op.drop_table("receipt")
