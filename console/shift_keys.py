"""What keys do with the hand-over of a shift: confirm it, turn it, read it anew, write it to a file.

Confirming changes who is called for nothing: it says who has read what. What the giver has accepted is offered to the
receiver by the hand-over of incidents, and stays with the giver until the receiver accepts.
"""

from collections.abc import Sequence
from pathlib import Path

from textual import on, work

from alerts.shift_story import Shown, ShownItem, is_same, person_called
from console import messages
from console.enrolment_keys import EnrolmentKeys
from console.live import plain
from console.ports import ChangedError, RefusedError, ShiftBook
from console.screens.reason import ReasonScreen
from console.screens.shift import ShiftScreen
from console.shift_paper import as_pdf
from console.views.cells import Group
from console.views.shift_lines import Layout, as_text
from console.views.shift_values import ShiftReport
from console.widgets.detail import Detail
from gateway.reading import PatientId


class ShiftKeys(EnrolmentKeys):
    """The hand-over screen's keys."""

    def note_shift_look(self) -> None:
        """Put into the log that somebody opened the hand-over. It shows all the same, as a record does."""
        person, snapshot = self.sitting.acting, self.snapshot
        if person is not None and snapshot is not None:
            self.look_at_shift([each.patient_id for each in snapshot.overviews], person.name)

    @work(thread=True, group="desk")
    def look_at_shift(self, patients: Sequence[PatientId], by: str) -> None:
        """Write that into the log in a thread."""
        try:
            self.desk.look_at_shift(patients, "screen", by=by)
        except RefusedError as error:
            self.post_message(messages.NotSaved(str(error)))
        except Exception as error:  # noqa: BLE001 - a night may depend on the report; that the log lacks it is said
            self.post_message(messages.NotSaved(f"The audit log does not take this view: {plain(error)}"))

    # The method names are those of console.keys.

    def action_turn_layout(self) -> None:
        """Change between I-PASS and SBAR."""
        if isinstance(self.screen, ShiftScreen):
            self.screen.turn()

    def action_read_on(self) -> None:
        """Scroll what belongs to the selected line."""
        for detail in self.screen.query(Detail):
            detail.read_on()

    def action_read_anew(self) -> None:
        """Make the report anew."""
        if isinstance(self.screen, ShiftScreen):
            self.screen.read_anew()
            self.read_now()

    def action_take_over(self) -> None:
        """Ask, then confirm the selected patient or the ward."""
        screen = self.screen
        if not isinstance(screen, ShiftScreen) or screen.found is None:
            return
        part = screen.selected
        if part is None:
            self._ask_giver(screen.found, (screen.found.report.ward.item,), "the ward's part")
        else:
            self._ask_giver(screen.found, (part.item,), part.code)

    def action_take_all_over(self) -> None:
        """Ask, then confirm everybody who is not confirmed yet, and the ward."""
        screen = self.screen
        if not isinstance(screen, ShiftScreen) or screen.found is None:
            return
        report = screen.found.report
        items = [each.item for each in report.unconfirmed]
        if report.ward.confirmed is None:
            items.append(report.ward.item)
        if not items:
            self.tell("Everybody and the ward are confirmed already.")
            return
        many = len(report.unconfirmed)
        said = f"{many} patient{'' if many == 1 else 's'}"
        whom = f"{said} and the ward" if report.ward.confirmed is None else said
        pressing = [
            f"{each.code} {each.group.name}"
            for each in report.unconfirmed
            if each.group <= Group.URGENT and each.code not in screen.opened
        ]
        news = f"NOT OPENED YET: {', '.join(pressing)}. " if pressing else ""
        self._ask_giver(screen.found, items, whom, news=news)

    def _ask_giver(self, book: ShiftBook, items: Sequence[ShownItem], whom: str, *, news: str = "") -> None:
        """Ask by whom it was handed over; the roster's nurse of the shift stands ready."""
        person, span = self.sitting.acting, book.report.span
        if person is None:
            self.tell("Nobody is logged in.")
            return
        known = None if span.giver is None or is_same(book.roster, span.giver, person.name) else span.giver
        asked = f"{news}{person.name} takes over {whom}, as of {span.now.astimezone(self.zone):%H:%M:%S}. "
        asked += "Handed over by whom?" if known is None else f"Handed over by {known}?"

        def answered(words: str | None) -> None:
            if words is not None:
                shown = Shown(given_by=words or known or "", since=span.since, shown_at=span.now, items=tuple(items))
                self.take_over(shown, whom, person.name)

        hint = "name" if known is None else f"{known}; or another name"
        keys = "Enter: I have read it and take it over    Esc: back, nothing confirmed"
        self.push_screen(ReasonScreen(asked, required=known is None, hint=hint, keys=keys), answered)

    @work(thread=True, group="desk")
    def take_over(self, shown: Shown, whom: str, by: str) -> None:
        """Confirm in a thread; say what became of it."""
        try:
            self.desk.confirm_shift(shown, by=by)
        except ChangedError as error:
            self.post_message(messages.ShiftChanged(str(error), error.codes))
        except RefusedError as error:
            self.post_message(messages.NotSaved(str(error)))
        except Exception as error:  # noqa: BLE001 - the person must hear that nothing was saved, whatever was raised
            self.post_message(messages.NotSaved(f"The database refused: {plain(error)}"))
        else:
            self.post_message(messages.Saved(f"Confirmed: {by} took over {whom} from {shown.given_by}."))
            self.post_message(messages.ShiftTaken(shown, by))

    @on(messages.ShiftChanged)
    def ask_again(self, event: messages.ShiftChanged) -> None:
        """Say what changed since it was read, read it anew, and leave the cursor there: then it is asked again."""
        self.notify(event.sentence, title="NOT CONFIRMED", severity="error", timeout=15, markup=False)
        if isinstance(self.screen, ShiftScreen):
            self.screen.select(event.codes[0])
            self.action_read_anew()
            keys = "Enter: show me; then c or C asks again"
            question = f"{event.sentence} Nothing was confirmed: read it as it is now, then confirm again."
            self.push_screen(ReasonScreen(question, required=False, keys=keys))

    @on(messages.ShiftTaken)
    def offer_pages(self, event: messages.ShiftTaken) -> None:
        """Offer to hand on what the giver has accepted; it stays with them until the receiver accepts."""
        screen = self.screen
        if not isinstance(screen, ShiftScreen) or screen.found is None or self.snapshot is None:
            return
        self.action_read_anew()
        roster, taken = screen.found.roster, {each.patient_id for each in event.shown.items}
        receiver, giver = person_called(roster, event.by), event.shown.given_by
        held = [
            each
            for each in self.snapshot.incidents
            if each.patient_id in taken
            and each.held_until is not None
            and each.holder is not None
            and is_same(roster, each.holder, giver)
            and (receiver is None or each.offered_to != receiver.name)
        ]
        if not held:
            return
        named = ", ".join(f"{each.code or 'the system'} {each.page_code}" for each in held)
        if receiver is None:
            self.tell(f"{giver} still has {named}. You are not on the roster: 2 shows them, t takes one over.")
            return
        colleague = receiver.key

        def hand_on(_words: str, by: str) -> None:
            for each in held:
                self.desk.hand_over(each.id, colleague, by=by)

        self.ask(
            f"{giver} still has {named}. Have them offered to you? Each is yours once you answer it (2, then a)",
            hand_on,
            f"{receiver.name} is asked to take {named}.",
        )

    def action_write_out(self) -> None:
        """Ask for a file name, then write the report there."""
        screen = self.screen
        if not isinstance(screen, ShiftScreen) or screen.found is None:
            return
        if self.is_web:  # the file would be on the server, out of the reach of whoever sits at the browser
            self.tell("A console in a browser writes no file: stepguard shift --pdf FILE on the server does.")
            return
        report, layout = screen.found.report, screen.layout_words
        name = f"shift-{report.span.now.astimezone(self.zone):%Y-%m-%d-%H%M}.pdf"

        def named(words: str | None) -> None:
            person = self.sitting.acting
            if words is not None and person is not None:
                self.write_report(report, layout, Path(words or name), person.name)

        keys = "Enter: write it    Esc: back, nothing written"
        question = f"Write the hand-over ({layout}) to NAME.pdf or NAME.txt, in the folder the console was opened in"
        self.push_screen(ReasonScreen(question, required=False, hint=name, keys=keys), named)

    @work(thread=True, group="desk")
    def write_report(self, report: ShiftReport, layout: Layout, to: Path, by: str) -> None:
        """Put into the log who takes it, then write it; nothing is overwritten."""
        form = to.suffix.removeprefix(".").casefold()
        if form not in {"pdf", "txt"} or to.name != str(to):
            self.post_message(messages.NotSaved("Give a plain name that ends in .pdf or .txt, without a folder."))
            return
        patients: list[PatientId] = [each.patient_id for each in report.patients]
        try:
            self.desk.look_at_shift(patients, form, by=by)
            zone = self.zone
            written = as_pdf(report, layout, zone) if form == "pdf" else as_text(report, layout, zone).encode()
            with to.open("xb") as file:
                to.chmod(0o600)
                file.write(written)
        except RefusedError as error:
            self.post_message(messages.NotSaved(str(error)))
        except FileExistsError:
            self.post_message(messages.NotSaved(f"{to} exists; nothing is overwritten: choose another name."))
        except Exception as error:  # noqa: BLE001 - a file or a database that refuses must be said, whatever was raised
            self.post_message(messages.NotSaved(f"It was not written: {plain(error)}"))
        else:
            self.post_message(messages.Saved(f"Written to {to.absolute()}, for your eyes alone."))
