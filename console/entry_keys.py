"""What keys do with a patient's record: enter, correct, strike out. Every entry is read back before it is saved."""

from collections.abc import Mapping
from dataclasses import replace

from textual import work

from console import messages
from console.entry.fields import Kind, fields_for
from console.entry.filled import Form, Values, from_fields, from_line, values_of_entry
from console.entry.line import Answer, Limited, Note, Setting, Understood
from console.entry.moment import Asks
from console.home_keys import HomeKeys
from console.live import plain
from console.screens.form import Entered, FormScreen, Reading
from console.screens.patient import PatientScreen
from console.screens.record import RecordScreen
from console.views import wording
from console.views.record_list import entry_words, why_not_struck
from gateway.permissions import Action
from gateway.reading import PatientCode, PatientId
from monitor.overview import RecordLine

SUPPORT_UNREAD = Asks(question="Reading which support is recorded now; one moment.")
PERMISSIONS: Mapping[str, Action] = {"limit": Action.SET_LIMITS, "clinician_grade": Action.NOTE_GRADE}
"""What kinds of entry ask of a role beside entering as such."""


class EntryKeys(HomeKeys):
    """The patient meant is that of the open screen, or the selected one of the board."""

    # The method names are those of console.keys.

    def action_enter(self, letter: str) -> None:
        """Open the line and the form of one kind of entry; without a letter, of whichever is typed."""
        meant = self.patient_meant()
        if meant is None:
            self.tell("No patient is selected.")
            return
        patient_id, code = meant
        self.support.pop(patient_id, None)
        self.read_support(patient_id)
        reading = Reading(
            typed=lambda line: self._typed(patient_id, line),
            chosen=lambda kind, values: self._chosen(patient_id, kind, values),
            fields=lambda kind: fields_for(kind, self._setting(patient_id)),
        )

        def entered(done: Entered | None) -> None:
            if done is not None:
                self._save(patient_id, code, done.answer)

        begin = reading.typed(f"{letter} " if letter else "")
        about = f"{code}: enter"
        self.push_screen(FormScreen(about, begin=begin, reading=reading, whose=f"{code}: "), entered)

    def _save(self, patient_id: PatientId, code: PatientCode, answer: Understood | Note | Limited) -> None:
        saved = f"{code}: saved: {answer.read_back}"
        match answer:
            case Understood():
                self.do(lambda by: self.desk.enter(patient_id, answer.event, by=by), saved)
            case Limited():
                self.do(lambda by: self.desk.set_limit(patient_id, answer.group, answer.limit, by=by), saved)
            case Note():
                self.keep_note(patient_id, code, answer.text)

    def _typed(self, patient_id: PatientId, line: str) -> Form:
        return self._allowed(patient_id, from_line(line, self._setting(patient_id)))

    def _chosen(self, patient_id: PatientId, kind: Kind, values: Values) -> Form:
        return self._allowed(patient_id, from_fields(kind, values, self._setting(patient_id)))

    def _allowed(self, patient_id: PatientId, form: Form) -> Form:
        """Return the form; a question where its kind is not permitted, or what it would replace is not read yet."""
        if form.kind is None:
            return form
        if form.kind.name == "support" and patient_id not in self.support:
            return replace(form, answer=SUPPORT_UNREAD)
        needed = PERMISSIONS.get(form.kind.name)
        refused = None if needed is None else self.sitting.why_not(needed)
        return form if refused is None else replace(form, answer=Asks(question=refused))

    def _setting(self, patient_id: PatientId) -> Setting:
        overviews = self.snapshot.overviews if self.snapshot is not None else ()
        overview = next((each for each in overviews if each.patient_id == patient_id), None)
        return Setting(
            now=self.clock.now(),
            zone=self.zone,
            drug=self.catalogue.find(overview.drug) if overview else None,
            schedule=overview.schedule if overview else None,
            medicines=self.medicines,
            standing_support=self.support.get(patient_id),
        )

    @work(thread=True, group="support")
    def read_support(self, patient_id: PatientId) -> None:
        """Read what a support line would replace."""
        try:
            words = self.feed.standing_support(patient_id, self.clock.now())
        except Exception as error:  # noqa: BLE001 - as in `read`
            self.post_message(messages.ReadFailed(plain(error)))
            return
        self.post_message(messages.SupportRead(patient_id, words))

    def action_open_record(self) -> None:
        """Open the list of everything that was entered about the patient shown."""
        if isinstance(self.screen, PatientScreen):
            self.push_screen(RecordScreen(self.screen.patient_id, self.screen.code))
            self.read_now()

    def _entry_selected(self) -> tuple[RecordScreen, RecordLine] | None:
        """Return the entry the cursor of the open record stands on; None, and why, when it cannot be changed."""
        screen = self.screen
        chosen = screen.selected if isinstance(screen, RecordScreen) else None
        if not isinstance(screen, RecordScreen) or chosen is None:
            self.tell("No entry is selected.")
            return None
        refused = why_not_struck(chosen)
        if refused is not None:
            self.tell(refused)
            return None
        return screen, chosen

    def action_correct_entry(self) -> None:
        """Open the form of the selected entry as it was entered; what is saved stands in its place."""
        found = self._entry_selected()
        if found is None:
            return
        screen, chosen = found
        form = values_of_entry(chosen.body, self.medicines)
        ref = chosen.line.ref
        if form is None:
            self.tell(f"There is no form for {chosen.line.kind.replace('_', ' ')}: strike {ref} out (x).")
            return
        kind, values = form
        patient_id, code = screen.patient_id, screen.code

        def setting() -> Setting:
            return replace(self._setting(patient_id), unsaid_at=chosen.line.at)

        def typed(line: str) -> Form:
            found = from_line(line, setting())
            if found.kind is not kind:
                stays = f"{ref} stays a {kind.title}, and its line begins with {kind.letter}: strike it out otherwise."
                return Form(kind=kind, values=values, line=line, answer=Asks(question=stays))
            return self._corrected(found)

        reading = Reading(
            typed=typed,
            chosen=lambda kind, values: self._corrected(from_fields(kind, values, setting())),
            fields=lambda kind: fields_for(kind, setting()),
        )

        def entered(done: Entered | None) -> None:
            if done is not None:
                event = _as_event(done.answer, chosen)
                saved = f"{code}: {ref} struck out, in its place: {done.answer.read_back}"
                self.do(lambda by: self.desk.correct(patient_id, ref, event, done.why, by=by), saved)

        about = f"{code}: correct {ref}; the line as it was is struck out and kept"
        was = entry_words(chosen.line, self.clock.now(), self.zone)
        begin = reading.chosen(kind, values)
        self.push_screen(FormScreen(about, begin=begin, reading=reading, whose=f"{code}: ", was=was), entered)

    def _corrected(self, form: Form) -> Form:
        """Return the form of a correction; a question where its kind is not permitted."""
        needed = PERMISSIONS.get(form.kind.name) if form.kind is not None else None
        refused = None if needed is None else self.sitting.why_not(needed)
        return form if refused is None else replace(form, answer=Asks(question=refused))

    def action_strike_entry(self) -> None:
        """Ask why, and strike the selected entry out."""
        found = self._entry_selected()
        if found is None:
            return
        screen, chosen = found
        ref, what = chosen.line.ref, wording.one_line(chosen.line.text)
        self.ask(
            f"{screen.code}: strike out {ref}, {chosen.line.kind.replace('_', ' ')} {what}. Why?",
            lambda words, by: self.desk.enter(screen.patient_id, self._void(ref, words), by=by),
            f"{screen.code}: {ref} is struck out",
            required=True,
        )

    def _void(self, ref: str, why: str) -> dict[str, object]:
        return {"at": self.clock.now().isoformat(), "type": "void", "of": ref, "why": why}


def _as_event(answer: Answer, corrected: RecordLine) -> Mapping[str, object]:
    """Return what stands in the place of an entry; a corrected note keeps its instant."""
    match answer:
        case Understood():
            return answer.event
        case Note():
            return {"at": corrected.line.at.isoformat(), "type": "note", "text": answer.text}
        case _:
            raise TypeError("own limits are no entry of the record")
