"""What must be in sight whatever screen is open: the banners, and somebody else's page that nobody has answered."""

from rich.text import Text
from textual.widgets import Static

from console.views.cells import Cell, Tone, WardView
from console.widgets.paint import text_of
from gateway.reading import PatientId


class Elsewhere(Static):
    """Lines over a screen that is not the board; gone while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__(id="elsewhere")
        self._shown: list[Cell] | None = None

    def show(
        self, ward: WardView, *, but: PatientId | None = None, waiting: bool = True, unread: str | None = None
    ) -> None:
        """Paint the banners and, with `waiting`, the most pressing unanswered page that is not about patient `but`.

        `unread` says why this screen alone cannot be read at present.
        """
        lines = list(ward.banners_elsewhere)
        other = next((each for each in ward.asking if but is None or each.patient_id != but), None)
        if waiting and other is not None:
            who = other.code or "the system"
            text = f"ALSO WAITING: {who} {other.urgency.upper()} page {other.page_code}  (2: incidents)"
            lines.insert(0, Cell(text=text, tone=Tone.EMERGENCY if other.urgency == "emergency" else Tone.URGENT))
        if unread is not None:
            lines.insert(0, Cell(text=f"THIS SCREEN CANNOT BE READ, it shows what was: {unread}", tone=Tone.EMERGENCY))
        if lines == self._shown:  # nothing is laid out again for it
            return
        self._shown = lines
        self.display = bool(lines)
        self.update(Text("\n").join(text_of(each, filled=True) for each in lines))
