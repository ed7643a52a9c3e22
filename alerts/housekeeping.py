"""Does by the clock what nobody should have to remember: summaries, anchors, tests of telephones, backups, tidying.

APScheduler only wakes the jobs; what is due is decided from the table of what was done. Each job runs in a thread of
its own, in short transactions, so that no reading and no page waits for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import delete
from sqlmodel import col, select

from alerts import episode_keeping, ice_prompts, missed_texts
from alerts.downtime_list import write_list
from alerts.drills import test_pages
from alerts.episode_keeping import EpisodeKeeper
from alerts.fault import where
from alerts.housekeeping_due import due
from alerts.housekeeping_store import done, failed, standing
from alerts.ice_prompts import ask_homes
from alerts.message import Site
from alerts.missed_texts import catch_up
from alerts.phone import Phone, PhoneWithInbox
from alerts.policy import Policy, in_timezone
from alerts.roster_now import RosterNow
from alerts.sources import Sources
from alerts.tables import OutboxRow
from gateway.audit_anchor import write_anchor
from gateway.backup import back_up
from gateway.clock import Clock
from gateway.database import Database
from gateway.manifest import beside
from gateway.postgresql import Turn
from gateway.settings import Settings

LOOK_EVERY_S = 5.0
AT_ONCE = 500
"""Rows removed in one transaction: some milliseconds during which nobody else writes."""
NIGHTLY_HOUR = 4
"""No zone turns its clocks then. APScheduler's cron would do a job of a doubled hour twice, and leave out one within
the first hour of the day after clocks went forward."""
NAME = "stepguard-{at:%Y%m%dT%H%M%SZ}.backup"
BACKUPS = "stepguard-*.backup"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do by the clock. `work` gets the present instant; doing it twice must do no harm."""

    name: str
    trigger: BaseTrigger
    work: Callable[[datetime], object]


class Housekeeping:
    """The jobs of one house."""

    def __init__(self, database: Database, clock: Clock, jobs: Sequence[Job]) -> None:
        self._database, self._clock = database, clock
        self.jobs = {job.name: job for job in jobs}
        self._scheduler = BackgroundScheduler(
            timezone=ZoneInfo("UTC"),
            executors={"default": ThreadPoolExecutor(max(1, len(jobs)))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Look after every job from now on, each every few wall seconds."""
        for name in self.jobs:
            self._scheduler.add_job(self.look, "interval", (name,), seconds=LOOK_EVERY_S, id=name)
        self._scheduler.start()

    def stop(self) -> None:
        """Begin no job any more; one at work may finish, and is done again after a restart if it does not."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def look(self, name: str) -> bool:
        """Do one job if it is due; return whether it was done. What goes wrong becomes a technical condition."""
        try:
            return self._look(self.jobs[name])
        except Exception as error:  # noqa: BLE001 - only the database can fail here, and it may come back
            log.error("housekeeping cannot be looked after", job=name, error=where(error))  # noqa: TRY400
            return False

    def _look(self, job: Job) -> bool:
        now = self._clock.now()
        with self._database.read() as session:
            known = standing(session, job.name)
        if known is None:
            self._note_done(job.name, now)
            return False
        if not due(job.trigger, done_at=known.done_at, tried_at=known.tried_at, now=now):
            return False
        try:
            job.work(now)
        except Exception as error:  # noqa: BLE001 - one job that fails must not stop the others, nor be forgotten
            log.error("housekeeping failed", job=job.name, error=where(error))  # noqa: TRY400 - see alerts.fault
            with self._database.write(Turn.CALLS) as session:
                failed(session, job.name, type(error).__name__, now)
            return False
        self._note_done(job.name, now)
        return True

    def _note_done(self, name: str, now: datetime) -> None:
        with self._database.write(Turn.CALLS) as session:
            done(session, name, now)


def jobs_of(
    settings: Settings,
    database: Database,
    *,
    roster: RosterNow,
    policy: Policy,
    site: Site,
    wake: Callable[[], None],
    phone: Phone | None = None,
    sources: Sources | None = None,
) -> list[Job]:
    """Return the jobs that the settings ask for, at the site's own hours.

    `wake` is called when pages were written or texts came in; `phone` is asked for texts that it did not tell of,
    and `sources` for whose ICE is due.
    """
    local = ZoneInfo(site.timezone)
    by_local_time = in_timezone(policy, site.timezone)

    def telephones(now: datetime) -> None:
        with database.write(Turn.CALLS) as session:
            asked = test_pages(session, roster.read(session, now), by_local_time, site, now)
        if asked:
            wake()

    keeper = EpisodeKeeper(database, settings.rules)
    jobs = [
        Job(episode_keeping.JOB, IntervalTrigger(seconds=episode_keeping.EVERY_S), keeper.keep),
        Job("audit anchor", CronTrigger(second=0, timezone=local), lambda now: write_anchor(database, now)),
        Job(
            "retention",
            CronTrigger(hour=NIGHTLY_HOUR, minute=45, timezone=local),
            lambda now: tidy(database, now - timedelta(days=settings.retention.outbox_days)),
        ),
    ]
    if isinstance(phone, PhoneWithInbox):
        inbox = phone

        def missed(now: datetime) -> None:
            if catch_up(database, inbox, now):
                wake()

        jobs.append(Job(missed_texts.JOB, IntervalTrigger(seconds=missed_texts.ASK_EVERY_S), missed))
    if sources is not None:
        asked_of = sources

        def ice(now: datetime) -> None:
            if ask_homes(database, asked_of, site, now):
                wake()

        jobs.append(Job(ice_prompts.JOB, IntervalTrigger(seconds=ice_prompts.EVERY_S), ice))
    if roster.follows_a_file:  # the people of the shipped example have no telephones
        jobs.append(Job("test of telephones", CronTrigger(minute="*/5", timezone=local), telephones))
    if settings.backup.folder is not None:
        folder, keep = Path(settings.backup.folder), settings.backup.keep
        trigger = CronTrigger(hour=NIGHTLY_HOUR, minute=15, timezone=local)
        jobs.append(Job("backup", trigger, lambda now: back_up_and_rotate(database, folder, keep, now)))
    if settings.site.downtime_folder is not None:
        to = Path(settings.site.downtime_folder)
        trigger = CronTrigger(minute=0, timezone=local)
        jobs.append(
            Job("downtime list", trigger, lambda now: write_list(database, settings, roster, to / "downtime.txt", now))
        )
    return jobs


def back_up_and_rotate(database: Database, folder: Path, keep: int, now: datetime) -> Path:
    """Write a backup into `folder` and remove the oldest beyond `keep`; return the new one."""
    to = folder / NAME.format(at=now)
    back_up(database, to, now)
    for old in sorted(folder.glob(BACKUPS))[:-keep]:
        old.unlink()
        beside(old).unlink(missing_ok=True)
    return to


def tidy(database: Database, before: datetime) -> int:
    """Remove the texts that the local network carried before then, some at a time; return how many.

    What the audit log seals stays: it can only be erased, patient by patient.
    """
    removed = 0
    while True:
        with database.write(Turn.CALLS) as session:
            old = select(OutboxRow.id).where(OutboxRow.at < before).limit(AT_ONCE)
            count = session.connection().execute(delete(OutboxRow).where(col(OutboxRow.id).in_(old))).rowcount
        removed += count
        if count < AT_ONCE:
            return removed
