"""Chooses the telephone network that the settings name. A provider's library is loaded only where it is configured."""

from alerts.outbox import Outbox
from alerts.phone import Phone
from alerts.phone_settings import is_twilio
from gateway.clock import Clock
from gateway.database import Database
from gateway.settings import Settings


def phone_of(settings: Settings, database: Database, clock: Clock) -> Phone:
    """Return Twilio where an account is configured, else the local outbox.

    The settings have passed `alerts.phone_settings.check_phone`.
    """
    if not is_twilio(settings):
        return Outbox(database, clock)
    from alerts.twilio_phone import TwilioPhone, account_of  # noqa: PLC0415 - 150 ms and 16 MB only who needs it

    return TwilioPhone(account_of(settings.twilio, settings.http.public_url or ""), database, clock)
