"""The hash-chained log of what happened."""

import sqlalchemy as sa
from alembic import op

from gateway.audit_seal import NOTHING, row_hash, write_body
from gateway.clock import WallClock
from gateway.database import to_microseconds

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_GROWING = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_OF_ALERTS = ("page", "incident_event", "inbound_text")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("chain", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("previous_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "audit_key",
        sa.Column("patient_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "audit_payload",
        sa.Column("chain", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("patient_id", sa.Integer),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
    op.create_index("audit_payload_of_patient", "audit_payload", ["patient_id"])
    op.create_table(
        "audit_erasure",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("patient_id", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    _keep_enrolments()
    _keep_what_was_known()
    _bind_texts()
    _begin_after_what_is_there()


def _keep_enrolments() -> None:
    op.create_table(
        "enrolment_history",
        sa.Column("id", _GROWING, primary_key=True),
        sa.Column("patient_id", sa.Integer, nullable=False, index=True),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("drug", sa.String),
        sa.Column("schedule", sa.String),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    columns = "patient_id, profile, drug, schedule, changed_at"
    op.execute(
        f"INSERT INTO enrolment_history ({columns}) SELECT {columns} FROM enrolment ORDER BY changed_at, patient_id"  # noqa: S608 - our own names
    )


def _keep_what_was_known() -> None:
    for name in ("quarantine_id", "enrolment_id", "known_reading_id", "known_event_id", "known_quarantine_id"):
        op.add_column("assessment", sa.Column(name, sa.BigInteger))
    # From 0 on: every patient is answered once more after the upgrade.
    op.add_column("monitor_cursor", sa.Column("enrolment_id", sa.BigInteger, nullable=False, server_default="0"))
    op.drop_column("monitor_cursor", "enrolment_at")


def _bind_texts() -> None:
    """Texts that came in before belong to nobody: whose they are was not kept."""
    op.add_column("inbound_text", sa.Column("patient_id", sa.Integer))
    op.create_index("ix_inbound_text_patient_id", "inbound_text", ["patient_id"])


def _begin_after_what_is_there() -> None:
    """Say in the log's first row up to which ids the tables were filled before there was a log."""
    connection = op.get_bind()
    entries: list[tuple[object, ...]] = []
    for table in ("reading", "quarantine", "record_event", "enrolment_history", "assessment", *_OF_ALERTS):
        last = connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar()  # noqa: S608 - our own names
        if last is not None:
            entries.append(("configuration", f"before:{table}:{last}", None, None, b""))
    if entries:
        body, at_us = write_body(entries), to_microseconds(WallClock().now())
        row = {"at": at_us, "body": body, "previous_hash": NOTHING, "hash": row_hash(NOTHING, "people", 1, at_us, body)}
        connection.execute(
            sa.text(
                "INSERT INTO audit (chain, number, at, body, previous_hash, hash)"
                " VALUES ('people', 1, :at, :body, :previous_hash, :hash)"
            ),
            row,
        )


def downgrade() -> None:
    op.drop_index("ix_inbound_text_patient_id", "inbound_text")
    op.drop_column("inbound_text", "patient_id")
    op.drop_column("monitor_cursor", "enrolment_id")
    op.add_column("monitor_cursor", sa.Column("enrolment_at", sa.BigInteger, nullable=False, server_default="0"))
    for name in ("quarantine_id", "enrolment_id", "known_reading_id", "known_event_id", "known_quarantine_id"):
        op.drop_column("assessment", name)
    op.drop_table("enrolment_history")
    for table in ("audit_erasure", "audit_payload", "audit_key", "audit"):
        op.drop_table(table)
