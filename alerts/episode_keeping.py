"""Writes the summary of every episode that has ended into the patient's record, and another when it has changed.

Level-triggered: what is owed follows from the record and the newest answers alone, so that doing it twice, or after a
restart, writes nothing twice. Nobody waits for it; the house's housekeeping looks every minute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import structlog
from sqlmodel import Session

from alerts.episode_calls import EpisodeCalls, calls_during
from alerts.fault import where
from alerts.story_store import stories_of
from gateway.database import Database
from gateway.postgresql import Turn
from gateway.reading import PatientId
from gateway.settings import RulesSettings
from monitor.episode_record import (
    AUTHOR,
    KIND,
    Basis,
    StandingSummary,
    entry_of,
    is_settled,
    owed,
    plain,
    standing_summaries,
    strike_of,
)
from monitor.episode_summary import EpisodeSummary, same_course, summaries
from monitor.rulebook import load_rules
from monitor.rules import Rules
from monitor.store import StoredAssessment, add_event, events_of, latest_assessments, patients_with
from monitor.stored_record import record_of

log = structlog.get_logger(__name__)
JOB = "episode summaries"
EVERY_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeTold:
    """One episode of a patient with who was called.

    `kept` is the summary of it that stands in the record; None where there is none, as while it is open.
    """

    summary: EpisodeSummary
    calls: EpisodeCalls
    kept: StandingSummary | None

    @property
    def is_kept(self) -> bool:
        """Whether the record says the same."""
        return self.kept is not None and same_course(self.kept.summary, self.summary)


class EpisodeKeeper:
    """Remembers which answers it has looked at, so that a quiet ward costs two statements.

    The rules are read when the first episode is summed up: a house without any loads none for this.
    """

    def __init__(self, database: Database, rules: RulesSettings) -> None:
        self._database, self._settings = database, rules
        self._seen: dict[PatientId, int] = {}
        self._compared: dict[PatientId, Basis] = {}

    def keep(self, now: datetime) -> int:
        """Write what is owed; return how many entries were written, struck out ones counted.

        A patient whose record cannot be summed up holds up nobody else; the error is raised at the end, so that the
        house says that this job fails.
        """
        with self._database.read() as session:
            latest = latest_assessments(session)
            summarised = patients_with(session, KIND)
        written, broken = 0, None
        for patient_id, answer in latest.items():
            concerned = answer.assessment.crs.episode is not None or patient_id in summarised
            if not concerned or self._seen.get(patient_id) == answer.id:
                continue
            try:
                written += self._keep_one(patient_id, answer, now)
                self._seen[patient_id] = answer.id
            except Exception as error:  # noqa: BLE001 - whatever it is, the other patients' episodes are summed up
                log.error("an episode cannot be summed up", patient=patient_id, error=where(error))  # noqa: TRY400
                broken = error
        if broken is not None:
            raise broken
        return written

    def _keep_one(self, patient_id: PatientId, answer: StoredAssessment, now: datetime) -> int:
        episode, place = answer.assessment.crs.episode, answer.assessment.place
        open_still = episode is not None and episode.resolved is None and place != "ended"
        with self._database.read() as session:
            stored = record_of(session, patient_id)
            standing = standing_summaries(stored.entered)
            if is_settled(
                stored,
                standing,
                newest=episode.number if episode else 0,
                open_still=open_still,
                compared_to=self._compared.get(patient_id),
            ):
                return 0
            derived = summaries(stored.course(rules_named(self._settings)), now)
            calls = {one.number: _calls_of(session, patient_id, one, now) for one in owed(standing, derived).write}
        written = self._write(patient_id, derived, calls, stored.basis, now)
        self._compared[patient_id] = stored.basis
        return written

    def _write(
        self,
        patient_id: PatientId,
        derived: Sequence[EpisodeSummary],
        calls: Mapping[int, EpisodeCalls],
        made_from: Basis,
        now: datetime,
    ) -> int:
        """Write what is owed in one transaction, by what stands then: another engine may have been quicker."""
        with self._database.write(Turn.RECORD) as session:
            found = owed(standing_summaries(events_of(session, patient_id)), derived)
            before = {number: ref for ref, number in found.strike}
            wanted = [summary for summary in found.write if summary.number in calls]
            written: dict[int, str] = {}
            for summary in wanted:
                told = plain(calls[summary.number])
                entry = entry_of(summary, told, made_from, now, corrects=before.get(summary.number))
                written[summary.number] = add_event(session, patient_id, entry, AUTHOR, now)
            for ref, number in found.strike:
                add_event(session, patient_id, strike_of(ref, now, written.get(number)), AUTHOR, now)
        return len(found.strike) + len(wanted)


@lru_cache(maxsize=1)
def rules_named(given: RulesSettings) -> Rules:
    """Return the rules that the settings name, read once. Raises RulesError when they cannot be used."""
    file = None if given.file is None else Path(given.file)
    return load_rules(file, given.signed_by, given.signed_on, given.signed_version)


def episodes_told(session: Session, patient_id: PatientId, rules: Rules, now: datetime) -> tuple[EpisodeTold, ...]:
    """Return every episode of a patient as it comes out now, with what stands in the record beside it."""
    stored = record_of(session, patient_id)
    standing = {one.summary.number: one for one in standing_summaries(stored.entered)}
    return tuple(
        EpisodeTold(summary=one, calls=_calls_of(session, patient_id, one, now), kept=standing.get(one.number))
        for one in summaries(stored.course(rules), now)
    )


def _calls_of(session: Session, patient_id: PatientId, summary: EpisodeSummary, now: datetime) -> EpisodeCalls:
    until = summary.ended_at or now
    return calls_during(stories_of(session, patient_id, summary.onset, until), summary.onset, until)
