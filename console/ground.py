"""Everything a chain reads from files before its first part starts. Refuses what it could only ignore."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alerts.policy import Policy
from alerts.policy_file import PolicyError, load_policy
from alerts.roster import Roster
from alerts.roster_file import RosterError, load_roster
from gateway.plausibility_limits import LimitsError, load_limits
from gateway.settings import Settings, SettingsError, TwilioSettings
from monitor.rulebook import RulesError, load_rules
from monitor.rules import Rules

GroundError: Final = (SettingsError, RulesError, RosterError, PolicyError, LimitsError)
"""What `read_ground` raises; every message names the file, the key and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The rules that grade, the people who are called and the policy that calls them."""

    rules: Rules
    roster: Roster
    policy: Policy


def read_ground(settings: Settings) -> Ground:
    """Read rules, roster, policy and plausibility limits as the settings say.

    Raises
    ------
    SettingsError, RulesError, RosterError, PolicyError, LimitsError
        See `GroundError`.
    """
    from gateway.endpoint import listening_address  # noqa: PLC0415 - `replay` reads rules alone and needs no endpoint

    refuse_unavailable(settings)
    listening_address(settings.mqtt)
    load_limits()
    return Ground(
        rules=rules_of(settings),
        roster=load_roster(settings.site.roster),
        policy=load_policy(settings.site.policy, timezone=settings.site.timezone),
    )


def rules_of(settings: Settings) -> Rules:
    """Read the rules alone: what grading needs."""
    file = None if settings.rules.file is None else Path(settings.rules.file)
    return load_rules(file, settings.rules.signed_by, settings.rules.signed_on)


def refuse_unavailable(settings: Settings) -> None:
    """Raise `SettingsError` for a setting that this version could only ignore."""
    mqtt = settings.mqtt
    if mqtt.url != "embedded":
        raise SettingsError('mqtt.url: an external broker is not available yet; set it to "embedded"')
    if mqtt.publish_assessments:
        raise SettingsError("mqtt.publish_assessments: needs an external broker, not available yet; set it to false")
    for key in ("username", "password", "ca", "cert", "key"):
        if getattr(mqtt, key) is not None:
            raise SettingsError(f"mqtt.{key}: is for an external broker, not available yet; leave it out")
    if settings.twilio != TwilioSettings():
        raise SettingsError("twilio: not available yet; leave the section out and texts stay in the local outbox")
