"""A department that was told of a patient, and what it answered. A value of the incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Answer = Literal["accepted", "declined", "transferred", "renewed", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A department that was told. `answer` None is none yet; "renewed": it got another link; "nobody": there is none.

    `by` is who answered, as they named themselves; `reason` why they declined, or where they transfer the patient;
    `onward` is the key of the department it was transferred to.
    """

    key: str
    name: str
    at: datetime
    answer: Answer | None = None
    answered_at: datetime | None = None
    by: str = ""
    reason: str = ""
    arrived_at: datetime | None = None
    onward: str = ""
