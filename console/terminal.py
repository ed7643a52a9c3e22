"""The console: what each key asks for, over any feed and desk.

Writing happens in threads; what became of it comes back as a message and is said on the screen.
"""

from collections.abc import Callable, Iterable

from textual import on, work
from textual.app import SystemCommand
from textual.screen import Screen

from console import messages
from console.actions import ACTIONS
from console.entry.line import Answer, Note, Setting, Understood
from console.entry.moment import Asks
from console.entry.shorthand import understand
from console.guard import GuardedApp
from console.live import BELL_PAUSE_S, plain
from console.ports import RefusedError
from console.screens.acknowledge import Acknowledgement, AcknowledgeScreen
from console.screens.entry import EntryScreen
from console.screens.help import HelpScreen
from console.screens.pages import PagesScreen
from console.screens.patient import PatientScreen
from console.screens.reason import ReasonScreen
from console.screens.ward import WardScreen
from console.views.cells import Incident
from console.widgets.board import Board
from gateway.clock import monotonic_s
from gateway.reading import PatientId


class ConsoleApp(GuardedApp):
    """The nurse's console over a feed and a desk."""

    # The method names are those of console.actions.

    @on(Board.Opened)
    async def open_clicked(self) -> None:
        """Open the patient clicked twice, as the key does."""
        await self.run_action("open_patient")

    def action_open_patient(self) -> None:
        """Open the selected patient, and put it into the log."""
        row, person = self.board.selected, self.sitting.acting
        if row is not None and person is not None:
            self.record = None
            self.push_screen(PatientScreen(row.patient_id, row.code))
            self.look(row.patient_id, person.name)
            self._read_asked = float("-inf")
            self.call_after_refresh(self.beat)

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

    def action_open_pages(self) -> None:
        """Open the list of pages."""
        self.push_screen(PagesScreen())
        self.call_after_refresh(self.repaint)

    async def action_back(self) -> None:
        """Go back to the screen before."""
        if self.screen is not self.board:
            self.pop_screen()

    def action_help(self) -> None:
        """Show the help."""
        self.push_screen(HelpScreen())

    def action_toggle_flash(self) -> None:
        """Stop or start flashing."""
        self.flashing = not self.flashing
        self.notify("Flashing is on." if self.flashing else "Flashing is off; the words stay.", markup=False)

    def action_toggle_outbox(self) -> None:
        """Show or hide the texts."""
        self.board.toggle_outbox()

    def action_pause_bell(self) -> None:
        """Silence the bell for two minutes."""
        self._bell_paused_until = monotonic_s() + BELL_PAUSE_S
        self.notify("The bell is silent for 2 minutes, then it rings again.", markup=False)

    def action_ask_quit(self) -> None:
        """Ask before leaving."""

        def leave(answer: str | None) -> None:
            if answer is not None:
                self.exit(0)

        self.push_screen(ReasonScreen("Leave the console? Pages go on without it.", required=False), leave)

    def action_acknowledge(self) -> None:
        """Open the answer to the page meant by this screen."""
        incident = self._incident_meant()
        if incident is None:
            self.notify("No page is waiting for an answer here.", markup=False)
            return

        def answered(answer: Acknowledgement | None) -> None:
            if answer is not None:
                done = f"Page {incident.page_code} is yours: the calls stop."
                self.do(lambda by: self.desk.acknowledge(answer.incident_id, answer.note, by=by), done)

        rows = {row.patient_id: row for row in self.view().rows}
        row = None if incident.patient_id is None else rows.get(incident.patient_id)
        self.push_screen(AcknowledgeScreen(incident, row.why if row else ()), answered)

    def _incident_meant(self) -> Incident | None:
        match self.screen:
            case PagesScreen() as pages:
                return pages.selected
            case PatientScreen() as patient:
                return patient.incident_to_answer()
            case _:
                return self.board.incident_to_answer()

    def action_take(self) -> None:
        """Take the selected page over."""
        incident = self._incident_meant()
        if incident is not None:
            self.do(lambda by: self.desk.take(incident.id, by=by), f"Page {incident.page_code} is yours.")

    def action_escalate(self) -> None:
        """Call the next person for the selected page now."""
        self._ask_about_page("Call the next person now for", self._escalate, "The next person is being called.")

    def action_send_notice(self) -> None:
        """Tell the emergency department now."""
        self._ask_about_page("Tell the emergency department now about", self._send_notice, "The notice is on its way.")

    def action_hold_notice(self) -> None:
        """Hold the emergency department's notice, with a reason."""
        self._ask_about_page("Why is the ED notice held for", self._hold_notice, "The notice waits.", required=True)

    def _escalate(self, incident_id: int, _words: str, by: str) -> None:
        self.desk.escalate(incident_id, by=by)

    def _send_notice(self, incident_id: int, _words: str, by: str) -> None:
        self.desk.send_notice(incident_id, by=by)

    def _hold_notice(self, incident_id: int, reason: str, by: str) -> None:
        self.desk.hold_notice(incident_id, reason, by=by)

    def _ask_about_page(
        self, question: str, deed: Callable[[int, str, str], None], done: str, *, required: bool = False
    ) -> None:
        incident = self._incident_meant()
        if incident is None:
            return

        def answered(words: str | None) -> None:
            if words is not None:
                self.do(lambda by: deed(incident.id, words, by), done)

        whose = incident.code or "the system"
        self.push_screen(ReasonScreen(f"{question} {whose}, page {incident.page_code}?", required=required), answered)

    def action_enter(self, letter: str) -> None:
        """Open an entry line for the patient of this screen."""
        meant = self._patient_meant()
        if meant is None:
            self.notify("No patient is selected.", markup=False)
            return
        patient_id, code = meant
        if letter == "s":
            self.support.pop(patient_id, None)
            self.read_support(patient_id)

        def entered(answer: Understood | Note | None) -> None:
            match answer:
                case Understood():
                    self.do(
                        lambda by: self.desk.enter(patient_id, answer.event, by=by),
                        f"{code}: saved: {answer.read_back}",
                    )
                case Note():
                    self._write_note(patient_id, code, answer)
                case None:
                    pass

        self.push_screen(EntryScreen(code, letter, lambda line: self._understand(patient_id, line)), entered)

    def _write_note(self, patient_id: PatientId, code: str, note: Note) -> None:
        pages = [each for each in self.view().pages if each.patient_id == patient_id]
        if not pages:
            sentence = f"{code} has no open page to hold the note. Nothing was saved: {note.text}"
            self.post_message(messages.NotSaved(sentence))
            return
        page = pages[0]
        self.do(
            lambda by: self.desk.write_note(page.id, note.text, by=by), f"{code}: note saved on page {page.page_code}"
        )

    def _understand(self, patient_id: PatientId, line: str) -> Answer:
        overviews = self.snapshot.overviews if self.snapshot is not None else ()
        overview = next((each for each in overviews if each.patient_id == patient_id), None)
        if line.strip()[:1].casefold() == "s" and patient_id not in self.support:
            return Asks(question="Reading which support is recorded now; one moment.")
        setting = Setting(
            now=self.clock.now(),
            zone=self.zone,
            drug=self.catalogue.find(overview.drug) if overview else None,
            schedule=overview.schedule if overview else None,
            medicines=self.medicines,
            standing_support=self.support.get(patient_id),
        )
        return understand(line, setting)

    @work(thread=True, group="support")
    def read_support(self, patient_id: PatientId) -> None:
        """Read what a support line would replace."""
        try:
            words = self.feed.standing_support(patient_id, self.clock.now())
        except Exception as error:  # noqa: BLE001 - as in `read`
            self.post_message(messages.ReadFailed(plain(error)))
            return
        self.post_message(messages.SupportRead(patient_id, words))

    def do(self, deed: Callable[[str], None], done: str) -> None:
        """Do something in the name of whoever sits here at this moment; without anybody nothing is done."""
        person = self.sitting.acting
        if person is None:
            self.post_message(messages.NotSaved("Nobody is logged in."))
        else:
            self.write(deed, person.name, done)

    @work(thread=True, group="desk")
    def write(self, deed: Callable[[str], None], by: str, done: str) -> None:
        """Write in a thread; say what became of it."""
        try:
            deed(by)
        except RefusedError as error:
            self.post_message(messages.NotSaved(str(error)))
        except Exception as error:  # noqa: BLE001 - as in `read`: the person must hear that nothing was saved
            self.post_message(messages.NotSaved(f"The database refused: {plain(error)}"))
        else:
            self.post_message(messages.Saved(done))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer the registry's actions of this screen in the command palette."""
        name = {WardScreen: "board", PatientScreen: "patient", PagesScreen: "pages"}.get(type(screen))
        for each in ACTIONS:
            if name in each.on:
                yield SystemCommand(each.help, f"key {each.shown_key or each.key}", self._runner(each.name))

    def _runner(self, name: str) -> Callable[[], None]:
        def run_it() -> None:
            self.call_later(self.run_action, f"app.{name}")

        return run_it
