"""Opens the console over a site's database. The only place that joins screens, feed and desk."""

from pathlib import Path
from zoneinfo import ZoneInfo

from console.desk import DatabaseDesk
from console.entry.vocabulary import load_medicines
from console.feed import DatabaseFeed
from console.terminal import ConsoleApp
from gateway.clock import Clock
from gateway.database import Database
from gateway.settings import Settings
from monitor.rulebook import load_rules


def run(settings: Settings, clock: Clock, *, actor: str) -> int:
    """Open the console of a site in this terminal. Return its exit code."""
    database = Database(settings.database.url)
    try:
        rules = load_rules(
            Path(settings.rules.file) if settings.rules.file else None,
            settings.rules.signed_by,
            settings.rules.signed_on,
        )
        app = ConsoleApp(
            DatabaseFeed(database, rules, settings),
            DatabaseDesk(database, clock, actor),
            clock,
            actor=actor,
            zone=ZoneInfo(settings.site.timezone),
            catalogue=rules.catalogue,
            medicines=load_medicines(),
        )
        return app.run() or 0
    finally:
        database.dispose()
