"""The beat of the console: reads in threads, and repaints twice a second from what was last read.

Threads read and post messages; only the handlers here change a screen. A read that fails or hangs is said on the
screen while the ages of the last values keep growing: an old picture never looks calm.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Any

from textual import on, work
from textual.app import App
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.worker import get_current_worker

from alerts.instructions import Offers
from console import messages
from console.bell import Bell
from console.door import OpenDoor
from console.entry.medicine import Medicine
from console.ports import Desk, Door, Feed
from console.screens.fed import FedScreen, Moment
from console.screens.form import FormScreen
from console.screens.incidents import IncidentsScreen
from console.screens.patient import PatientScreen
from console.screens.record import RecordScreen
from console.screens.shift import ShiftScreen
from console.screens.veil import VeilScreen
from console.screens.ward import WardScreen
from console.sitting import Person, Sitting
from console.views.cells import Snapshot, WardView
from console.views.row_book import RowBook
from console.views.veil import veil
from console.views.ward import ward_view
from gateway.clock import Clock, monotonic_s
from gateway.reading import PatientCode, PatientId
from monitor.catalogue import Catalogue

BEAT_S = 0.5
"""Half a flash. Flashing follows the clock and not the beats: once a second, however many there are."""

READ_EVERY_S = 1.0
REPAINT_AFTER_S = 1.25
"""Every read that succeeds paints. While none does, the time goes on being painted, and the ages with it."""

HANGING_AFTER_S = 3.0
"""A read that has not come back for so long is said to hang: it began a second after the last at most."""

LOCK_AFTER = timedelta(minutes=5)
"""Without a key for so long a console with a login locks; `console.lock_after_min` sets it."""


class LiveApp(App[int]):
    """Everything of the console that happens by itself. `console.app.ConsoleApp` adds what keys ask for."""

    CSS_PATH = Path(__file__).with_name("console.tcss")
    TITLE = "Stepguard"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        feed: Feed,
        desk: Desk,
        clock: Clock,
        *,
        actor: str,
        door: Door | None = None,
        offered: str = "",
        seated: Person | None = None,
        lock_after: timedelta = LOCK_AFTER,
        zone: tzinfo,
        catalogue: Catalogue,
        medicines: tuple[Medicine, ...],
        flashing: bool = True,
    ) -> None:
        super().__init__()
        self.feed = feed
        self.desk = desk
        self.clock = clock
        self.lock_after = lock_after
        self.offered = offered
        self.door = door or OpenDoor()
        self.sitting = Sitting(opened_as=actor, guarded=None, person=None, last_key_at=clock.now())
        if door is None:
            self.sitting = self.sitting.informed(self.door.standing(None))
        elif seated is not None:
            self.sitting = replace(self.sitting, guarded=True, person=seated)
        self.zone = zone
        self.catalogue = catalogue
        self.medicines = medicines
        self.flashing = flashing
        self.snapshot: Snapshot | None = None
        self.support: dict[PatientId, str | None] = {}
        self.offers: dict[PatientId, Offers] = {}
        self.failure: str | None = None
        self.team: str | None = None
        self.board = WardScreen()
        self._lit = True
        self._reading_since: float | None = None
        self._read_asked = float("-inf")
        self._painted: WardView | None = None
        self._rows = RowBook()
        self._painted_s = float("-inf")
        self.ringer = Bell(quiet_since_s=monotonic_s())

    def on_mount(self) -> None:
        """Open the board, read at once, then keep the beat."""
        self.push_screen(self.board)
        self.set_interval(BEAT_S, self._tick)
        self.call_after_refresh(self.beat)

    def _tick(self) -> None:
        if self.screen_stack:  # the last tick may come when the last screen has gone
            self.beat(whole=False)

    def beat(self, *, whole: bool = True) -> None:
        """Ask for a read when one is due, flash, ring, repaint. Any number of calls a second do no harm.

        Parameters
        ----------
        whole
            Paint everything anew, whatever was painted last. Without, only what flashes is painted between two reads.
        """
        wall = monotonic_s()
        if self._reading_since is None and wall - self._read_asked >= READ_EVERY_S - BEAT_S / 2:
            self._reading_since = self._read_asked = wall
            self.read()
        elif self._reading_since is not None and wall - self._reading_since > HANGING_AFTER_S:
            self.failure = "the database does not answer"
        self._lit = not self.flashing or int(wall / BEAT_S) % 2 == 0
        if whole or self._painted is None or wall - self._painted_s >= REPAINT_AFTER_S:
            self.repaint()
        else:
            self.flash(self._painted)

    @work(thread=True, exclusive=True, group="feed")
    def read(self) -> None:
        """Read the ward, then what the open screens show beside it: what fails there takes nothing from the ward."""
        worker, sitting = get_current_worker(), self.sitting
        fed = [screen for screen in self.screen_stack if isinstance(screen, FedScreen)]
        try:
            ward = self.feed.ward(self.clock.now())
            standing = self.door.standing(sitting.person.name if sitting.person else None)
        except Exception as error:  # noqa: BLE001 - whatever the database raises must reach the screen, not end it
            self.post_message(messages.ReadFailed(plain(error)))
            return
        if worker.is_cancelled:
            return
        self.post_message(messages.StandingRead(standing))  # before the ward: who may see it
        self.post_message(messages.WardRead(ward))
        for screen in fed:
            try:
                found = screen.read(self.feed, self.clock.now())
            except Exception as error:  # noqa: BLE001 - as above
                self.post_message(messages.ScreenUnread(screen, plain(error)))
            else:
                self.post_message(messages.ScreenRead(screen, found))
        self.post_message(messages.ReadEnded())

    @on(messages.WardRead)
    def take_ward(self, event: messages.WardRead) -> None:
        """Show a newer ward."""
        self.failure = None
        self.snapshot = event.snapshot
        self.repaint()

    @on(messages.ReadEnded)
    def end_read(self) -> None:
        """Let the next read begin when it is due."""
        self._reading_since = None

    @on(messages.ScreenRead)
    def take_found(self, event: messages.ScreenRead) -> None:
        """Show what a screen read."""
        event.screen.found, event.screen.unread = event.found, None
        self.repaint_one(event.screen)

    @on(messages.ScreenUnread)
    def take_unread(self, event: messages.ScreenUnread) -> None:
        """Say on a screen that what it shows is old."""
        event.screen.unread = event.sentence
        self.repaint_one(event.screen)

    @on(messages.SupportRead)
    def take_support(self, event: messages.SupportRead) -> None:
        """Keep what a support line would replace, and read the open line again."""
        self.support[event.patient_id] = event.words
        if isinstance(self.screen, FormScreen):
            self.call_later(self.screen.read_again)

    @on(messages.ReadFailed)
    def take_failure(self, event: messages.ReadFailed) -> None:
        """Say that the ward cannot be read; the last values stay and age."""
        self._reading_since = None
        self.failure = event.sentence
        self.repaint()

    @on(messages.Saved)
    def say_saved(self, event: messages.Saved) -> None:
        """Confirm, and read at once so that the screen shows it."""
        if not self.sitting.asks_login:  # it tells values
            self.notify(event.sentence, markup=False)
        self._read_asked = float("-inf")
        self.beat()

    @on(messages.NotSaved)
    def say_refused(self, event: messages.NotSaved) -> None:
        """Say that nothing was done, and why."""
        words = "What was entered last was not saved." if self.sitting.asks_login else event.sentence
        self.notify(words, title="NOT DONE", severity="error", timeout=15, markup=False)

    def view(self) -> WardView:
        """Return the ward as it stands at this moment."""
        return ward_view(
            self.snapshot,
            self.clock.now(),
            zone=self.zone,
            actor=self.sitting.words,
            failure=self.failure,
            bell=self.ringer.words(monotonic_s()),
            book=self._rows,
            team=None if self.sitting.veiled else self.team,
        )

    def repaint(self) -> None:
        """Paint every open screen from what was last read, at the present time."""
        view = self._painted = self.view()
        self._painted_s = monotonic_s()
        for screen in self.screen_stack:
            self._paint(screen, view)
        self._ring(view)

    def repaint_one(self, screen: Screen[Any]) -> None:
        """Paint one screen anew, beside the ward as it was painted last."""
        if screen in self.screen_stack:
            self._paint(screen, self._painted or self.view())

    def flash(self, view: WardView) -> None:
        """Paint only what flashes, as it was painted last, and ring."""
        top = self.screen_stack[-1] if self.screen_stack else None  # none while the console is being closed
        if top is self.board:
            with suppress(NoMatches):
                self.board.flash(lit=self._lit)
        elif isinstance(top, VeilScreen):
            self._paint(top, view)
        self._ring(view)

    def _paint(self, screen: Screen[Any], view: WardView) -> None:
        # A screen that is still being built, or is being taken down, has nothing to paint on.
        with suppress(NoMatches):
            self._paint_on(screen, view)

    def _paint_on(self, screen: Screen[Any], view: WardView) -> None:
        match screen:
            case WardScreen():
                screen.show(view, lit=self._lit)
            case VeilScreen():
                screen.show(veil(view), self.foot(), lit=self._lit)
            case FedScreen():
                failure = self.failure or screen.unread
                screen.paint(view, Moment(now=self.clock.now(), zone=self.zone, failure=failure))
            case _:
                pass

    def foot(self) -> str:
        """Return what a key does while the board shows no values."""
        return ""

    def _ring(self, view: WardView) -> None:
        wall = monotonic_s()
        if view.ring and self.ringer.due(wall):
            self.ringer = self.ringer.rung(wall)
            self.bell()

    def read_now(self) -> None:
        """Read without waiting for the second to pass: a screen was opened, or something was written."""
        self._read_asked = float("-inf")
        self.call_after_refresh(self.beat)

    def patient_meant(self) -> tuple[PatientId, PatientCode] | None:
        """Return id and code of the patient on the open screen: the one shown, or the selected one."""
        match self.screen:
            case PatientScreen() | RecordScreen() as patient:
                return patient.patient_id, patient.code
            case IncidentsScreen() as incidents:
                found = incidents.selected
                if found is None or found.patient_id is None or found.code is None:
                    return None
                return found.patient_id, found.code
            case ShiftScreen() as shift:
                part = shift.selected
                return None if part is None else (part.patient_id, part.code)
            case _:
                pass
        row = self.board.selected
        return None if row is None else (row.patient_id, row.code)


def plain(error: Exception) -> str:
    """Return the first line of an error: the rest may quote statements and values."""
    first = str(error).splitlines()
    return first[0] if first and first[0] else type(error).__name__
