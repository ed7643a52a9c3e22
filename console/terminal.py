"""The console: what each key asks for, over any feed and desk.

Writing happens in threads; what became of it comes back as a message and is said on the screen.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from textual import on, work
from textual.app import SystemCommand
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

from console import messages
from console.actions import offered
from console.lasting_driver import LastingDriver
from console.live import plain
from console.ports import RefusedError
from console.screens.devices import DevicesScreen
from console.screens.fed import FedScreen
from console.screens.help import HelpScreen
from console.screens.incidents import IncidentsScreen
from console.screens.patient import PatientScreen
from console.screens.reason import ReasonScreen
from console.screens.roster import RosterScreen
from console.screens.shift import ShiftScreen
from console.screens.system import SystemScreen
from console.screens.veil import VeilScreen
from console.touring import TouringApp
from console.views.teams import next_team, teams_of
from console.widgets.board import Board
from gateway.clock import monotonic_s
from gateway.reading import PatientId

PLACES: Final[Mapping[str, type[FedScreen[Any]]]] = {
    "incidents": IncidentsScreen,
    "roster": RosterScreen,
    "devices": DevicesScreen,
    "system": SystemScreen,
    "shift": ShiftScreen,
}
"""The screens of the house, by the name the registry gives them."""


class ConsoleApp(TouringApp):
    """The nurse's console over a feed and a desk."""

    def get_driver_class(self) -> type[Driver]:
        """Return the library's driver, or ours where the console sits at a terminal, which may go away."""
        chosen = super().get_driver_class()
        return LastingDriver if chosen is LinuxDriver else chosen

    # The method names are those of console.keys.

    @on(Board.Opened)
    async def open_clicked(self) -> None:
        """Open the patient clicked twice, as the key does."""
        await self.run_action("open_patient")

    def action_open_patient(self) -> None:
        """Open the selected patient, and put it into the log."""
        meant, person = self.patient_meant(), self.sitting.acting
        if meant is not None and person is not None:
            self.push_screen(PatientScreen(*meant))
            self.look(meant[0], person.name)
            self.read_now()

    @work(thread=True, group="desk")
    def look(self, patient_id: PatientId, by: str) -> None:
        """Put into the log that somebody opened a record. The record shows all the same: a night may depend on it."""
        try:
            self.desk.look(patient_id, by=by)
        except RefusedError as error:
            self.post_message(messages.ViewRefused(patient_id, str(error)))
        except Exception as error:  # noqa: BLE001 - as in `read`
            self.post_message(messages.NotSaved(f"The audit log does not take this view: {plain(error)}"))

    @on(messages.ViewRefused)
    def close_refused(self, event: messages.ViewRefused) -> None:
        """Close a record that whoever sits here may not see."""
        if isinstance(self.screen, PatientScreen) and self.screen.patient_id == event.patient_id:
            self.pop_screen()
        self.notify(event.sentence, title="NOT DONE", severity="error", timeout=15, markup=False)

    def action_go(self, place: str) -> None:
        """Go to a screen of the house; one of them takes the place of another, so that esc leads back in one step."""
        if place == "board":
            # a veil that hides the values is the board of whoever may not see them
            while self.screen is not self.board and not isinstance(self.screen, VeilScreen):
                self.pop_screen()
            return
        if isinstance(self.screen, PLACES[place]):
            return
        if isinstance(self.screen, tuple(PLACES.values())):
            self.switch_screen(PLACES[place]())
        else:
            self.push_screen(PLACES[place]())
        self.read_now()
        if place == "shift":
            self.note_shift_look()

    async def action_back(self) -> None:
        """Go back to the screen before."""
        if self.screen is not self.board and not isinstance(self.screen, VeilScreen):
            self.pop_screen()

    def action_help(self) -> None:
        """Show the help."""
        self.push_screen(HelpScreen(self.place))

    def action_toggle_flash(self) -> None:
        """Stop or start flashing."""
        self.flashing = not self.flashing
        self.tell("Flashing is on." if self.flashing else "Flashing is off; the words stay.")

    def action_find(self) -> None:
        """Ask for a part of a code and go there."""

        def typed(words: str | None) -> None:
            if words is None or self.board.find(words):
                return
            if self.team is not None:  # whoever is looked for may be another team's
                self.team = None
                self.repaint()
                if self.board.find(words):
                    self.tell("Found in another team: everybody is shown again.")
                    return
            self.tell(f"Nobody's code on this board holds {words!r}.")

        question = "Find a patient by a part of the code"
        keys = "Enter: go there    Esc: back"
        self.push_screen(ReasonScreen(question, required=True, hint="0042", keys=keys), typed)

    def action_narrow(self) -> None:
        """Show only who needs somebody, or everybody again."""
        narrowed = self.board.toggle_narrow()
        self.tell("Only who needs somebody is shown; v shows everybody." if narrowed else "Everybody is shown.")

    def action_choose_team(self) -> None:
        """Narrow the board to the next team, or show everybody again."""
        known = teams_of(self.snapshot.overviews if self.snapshot is not None else ())
        if not known:
            self.tell("No patient belongs to a team; stepguard enroll --team puts one into a team.")
            return
        self.team = next_team(self.team, known)
        self.repaint()
        stays = "Emergencies and urgents of every team stay, and whoever has no team."
        self.tell("Everybody is shown." if self.team is None else f"Team {self.team} is shown. {stays}")

    def action_toggle_outbox(self) -> None:
        """Show or hide the texts."""
        self.board.toggle_outbox()

    def action_pause_bell(self) -> None:
        """Silence the bell for two minutes."""
        self.ringer = self.ringer.paused(monotonic_s())
        self.tell("The bell is silent for 2 minutes, then it rings again.")

    def action_try_bell(self) -> None:
        """Ring the bell and ask whether it was heard: the terminal does not tell."""
        self.ringer = self.ringer.rung(monotonic_s())
        self.bell()

        def answered(words: str | None) -> None:
            self.ringer = self.ringer.tried(heard=words is not None)
            self.repaint()

        question = "The bell has just rung. Did you hear it?"
        self.push_screen(ReasonScreen(question, required=False, keys="Enter: I heard it    Esc: I did not"), answered)

    def action_ask_quit(self) -> None:
        """Ask before leaving."""

        def leave(answer: str | None) -> None:
            if answer is not None:
                self.exit(0)

        self.push_screen(ReasonScreen("Leave the console? Pages go on without it.", required=False), leave)

    def action_trail(self) -> None:
        """Read the audit trail of the open patient."""
        if isinstance(self.screen, PatientScreen):
            self.read_trail(self.screen.patient_id)

    @work(thread=True, exclusive=True, group="trail")
    def read_trail(self, patient_id: PatientId) -> None:
        """Read what the audit log holds about a patient; it is long, so only when somebody asks."""
        try:
            trail = self.feed.trail(patient_id, self.clock.now())
        except Exception as error:  # noqa: BLE001 - as in `read`
            self.post_message(messages.NotSaved(f"The audit log cannot be read: {plain(error)}"))
            return
        self.post_message(messages.TrailRead(patient_id, trail))

    @on(messages.TrailRead)
    def take_trail(self, event: messages.TrailRead) -> None:
        """Show the trail where its patient is still open."""
        if isinstance(self.screen, PatientScreen) and self.screen.patient_id == event.patient_id:
            self.screen.show_trail(event.trail)
            self.repaint()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer the registry's actions of this screen in the command palette."""
        del screen
        for each in offered(self.place):
            yield SystemCommand(each.help, f"key {each.shown}", self._runner(each.name))

    @property
    def place(self) -> str:
        """Under which name the registry knows the screen that is open."""
        return str(getattr(self.screen, "PLACE", "board"))

    def _runner(self, name: str) -> Callable[[], None]:
        def run_it() -> None:
            self.call_later(self.run_action, f"app.{name}")

        return run_it
