"""The shift report as values: what there is to say of each patient and of the ward, by topic. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from alerts.shift_story import Confirmation, ShiftIncident, ShownItem
from console.views.cells import Group, Incident, Tone
from console.views.devices import HubSight
from console.views.shift_span import Span
from gateway.reading import PatientCode, PatientId
from monitor.overview import Overview
from monitor.planned_doses import PlannedDose
from monitor.shift_past import Past

Topic = Literal["illness", "summary", "changed", "why", "open", "actions", "ahead"]
"""What a fact is about: how ill, who this is, what changed, why graded so, open incidents, what to do, what comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One sentence of the report. `at` is the instant it is about, None: about now; `struck` was corrected."""

    topic: Topic
    text: str
    at: datetime | None = None
    tone: Tone = Tone.PLAIN
    struck: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What one read found of one patient. `missing`: what the enrolment lacks; `planned`: doses still to come."""

    overview: Overview
    past: Past
    pressing: str = ""
    incidents: Sequence[Incident] = ()
    stories: Sequence[ShiftIncident] = ()
    hubs: Sequence[HubSight] = ()
    missing: tuple[str, ...] = ()
    planned: tuple[PlannedDose, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientReport:
    """One patient's part. `eventful` False: seen, routine, nothing happened and nothing is open; `brief` says it all.

    `pressing` is how they stand in the two worst urgencies (`alerts.shift_story.pressing`).
    """

    patient_id: PatientId
    code: PatientCode
    group: Group
    eventful: bool
    brief: str
    facts: tuple[Fact, ...]
    pressing: str
    confirmed: Confirmation | None

    @property
    def item(self) -> ShownItem:
        """What a confirmation of this part pins."""
        return ShownItem(
            patient_id=self.patient_id,
            code=self.code,
            digest=digest(self.code, self.brief, self.facts),
            pressing=self.pressing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WardReport:
    """What concerns nobody in particular: titled lists of facts, and how the technical incidents stand."""

    sections: tuple[tuple[str, tuple[Fact, ...]], ...]
    pressing: str
    confirmed: Confirmation | None

    @property
    def item(self) -> ShownItem:
        """What a confirmation of the ward pins."""
        facts = tuple(fact for _, facts in self.sections for fact in facts)
        return ShownItem(patient_id=None, code=None, digest=digest("ward", "", facts), pressing=self.pressing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """How far a shift has been taken over: `taken` and `left` are patients, `ward` who confirmed the ward's part."""

    span: Span
    taken: tuple[Confirmation, ...]
    left: tuple[PatientCode, ...]
    ward: Confirmation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftReport:
    """The whole hand-over, made at `span.now`; patients in the order of the board."""

    span: Span
    ward: WardReport
    patients: tuple[PatientReport, ...]

    @property
    def eventful(self) -> tuple[PatientReport, ...]:
        """The patients with a part of their own."""
        return tuple(each for each in self.patients if each.eventful)

    @property
    def uneventful(self) -> tuple[PatientReport, ...]:
        """The patients of whom one line says it all."""
        return tuple(each for each in self.patients if not each.eventful)

    @property
    def unconfirmed(self) -> tuple[PatientReport, ...]:
        """The patients whom nobody has taken over yet."""
        return tuple(each for each in self.patients if each.confirmed is None)

    @property
    def handed(self) -> Handed:
        """How far it has been taken over."""
        return Handed(
            span=self.span,
            taken=tuple(each.confirmed for each in self.patients if each.confirmed is not None),
            left=tuple(each.code for each in self.unconfirmed),
            ward=self.ward.confirmed,
        )


def digest(whose: str, brief: str, facts: Sequence[Fact]) -> str:
    """Return the SHA-256 of everything that is shown of somebody, in hexadecimal: the same words, the same digest."""
    shown = [whose, brief, *([f.topic, f.text, f.at.isoformat() if f.at else None, f.struck] for f in facts)]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()
