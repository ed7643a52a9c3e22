"""Understands a line about a hub: `kit-17 P-0042` puts one into a home, `kit-17 kit-18` changes them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.entry.moment import Asks
from console.views.devices import HubSight
from gateway.reading import HubName, PatientCode

PUT_EXAMPLE = "hub and patient: kit-17 P-0042"
SWAP_EXAMPLE = "the hub that leaves, the one that takes its place: kit-17 kit-18"
_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A hub to be put into a home from now on."""

    hub: HubName
    code: PatientCode
    read_back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A hub to be taken out of a home, and another to stand there instead, from now on."""

    leaves: HubName
    comes: HubName
    code: PatientCode
    read_back: str


def understand_put(line: str, hubs: Sequence[HubSight], codes: Sequence[PatientCode]) -> Put | Asks:
    """Return which hub goes into whose home, or the question."""
    words = line.split()
    if len(words) != _TWO:
        return Asks(question=PUT_EXAMPLE)
    hub = _hub(words[0], hubs)
    if isinstance(hub, Asks):
        return hub
    if hub.disabled:
        return Asks(question=f"{hub.name} is shut out: stepguard device enable {hub.name} lets it in again.")
    if hub.code is not None:
        return Asks(question=f"{hub.name} stands at {hub.code}: take it out first (u), or swap (x).")
    code = next((each for each in codes if each.casefold() == words[1].casefold()), None)
    if code is None:
        return Asks(question=f"Nobody enrolled is {words[1]!r}.")
    others = [each.name for each in hubs if each.code == code]
    beside = f", beside {', '.join(others)}" if others else ""
    return Put(hub=hub.name, code=code, read_back=f"{hub.name} stands at {code} from now on{beside}")


def understand_swap(line: str, hubs: Sequence[HubSight]) -> Swap | Asks:
    """Return which hub takes the place of which, or the question."""
    words = line.split()
    if len(words) != _TWO:
        return Asks(question=SWAP_EXAMPLE)
    leaves, comes = _hub(words[0], hubs), _hub(words[1], hubs)
    if isinstance(leaves, Asks):
        return leaves
    if isinstance(comes, Asks):
        return comes
    if leaves.code is None:
        return Asks(question=f"{leaves.name} stands in nobody's home: p puts one into a home.")
    if comes.code is not None:
        return Asks(question=f"{comes.name} stands at {comes.code}: choose a spare one.")
    if comes.disabled:
        return Asks(question=f"{comes.name} is shut out: stepguard device enable {comes.name} lets it in again.")
    said = f"{leaves.code}: {leaves.name} leaves now, {comes.name} stands there from now on"
    return Swap(leaves=leaves.name, comes=comes.name, code=leaves.code, read_back=said)


def _hub(word: str, hubs: Sequence[HubSight]) -> HubSight | Asks:
    found = next((each for each in hubs if each.name.casefold() == word.casefold()), None)
    return found or Asks(question=f"There is no hub {word!r}; stepguard device add {word} lets one in.")
