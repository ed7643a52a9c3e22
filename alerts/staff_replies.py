"""Understands what staff text back: a page code with one word, or the word alone. Guesses nothing. Pure."""

import re
from dataclasses import dataclass

from alerts.verification import OK_WORDS
from alerts.whom import NEXT_WORD

TAKE_WORDS = frozenset({"TAKE", "MINE"})
ESCALATE_WORDS = frozenset({"ESC", "ESCALATE", "NEXT"})
DECLINE_WORDS = frozenset({"NO", "DECLINE"})
HELP_WORDS = frozenset({"HELP", "INFO", "HOW"})
TO_WORD = "TO"
ACCEPT_KEY, HEAR_KEY, ESCALATE_KEY, HAND_OVER_KEY = "1", "2", "3", "4"
"""Keys of a call. The second asks for the PIN and is answered within the call; the others mean what words mean."""
WORDS_OF_A_NAME = 4
"""Longer is no name but a sentence, and a sentence is asked about."""
_CODE = re.compile(r"[A-HJ-NPR-Z]{2}[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """A text with no meaning here, and a sentence for its sender."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """They take a page they were called about; `code` is None when they did not say which."""

    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """They take a page over, whoever has it and whoever was called."""

    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """They want the next person called now."""

    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """They want somebody else to have it: `whom` is a name, a role, or NEXT, in capitals as it was written."""

    code: str | None
    whom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """They will not take what was handed to them."""

    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """They ask which words there are."""


StaffReply = Accept | Take | Escalate | HandOver | Decline | Help
_MEANINGS: tuple[tuple[frozenset[str], type[Accept | Take | Escalate | Decline]], ...] = (
    (OK_WORDS, Accept),
    (TAKE_WORDS, Take),
    (ESCALATE_WORDS, Escalate),
    (DECLINE_WORDS, Decline),
)


def read_staff(body: str) -> StaffReply | NotUnderstood:
    """Return what a member of staff means; a text with anything beside it is asked back."""
    if body.strip() == "?":
        return Help()
    words = _apart(re.findall(r"[^\W_]+", body.upper()))
    codes = [word for word in words if _CODE.fullmatch(word)]
    said = [word for word in words if not _CODE.fullmatch(word)]
    code = codes[0] if codes else None
    if len(codes) <= 1 and said:
        if said[0] == TO_WORD and 1 < len(said) <= 1 + WORDS_OF_A_NAME and words.index(TO_WORD) <= len(codes):
            return HandOver(code=code, whom=" ".join(said[1:]))
        for known, meaning in _MEANINGS:
            if known.issuperset(said):
                return meaning(code=code)
        if HELP_WORDS.issuperset(said):
            return Help()
    example = codes[0] if len(codes) == 1 else "<page code>"
    return NotUnderstood(sentence=f"Not understood. To accept reply {example} OK. For all words reply ?")


def read_key(key: str) -> Accept | Escalate | HandOver | None:
    """Return what a key pressed in a call means; None for one that means nothing."""
    meanings: dict[str, Accept | Escalate | HandOver] = {
        ACCEPT_KEY: Accept(code=None),
        ESCALATE_KEY: Escalate(code=None),
        HAND_OVER_KEY: HandOver(code=None, whom=NEXT_WORD),
    }
    return meanings.get(key)


def names_a_page(body: str) -> bool:
    """Whether a text answers a page as staff do: a page code, and a word that would mean something beside it."""
    reply = read_staff(body)
    return not isinstance(reply, NotUnderstood | Help) and reply.code is not None


def _apart(words: list[str]) -> list[str]:
    """Return the words with a code and its word told apart where no blank stands between them: `AB12OK`."""
    if len(words) == 1 and _CODE.fullmatch(words[0][:4]) and words[0][4:]:
        return [words[0][:4], words[0][4:]]
    return words
