"""What the rest of the house needs of a telephone network, and what can become of a message.

"Sent" means that the network took it, never that anybody has it: receipts say that, and only a human's answer
stops a ladder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, runtime_checkable

from alerts.pace import Pace

Channel = Literal["sms", "voice"]
Delivery = Literal["pending", "delivered", "undelivered"]
ACCOUNT_REFUSED = "the telephone network refuses our account"
"""How the reason of a refusal begins that every other message will meet too, until somebody mends the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One text or call. `key` is the same each time this message is tried, so that a network can drop a repeat.

    `asks_for_key`: a call that may be accepted by pressing a key. `language` is that of `body`, such as `da`.
    """

    key: str
    number: str
    channel: Channel
    body: str
    asks_for_key: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """A message that the network took reached nobody, and why; the reason names neither number nor words."""

    reason: str


Fate = Delivery | NotDelivered
"""What became of a message that was taken; "undelivered" where the network gives no reason."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The network took the message and calls it `reference`; `delivery` when it says at once what became of it."""

    reference: str
    delivery: Fate | None = None


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Nothing was sent; the same message may go through after `after`."""

    reason: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Refused:
    """The number will not be reached this way; someone else must be called now."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say whether it went out. Treated as not received: silence is worse than a duplicate."""

    reason: str


Outcome = Sent | TryAgain | Refused | Unknown


class Phone(Protocol):
    """A way to reach people. Calls may block and come from several threads at once, outside any transaction."""

    def send(self, message: Outgoing) -> Outcome:
        """Hand `message` to the network."""
        ...

    def delivery(self, reference: str) -> Fate:
        """Return what the network knows of a message it took."""
        ...


@runtime_checkable
class PhoneOfMany(Phone, Protocol):
    """A network that takes several messages at once."""

    def send_all(self, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        """Hand `messages` to the network; return what became of each, in their order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A text that somebody sent to our number: the network's `reference`, who sent what, and when."""

    reference: str
    number: str
    body: str
    at: datetime


@runtime_checkable
class PhoneWithInbox(Phone, Protocol):
    """A network that can be asked for the texts that came in, whether it told us of them or not."""

    def received_since(self, since: datetime) -> Sequence[Received]:
        """Return the texts sent to our number since then, oldest first. Raises when the network does not answer."""
        ...


@runtime_checkable
class PhoneWithLine(Phone, Protocol):
    """A network that can be asked whether it takes anything from us, without a message."""

    def line_fault(self) -> str | None:
        """Return why it would take nothing now, None when it would. Answers within seconds, and raises nothing."""
        ...


@runtime_checkable
class PhoneWithPace(Phone, Protocol):
    """A network whose carriers take only so many texts of low urgency at once."""

    @property
    def pace(self) -> Pace:
        """How many those are."""
        ...
