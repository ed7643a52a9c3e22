"""Everything a chain reads from files before its first part starts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alerts.phone_settings import check_phone
from alerts.policy import Policy
from alerts.policy_file import PolicyError, load_policy
from alerts.roster import Roster
from alerts.roster_file import RosterError, load_roster
from gateway.plausibility_limits import LimitsError, load_limits
from gateway.settings import Settings, SettingsError
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
    from gateway.addresses import refuse_unusable  # noqa: PLC0415 - `replay` reads rules alone and needs no address

    refuse_unusable(settings.mqtt)
    check_phone(settings)
    load_limits()
    return Ground(
        rules=rules_of(settings),
        roster=load_roster(settings.site.roster),
        policy=load_policy(settings.site.policy, timezone=settings.site.timezone),
    )


def rules_of(settings: Settings) -> Rules:
    """Read the rules alone: what grading needs."""
    file = None if settings.rules.file is None else Path(settings.rules.file)
    signature = settings.rules
    return load_rules(file, signature.signed_by, signature.signed_on, signature.signed_version)
