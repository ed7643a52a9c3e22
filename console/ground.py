"""Everything a chain reads from files before its first part starts."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from alerts.directory import Directory
from alerts.directory_file import DirectoryError, load_directory
from alerts.handing_on_settings import check_handing_on
from alerts.instructions import Standing
from alerts.instructions_file import InstructionsError, instructions_of
from alerts.phone_settings import check_phone
from alerts.policy import Policy
from alerts.policy_file import PolicyError, load_policy
from alerts.roster import Roster
from alerts.roster_file import RosterError, load_roster
from gateway.plausibility_limits import LimitsError, load_limits
from gateway.settings import Settings, SettingsError
from monitor.handover_file import HandoverError, load_remarks
from monitor.rulebook import RulesError, load_rules
from monitor.rules import Rules

GroundError: Final = (
    SettingsError,
    RulesError,
    RosterError,
    PolicyError,
    LimitsError,
    DirectoryError,
    InstructionsError,
    HandoverError,
)
"""What `read_ground` raises; every message names the file, the key and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a chain reads of its site's files.

    The rules that grade, the people who are called, the policy that calls them, the emergency departments, and what a
    nurse may send to a home.
    """

    rules: Rules
    roster: Roster
    policy: Policy
    directory: Directory = field(default_factory=Directory)
    standing: Standing = field(default_factory=Standing)


def read_ground(settings: Settings) -> Ground:
    """Read rules, roster, policy and plausibility limits as the settings say.

    Raises
    ------
    SettingsError and the others
        See `GroundError`.
    """
    from gateway.addresses import refuse_unusable  # noqa: PLC0415 - `replay` reads rules alone and needs no address

    refuse_unusable(settings.mqtt)
    check_phone(settings)
    check_handing_on(settings)
    load_limits()
    load_remarks()
    rules = rules_of(settings)
    return Ground(
        rules=rules,
        roster=load_roster(settings.site.roster),
        policy=load_policy(settings.site.policy, timezone=settings.site.timezone),
        directory=load_directory(settings.site.departments, timezone=settings.site.timezone),
        standing=instructions_of(settings.site, rules.catalogue),
    )


def rules_of(settings: Settings) -> Rules:
    """Read the rules alone: what grading needs."""
    file = None if settings.rules.file is None else Path(settings.rules.file)
    signature = settings.rules
    return load_rules(file, signature.signed_by, signature.signed_on, signature.signed_version)
