"""Understands which standing instruction is to be sent, and says it in full, telephone by telephone. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.instructions import Offered, Offers
from console.entry.moment import Asks
from console.views import wording

CHANNELS = {"sms": "text to", "voice": "call to"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An instruction to be sent, and what was shown of it."""

    key: str
    shown: tuple[str, ...]
    read_back: str


def understand_instruction(line: str, offers: Offers | None) -> Chosen | Asks:
    """Return the instruction a line names, or the question; `offers` is None until it was read what there is."""
    if offers is None:
        return Asks(question="Reading what may be sent; one moment.")
    if offers.why_none:
        return Asks(question=_sentence(offers.why_none))
    named = ", ".join(f"{one.key} ({wording.one_line(one.title)})" for one in offers.offered)
    words = line.split()
    if len(words) != 1:
        return Asks(question=f"Which one? {named}")
    one = offers.by_key(words[0])
    if one is None:
        return Asks(question=f"There is no {wording.one_line(words[0])!r}. {named}")
    if not one.goes_out:
        return Asks(question=_sentence("; ".join(each.why for each in one.telephones)))
    return Chosen(key=one.key, shown=one.shown, read_back="\n".join(_in_full(one)))


def _in_full(one: Offered) -> Iterator[str]:
    """Give every word that goes out, once for all telephones that get the same: the whole must fit the dialog."""
    yield wording.one_line(one.title)
    people: dict[tuple[str, str, str], list[str]] = {}
    for each in one.telephones:
        who = wording.one_line(each.person)
        if each.words is None:
            people.setdefault(("NOT to", "", wording.one_line(each.why)), []).append(who)
        else:
            signed = f" (signed {wording.one_line(each.signed)})"
            people.setdefault((CHANNELS[each.channel], signed, each.words), []).append(who)
    for (way, signed, words), who_all in people.items():
        yield f"{way} {', '.join(who_all)}{signed}: {words}"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
