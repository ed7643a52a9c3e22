"""One round of the watchdog: a synthetic reading, leg by leg, until its page arrives. Judged with values alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

Leg = Literal["connected", "published", "stored", "graded", "written", "sent", "received"]
LEGS: tuple[Leg, ...] = ("connected", "published", "stored", "graded", "written", "sent", "received")

WITHIN: Mapping[Leg, timedelta] = {
    "connected": timedelta(seconds=15),
    "published": timedelta(seconds=25),
    "stored": timedelta(seconds=35),
    "received": timedelta(seconds=180),
}
"""Since the round began. A hub that is slower than this to be heard makes an urgent page late; a text that is three
minutes under way is later than the second nurse of an emergency. Our own choice, 2026-11-21, unsigned."""

WORDS: Mapping[Leg, str] = {
    "connected": "the way in for hubs takes no connection",
    "published": "the way in for hubs acknowledges no reading",
    "stored": "a reading that was taken is not said to be stored",
    "received": "a reading that was stored causes no text that arrives",
}
LAST_SEEN: Mapping[Leg, str] = {
    "stored": "it was stored and not graded",
    "graded": "it was graded and caused no page",
    "written": "its page was written and not sent",
    "sent": "its page was sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A synthetic reading on its way. `legs` has the instant at which each leg was seen to be done.

    `fault` is why it cannot go on, by whoever refused it; "" while nobody did.
    """

    token: str
    began_at: datetime
    legs: Mapping[Leg, datetime] = field(default_factory=dict)
    fault: str = ""

    def reached(self, leg: Leg, at: datetime) -> "Round":
        """Return the round with a leg done; the first time counts."""
        return self if leg in self.legs else replace(self, legs={**self.legs, leg: at})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a round stands: under way, well, or lost at a leg for the reason in `text`."""

    state: Literal["under way", "well", "lost"]
    leg: Leg | None = None
    text: str = ""


def judge(one: Round, now: datetime, *, last: Leg = "received") -> Verdict:
    """Return how a round stands at `now`.

    Parameters
    ----------
    last
        The leg with which it is over: `received`, or `sent` where no account of ours can see what arrives.
    """
    if last in one.legs:
        return Verdict(state="well")
    for leg, within in WITHIN.items():
        if leg in one.legs:
            continue
        if one.fault or now - one.began_at >= within:
            return Verdict(state="lost", leg=leg, text=_lost(one, leg))
        break
    return Verdict(state="under way")


def spans_s(one: Round) -> dict[Leg, float]:
    """Return how many seconds after its beginning each leg was done."""
    return {leg: (one.legs[leg] - one.began_at).total_seconds() for leg in LEGS if leg in one.legs}


def _lost(one: Round, leg: Leg) -> str:
    if one.fault:
        return f"{WORDS[leg]}: {one.fault}"
    if leg != "received":
        return WORDS[leg]
    seen: Leg = next(one_leg for one_leg in reversed(LEGS) if one_leg in one.legs)
    return f"{WORDS[leg]}: {LAST_SEEN[seen]}"
