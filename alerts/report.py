"""Reduces what the monitor says of a patient to what decides calls. Words for people stay behind."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.reading import VitalGroup
from monitor.assessment import URGENCIES, Assessment, NextDue, Urgency, Where

NOTHING_DUE = NextDue(temperature=None, oximetry=None, blood_pressure=None, ice=None)
VITALS = frozenset(str(group) for group in VitalGroup)
SIGHT = "sight"
ARRIVAL = "arrival"
"""The group the monitor names when somebody on the way has not arrived in time."""
AT_HOME: frozenset[Where] = frozenset({"home", "discharged"})
IN_HOSPITAL: frozenset[Where] = frozenset({"emergency_department", "admitted"})
SURE_FEVER = "high fever beside a fast pulse"
"""The name the monitor gives to a temperature that is dangerous by itself while the pulse is urgent."""
AGREEING_GROUPS = 2
"""Two groups that agree are not an artefact (docs/behaviour.md, "Who is called, and when")."""


def rank(urgency: Urgency) -> int:
    """Return 0 for routine up to 3 for emergency."""
    return URGENCIES.index(urgency)


def worse(one: Urgency, other: Urgency) -> Urgency:
    """Return the worse of two urgencies."""
    return one if rank(one) >= rank(other) else other


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one assessment means for calling people.

    `grade` is None when it cannot be given. `urgent_groups` names every group that is urgent or worse; `overdue`
    the groups past due and grace; `blind` that no required group is fresh. `exposed` means in the onset window,
    fever masked, or in an open episode. `reading_id` is the reading behind the assessment (None: time or an entry
    caused it), `measured` the groups in it, `values` its values in words, `by_text` that a caregiver texted it.
    """

    at: datetime
    urgency: Urgency
    grade: int | None = None
    urgent_groups: frozenset[str] = frozenset()
    blind: bool = False
    overdue: tuple[str, ...] = ()
    place: Where = "home"
    exposed: bool = False
    febrile: bool = False
    in_episode: bool = False
    reading_id: int | None = None
    measured: frozenset[str] = frozenset()
    by_text: bool = False
    values: str = ""
    next_due: NextDue = NOTHING_DUE

    @property
    def clinical(self) -> bool:
        """Whether values, symptoms or a missed arrival ask for someone, not only silence."""
        if self.urgency == "emergency" or self.urgent_groups - {SIGHT}:
            return True
        return self.urgency != "routine" and not self.overdue

    @property
    def by_silence(self) -> bool:
        """Whether nothing but silence makes it urgent."""
        return self.urgency == "urgent" and self.urgent_groups == {SIGHT}

    @property
    def red_now(self) -> bool:
        """Whether anything asks for someone now that is not an older value which this reading did not measure again."""
        return bool(self.urgent_groups - {SIGHT} - (VITALS - self.measured))

    @property
    def agreed(self) -> bool:
        """Whether two vital groups agree, or a symptom or an urgent pulse stands beside the value."""
        vital = self.urgent_groups & VITALS
        felt = any(group.startswith("symptom") or group in {"neuro", SURE_FEVER} for group in self.urgent_groups)
        return len(vital) >= AGREEING_GROUPS or felt

    @property
    def home(self) -> bool:
        """Whether somebody at home can be asked to do something."""
        return self.place in AT_HOME

    def brings_reading(self, last: "Report | None") -> bool:
        """Whether a reading is behind this report that was not behind the one before."""
        return self.reading_id is not None and (last is None or last.reading_id != self.reading_id)

    def after(self, last: "Report") -> "Report":
        """Return this report, which no reading caused, knowing the reading of the one before."""
        return replace(
            self, reading_id=last.reading_id, measured=last.measured, values=last.values, by_text=last.by_text
        )


def report_of(
    assessment: Assessment,
    urgent_groups: frozenset[str],
    *,
    reading_id: int | None,
    measured: frozenset[str] = frozenset(),
    by_text: bool = False,
    values: str = "",
) -> Report:
    """Return the report of one stored assessment."""
    episode = assessment.crs.episode
    in_episode = episode is not None and episode.resolved is None and not episode.attributed
    in_window = assessment.window.phase in {"open", "peak", "closing", "unknown"}
    return Report(
        at=assessment.at,
        urgency=assessment.urgency,
        grade=assessment.crs.grade,
        urgent_groups=urgent_groups,
        blind=assessment.sight.state == "blind",
        overdue=assessment.sight.overdue,
        place=assessment.place,
        exposed=in_window or in_episode or assessment.crs.fever_masked,
        febrile=assessment.crs.fever is True,
        in_episode=in_episode,
        reading_id=reading_id,
        measured=measured,
        by_text=by_text,
        values=values,
        next_due=assessment.next_due,
    )
