"""What keys do with an incident: answer, take, call next, tell or hold the emergency department, note, home answered.

Everything but the note of two keys names the incident before it is done: the list moves while somebody reaches for
a key.
"""

from collections.abc import Callable

from console.doing import DoingApp
from console.entry.incident import (
    HAND_OVER_EXAMPLE,
    SILENCE_EXAMPLE,
    HandedTo,
    Hush,
    understand_hand_over,
    understand_silence,
    why_not_silenced,
)
from console.screens.acknowledge import Acknowledgement, AcknowledgeScreen
from console.screens.entry import EntryScreen
from console.screens.incidents import IncidentsScreen
from console.screens.patient import PatientScreen
from console.views.cells import Incident, pressing
from gateway.reading import PatientCode, PatientId


class IncidentKeys(DoingApp):
    """The incident meant is the selected one, that of the patient shown, or the one that waits."""

    # The method names are those of console.keys.

    def action_acknowledge(self) -> None:
        """Open the answer to the page meant by this screen."""
        incident = self._to_answer()
        if incident is None:
            self.tell("No page is waiting for an answer here.")
            return

        def answered(answer: Acknowledgement | None) -> None:
            if answer is not None:
                done = f"Page {incident.page_code} is yours: the calls stop."
                self.do(lambda by: self.desk.acknowledge(answer.incident_id, answer.note, by=by), done)

        rows = {row.patient_id: row for row in self.view().rows}
        row = None if incident.patient_id is None else rows.get(incident.patient_id)
        self.push_screen(AcknowledgeScreen(incident, row.why if row else ()), answered)

    def _to_answer(self) -> Incident | None:
        match self.screen:
            case IncidentsScreen() as incidents:
                return incidents.selected
            case PatientScreen() as patient:
                return patient.incident_to_answer()
            case _:
                return self.board.incident_to_answer()

    def action_take(self) -> None:
        """Take the selected incident over."""
        incident = self._selected()
        if incident is not None:
            holder = "" if incident.holder is None else f" from {incident.holder}"
            self._about(
                f"Take over{holder}:",
                lambda number, _words, by: self.desk.take(number, by=by),
                f"Page {incident.page_code} is yours.",
            )

    def action_escalate(self) -> None:
        """Call the next person for the selected incident now."""
        self._about(
            "Call the next person now for",
            lambda number, _words, by: self.desk.escalate(number, by=by),
            "The next person is being called.",
        )

    def action_send_notice(self) -> None:
        """Tell the emergency department now."""
        self._about(
            "Tell the emergency department now about",
            lambda number, _words, by: self.desk.send_notice(number, by=by),
            "The notice is on its way.",
        )

    def action_hold_notice(self) -> None:
        """Hold the emergency department's notice, with a reason."""
        self._about(
            "Why is the ED notice held for",
            lambda number, words, by: self.desk.hold_notice(number, words, by=by),
            "The notice waits.",
            required=True,
        )

    def action_home_answered(self) -> None:
        """Put down that the home answered."""
        self._about(
            "You spoke with the home of",
            lambda number, words, by: self.desk.home_answered(number, words, by=by),
            "Put down: the home answered, and the incident is yours.",
            ending=". What did they say?",
            hint="what they said (may stay empty)",
        )

    def action_hand_over(self) -> None:
        """Open a line that says to whom the selected incident is handed."""
        screen = self.screen
        incident = self._selected()
        if incident is None or not isinstance(screen, IncidentsScreen):
            self.tell("No incident is selected.")
            return
        if incident.holder is None:
            self.tell("Nobody has it yet: answer it (a), then hand it over.")
            return

        def entered(answer: HandedTo | None) -> None:
            if answer is not None:
                done = f"{answer.person.name} is asked to take page {incident.page_code}."
                self.do(lambda by: self.desk.hand_over(incident.id, answer.person.key, by=by), done)

        self.push_screen(
            EntryScreen[HandedTo](
                f"Hand over {self._named(incident)}",
                example=HAND_OVER_EXAMPLE,
                begin="",
                understand=lambda line: understand_hand_over(
                    line, incident, None if screen.found is None else screen.found.roster
                ),
            ),
            entered,
        )

    def action_silence(self) -> None:
        """Open a line that holds the selected incident's calls back; where that is so already, ask to end it."""
        incident = self._selected()
        if incident is None:
            self.tell("No incident is selected.")
            return
        quiet = incident.silence
        if quiet is not None:
            self._about(
                f"End the silence by {quiet.by} ({quiet.why}) now for",
                lambda _number, _words, by: self.desk.end_silence(quiet.id, by=by),
                "The silence has ended: what is still wrong calls.",
            )
            return
        refusal = why_not_silenced(incident)
        if refusal is not None:
            self.tell(refusal)
            return

        def entered(answer: Hush | None) -> None:
            if answer is not None:
                self.do(lambda by: self.desk.silence(incident.id, answer.until, answer.why, by=by), answer.read_back)

        self.push_screen(
            EntryScreen[Hush](
                f"Silence {self._named(incident)}",
                example=SILENCE_EXAMPLE,
                begin="",
                understand=lambda line: understand_silence(line, incident, self.clock.now(), self.zone),
            ),
            entered,
        )

    @staticmethod
    def _named(incident: Incident) -> str:
        return f"{incident.code or 'the system'}, page {incident.page_code}"

    def _selected(self) -> Incident | None:
        return self.screen.selected if isinstance(self.screen, IncidentsScreen) else None

    def _about(
        self,
        question: str,
        deed: Callable[[int, str, str], None],
        done: str,
        *,
        ending: str = "?",
        required: bool = False,
        hint: str = "",
    ) -> None:
        incident = self._selected()
        if incident is None:
            self.tell("No incident is selected.")
            return
        self.ask(
            f"{question} {self._named(incident)}{ending}",
            lambda words, by: deed(incident.id, words, by),
            done,
            required=required,
            hint=hint,
        )

    def action_note(self) -> None:
        """Write a note: to the incident meant by this screen, or to the record of a patient who has none."""
        if isinstance(self.screen, IncidentsScreen):
            incident = self.screen.selected
            if incident is None:
                self.tell("No incident is selected.")
                return
            self._write_note(incident, incident.code or PatientCode("the system"))
            return
        meant = self.patient_meant()
        if meant is None:
            self.tell("No patient is selected.")
            return
        patient_id, code = meant
        incident = self.incident_of(patient_id)
        if incident is not None:
            self._write_note(incident, code)
            return
        self.ask(
            f"Note to the record of {code}",
            lambda words, by: self.desk.enter(patient_id, self._note_event(words), by=by),
            f"{code}: note saved in the record",
            required=True,
            hint="words",
        )

    def incident_of(self, patient_id: PatientId) -> Incident | None:
        """Return a patient's most pressing open incident."""
        return min((each for each in self.view().pages if each.patient_id == patient_id), key=pressing, default=None)

    def keep_note(self, patient_id: PatientId, code: PatientCode, text: str) -> None:
        """Save a note that was typed as a line."""
        incident = self.incident_of(patient_id)
        if incident is None:
            event = self._note_event(text)
            self.do(lambda by: self.desk.enter(patient_id, event, by=by), f"{code}: note saved in the record")
            return
        self.do(
            lambda by: self.desk.write_note(incident.id, text, by=by),
            f"{code}: note saved on page {incident.page_code}",
        )

    def _note_event(self, text: str) -> dict[str, object]:
        return {"at": self.clock.now().isoformat(), "type": "note", "text": text}

    def _write_note(self, incident: Incident, code: PatientCode) -> None:
        self.ask(
            f"Note to {code}, page {incident.page_code}",
            lambda words, by: self.desk.write_note(incident.id, words, by=by),
            f"{code}: note saved on page {incident.page_code}",
            required=True,
            hint="words",
        )
