"""What the reading and writing threads tell the console; only handlers of these change the screen."""

from textual.message import Message

from console.sitting import Person, Standing
from console.views.cells import Snapshot
from console.views.record import PatientRecord
from gateway.reading import PatientId


class WardRead(Message):
    """A read of the whole ward succeeded."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot


class PatientRead(Message):
    """A read of one patient's record succeeded."""

    def __init__(self, record: PatientRecord) -> None:
        super().__init__()
        self.record = record


class SupportRead(Message):
    """What support a patient's record says is given now; `words` is None when none was entered."""

    def __init__(self, patient_id: PatientId, words: str | None) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.words = words


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
