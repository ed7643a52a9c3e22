"""What keys do with an enrolment and with the calendar of planned doses."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from textual import on, work

from alerts.roster_file import dialable
from console import messages
from console.entry.enrolment import Enrolling, understand_enrolment
from console.entry.enrolment_fields import Seen, Values, fields_of
from console.entry.enrolment_reading import EnrolmentSetting
from console.entry.fields import Field
from console.entry.moment import Asks
from console.entry.planned import PLANNED_EXAMPLE, Planning, PlanSetting, understand_planned
from console.entry_keys import EntryKeys
from console.live import plain
from console.ports import RefusedError
from console.screens.enrol import EnrolScreen
from console.screens.entry import EntryScreen
from console.screens.patient import PatientScreen
from console.views.enrolment import missing_lines
from gateway.reading import PatientId
from monitor.rulebook import load_rules


class EnrolmentKeys(EntryKeys):
    """Enrolling begins at the board; on a patient's screen the same form corrects."""

    # The method names are those of console.keys.

    def action_enrol(self) -> None:
        """Read what is known, then open the form."""
        self.read_enrolment(self.screen.patient_id if isinstance(self.screen, PatientScreen) else None)

    @work(thread=True, exclusive=True, group="enrolment")
    def read_enrolment(self, patient_id: PatientId | None) -> None:
        """Read what the form begins with."""
        try:
            seen, checklist = self.feed.enrolment(patient_id, self.clock.now())
        except Exception as error:  # noqa: BLE001 - as in `read`
            self.post_message(messages.NotSaved(f"The enrolment cannot be read: {plain(error)}"))
            return
        missing = () if checklist is None else missing_lines(checklist)
        self.post_message(messages.EnrolmentRead(seen, missing))

    @on(messages.EnrolmentRead)
    def open_enrolment(self, event: messages.EnrolmentRead) -> None:
        """Open the form; what was asked for at another screen meanwhile is not covered by it.

        A form that was refused opens again as it was typed.
        """
        seen = event.seen
        here = self.screen.patient_id if isinstance(self.screen, PatientScreen) else None
        if here != seen.patient_id or (here is None and self.screen is not self.board):
            return

        def entered(answer: Enrolling | None) -> None:
            if answer is not None:
                done = f"{answer.code} is {'enrolled' if seen.code is None else 'corrected'}."
                self.do(lambda by: save(answer, by), done)

        def save(answer: Enrolling, by: str) -> None:
            try:
                self.desk.enrol(answer, by=by)
            except Exception as error:
                why = str(error) if isinstance(error, RefusedError) else plain(error)
                self.post_message(messages.EnrolmentRead(seen, event.missing, draft=form.agreed, refused=why))
                raise

        def fields(drug: str) -> Iterator[Field]:
            return fields_of(seen, self.catalogue, drug)

        def understand(values: Values) -> Enrolling | tuple[Asks, ...]:
            return understand_enrolment(values, self._enrolment_setting(seen))

        form = EnrolScreen(
            seen, fields=fields, understand=understand, missing=event.missing, draft=event.draft, refused=event.refused
        )
        self.push_screen(form, entered)

    def _enrolment_setting(self, seen: Seen) -> EnrolmentSetting:
        return EnrolmentSetting(
            now=self.clock.now(),
            seen=seen,
            catalogue=self.catalogue,
            dialable=dialable,
            adult_from_years=load_rules().adult_from_years,
        )

    def action_plan_doses(self) -> None:
        """Open a line that changes the calendar of the patient shown."""
        screen = self.screen
        if not isinstance(screen, PatientScreen) or screen.found is None or screen.found.overview is None:
            self.tell("The record is not read yet.")
            return
        patient_id, code, overview = screen.patient_id, screen.code, screen.found.overview

        def understand(line: str) -> Planning | Asks:
            calendar = screen.found.planned if screen.found is not None else None
            if calendar is None:
                return Asks(question="Reading the calendar; one moment.")
            return understand_planned(
                line,
                PlanSetting(
                    now=self.clock.now(),
                    zone=ZoneInfo(overview.timezone),
                    drug=self.catalogue.find(overview.drug),
                    schedule=overview.schedule,
                    calendar=calendar,
                ),
            )

        def entered(answer: Planning | None) -> None:
            if answer is not None:
                done = f"{code}: {answer.read_back}"
                self.do(lambda by: self.desk.plan_doses(patient_id, answer.events, by=by), done)

        self.push_screen(
            EntryScreen[Planning](
                f"{code}: planned doses, by the clocks of the home",
                example=PLANNED_EXAMPLE,
                begin="",
                understand=understand,
                whose=f"{code}: ",
            ),
            entered,
        )
