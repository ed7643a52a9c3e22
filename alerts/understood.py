"""What a text or a pressed key came to mean, and the answer it gets."""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts import message
from alerts.calling import Duty
from alerts.contacts import Contact
from alerts.roster import Person
from alerts.store import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A text to somebody else whom an answer concerns."""

    person: Person
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a text meant and the answer to it; no answer when the next assessment will answer."""

    meaning: str
    answer: str | None
    role: str
    person: str | None = None
    incident_id: int | None = None
    contact: Contact | None = None
    reading_id: int | None = None
    others: Sequence[Told] = ()


def told(
    person: Person,
    duty: Duty,
    meaning: str,
    sentence: str,
    *,
    code: str | None = None,
    kept: Kept | None = None,
    others: Sequence[Told] = (),
) -> Understood:
    """Return what a member of staff meant, with a sentence for them that begins with the page's `code`."""
    return Understood(
        meaning=meaning,
        answer=message.receipt_text(page_code=code, sentence=sentence, site=duty.site),
        role="staff",
        person=person.name,
        incident_id=kept.id if kept else None,
        others=others,
    )
