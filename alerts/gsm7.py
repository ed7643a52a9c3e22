"""Counts what a text costs on the air. Refuses what the plain alphabet cannot carry; substitutes nothing.

The alphabet is the GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, section 6.2.1). A text is
one segment up to 160 septets, else segments of 153: seven septets go to the header that joins them. A text to a home
in a language that needs other letters is sent as UCS-2 (section 6.2.3): 70 characters, else segments of 67.
"""

BASIC = frozenset(
    "@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5\u0394_\u03a6\u0393\u039b"
    "\u03a9\u03a0\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df\u00c9 !\"#\u00a4%&'()*+,-./0123456789:;<=>?"
    "\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00c4\u00d6\u00d1\u00dc\u00a7\u00bfabcdefghijklmnopqrstuvwxyz"
    "\u00e4\u00f6\u00f1\u00fc\u00e0"
)
EXTENDED = frozenset("\f^{}\\[~]|\u20ac")
SINGLE_SEPTETS = 160
JOINED_SEPTETS = 153
SINGLE_UCS2 = 70
JOINED_UCS2 = 67


class TextRefusedError(ValueError):
    """A text that must not be sent as it is: a character outside GSM-7, or too many segments."""


def septets(text: str) -> int:
    """Return how many septets `text` takes; characters of the extension table take two.

    Raises
    ------
    TextRefusedError
        For a character outside the alphabet; the message names it.
    """
    count = 0
    for character in text:
        if character in BASIC:
            count += 1
        elif character in EXTENDED:
            count += 2
        else:
            raise TextRefusedError(f"the character {character!r} is not in the GSM-7 alphabet")
    return count


def segments(text: str) -> int:
    """Return how many segments `text` takes on the air; 0 for an empty text. Raises as `septets` does."""
    size = septets(text)
    if size <= SINGLE_SEPTETS:
        return 1 if size else 0
    # An extended character may not be cut in two, so each joined segment may waste one septet.
    filled, parts = 0, 1
    for character in text:
        width = 2 if character in EXTENDED else 1
        if filled + width > JOINED_SEPTETS:
            parts, filled = parts + 1, 0
        filled += width
    return parts


def fit(text: str, *, at_most: int) -> str:
    """Return `text` unchanged if it is GSM-7 and takes at most `at_most` segments; refuse it otherwise."""
    if not text:
        raise TextRefusedError("an empty text cannot be sent")
    if (needed := segments(text)) > at_most:
        raise TextRefusedError(f"{needed} segments where {at_most} may be sent")
    return text


def fit_air(text: str, *, at_most: int) -> str:
    """Return `text` unchanged if it takes at most `at_most` segments in the alphabet it needs; refuse it otherwise."""
    try:
        return fit(text, at_most=at_most)
    except TextRefusedError:
        if not text or is_gsm7(text):
            raise
    units = len(text.encode("utf-16-be")) // 2
    needed = 1 if units <= SINGLE_UCS2 else -(-units // JOINED_UCS2)
    if needed > at_most:
        raise TextRefusedError(f"{needed} segments where {at_most} may be sent")
    return text


def cut_air(text: str, *, at_most: int) -> str:
    """Return `text`, or as many of its words as `at_most` segments carry; refuses only an empty one."""
    while True:
        try:
            return fit_air(text, at_most=at_most)
        except TextRefusedError:
            shorter = text.rpartition(" ")[0] or text[: JOINED_UCS2 * at_most]
            if shorter in {"", text}:
                raise
            text = shorter


def is_gsm7(text: str) -> bool:
    """Whether the plain alphabet carries every character of `text`."""
    return all(character in BASIC or character in EXTENDED for character in text)
