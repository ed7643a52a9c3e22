"""What keys do towards a home: send it one of the site's standing instructions, after the whole text was read."""

from textual import on, work

from alerts.instructions import Offers
from console import messages
from console.entry.instruct import Chosen, understand_instruction
from console.house_keys import HouseKeys
from console.live import plain
from console.screens.entry import EntryScreen
from gateway.reading import PatientId


class HomeKeys(HouseKeys):
    """Keys that reach a home."""

    # The method names are those of console.keys.

    def action_instruct(self) -> None:
        """Open a line that names a standing instruction for the patient of this screen."""
        meant = self.patient_meant()
        if meant is None:
            self.tell("No patient is selected.")
            return
        patient_id, code = meant
        self.offers.pop(patient_id, None)

        def entered(answer: Chosen | None) -> None:
            if answer is not None:
                done = f"{code}: the instruction {answer.key} goes out to the home."
                self.do(lambda by: self.desk.instruct(patient_id, answer.key, answer.shown, by=by), done)

        self.push_screen(
            EntryScreen[Chosen](
                f"{code}: send the home a standing instruction",
                example="",
                begin="",
                understand=lambda line: understand_instruction(line, self.offers.get(patient_id)),
                whose=f"{code}: ",
                does="send",
            ),
            entered,
        )
        self.read_offers(patient_id)

    @work(thread=True, exclusive=True, group="offers")
    def read_offers(self, patient_id: PatientId) -> None:
        """Read which instructions there are for a home."""
        try:
            found = self.feed.instructions(patient_id, self.clock.now())
        except Exception as error:  # noqa: BLE001 - as in `read`
            found = Offers(drug=None, why_none=f"what may be sent cannot be read: {plain(error)}")
        self.post_message(messages.OffersRead(patient_id, found))

    @on(messages.OffersRead)
    def take_offers(self, event: messages.OffersRead) -> None:
        """Keep what may be sent, and read the open line again."""
        self.offers[event.patient_id] = event.offers
        if isinstance(self.screen, EntryScreen):
            self.screen.forget()
