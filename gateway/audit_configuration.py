"""Writes into the audit log with what configuration a part started."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.audit import Chain, Entry, append
from gateway.database import Database
from gateway.postgresql import without_password
from gateway.settings import SECRETS, Settings

log = structlog.get_logger(__name__)
_encoder = msgspec.json.Encoder(order="deterministic", enc_hook=str)


def seal_start(database: Database, chain: Chain, now: datetime, facts: Mapping[str, object]) -> None:
    """Record that a part started, and with what. A part must start all the same when the database refuses."""
    try:
        with database.write_connection() as connection:
            append(connection, chain, now, [Entry("configuration", f"start:{chain}", _encoder.encode(dict(facts)))])
    except SQLAlchemyError as error:
        log.warning("the start could not be recorded", part=chain, error=type(error).__name__)


def shown_settings(settings: Settings) -> dict[str, object]:
    """Return the settings without secrets."""
    shown: dict[str, dict[str, object]] = msgspec.to_builtins(settings)
    for section, key in SECRETS:
        if shown[section].get(key) is not None:
            shown[section][key] = "***"
    shown["database"]["url"] = without_password(settings.database.url)
    return dict(shown)


def fingerprint(values: object) -> str:
    """Return the SHA-256 of frozen values, the same in every process: which, without what it holds."""
    return hashlib.sha256(_encoder.encode(values)).hexdigest()
