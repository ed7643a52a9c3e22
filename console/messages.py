"""What the reading and writing threads tell the console; only handlers of these change the screen."""

from collections.abc import Sequence
from typing import Any

from textual.message import Message

from alerts.instructions import Offers
from alerts.shift_story import Shown
from console.entry.enrolment_fields import Seen, Values
from console.screens.fed import FedScreen
from console.sitting import Person, Standing
from console.views.cells import Line, Snapshot
from console.views.record import TrailLine
from gateway.reading import PatientCode, PatientId


class WardRead(Message):
    """A read of the whole ward succeeded."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot


class ScreenRead(Message):
    """A read of what one open screen shows beside the ward succeeded."""

    def __init__(self, screen: FedScreen[Any], found: object) -> None:
        super().__init__()
        self.screen = screen
        self.found = found


class ScreenUnread(Message):
    """What one open screen shows beside the ward could not be read; `sentence` says why, without values."""

    def __init__(self, screen: FedScreen[Any], sentence: str) -> None:
        super().__init__()
        self.screen = screen
        self.sentence = sentence


class ReadEnded(Message):
    """A read of the ward and of the open screens came to its end."""


class SupportRead(Message):
    """What support a patient's record says is given now; `words` is None when none was entered."""

    def __init__(self, patient_id: PatientId, words: str | None) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.words = words


class OffersRead(Message):
    """Which standing instructions may be sent to a patient's home."""

    def __init__(self, patient_id: PatientId, offers: Offers) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.offers = offers


class TrailRead(Message):
    """What the audit log holds about one patient, newest last."""

    def __init__(self, patient_id: PatientId, trail: Sequence[TrailLine]) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.trail = trail


class StandingRead(Message):
    """Whether logins exist, and whether whoever sits here may still."""

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self.standing = standing


class LetIn(Message):
    """Somebody's password was right."""

    def __init__(self, person: Person) -> None:
        super().__init__()
        self.person = person


class TurnedAway(Message):
    """Nobody was let in; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class ViewRefused(Message):
    """Somebody opened a record that they may not see."""

    def __init__(self, patient_id: PatientId, sentence: str) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.sentence = sentence


class ReadFailed(Message):
    """A read did not succeed; `sentence` says why, without identity or values."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Saved(Message):
    """What a person did is in the record."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class NotSaved(Message):
    """What a person did was refused or could not be stored; nothing changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class ShiftTaken(Message):
    """A receiving nurse took over what they read."""

    def __init__(self, shown: Shown, by: str) -> None:
        super().__init__()
        self.shown = shown
        self.by = by


class ShiftChanged(Message):
    """What was read of the shift is not how it stands; nothing was confirmed. None among `codes` is the ward."""

    def __init__(self, sentence: str, codes: Sequence[PatientCode | None]) -> None:
        super().__init__()
        self.sentence = sentence
        self.codes = tuple(codes)


class EnrolmentRead(Message):
    """What is known of an enrolment before its form is opened, and what it lacks.

    `draft` is what was typed into a form that was refused for `refused`; None for a form that nobody wrote in yet.
    """

    def __init__(
        self, seen: Seen, missing: tuple[Line, ...], *, draft: Values | None = None, refused: str = ""
    ) -> None:
        super().__init__()
        self.seen = seen
        self.missing = missing
        self.draft = draft
        self.refused = refused
