"""The code people reply with: short enough to type at night, different for any 52,900 incidents in a row."""

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
CODES = len(_LETTERS) ** 2 * 100
_SCATTER = 20_389  # coprime to CODES: neighbouring incidents get codes nobody mistakes for one another


def page_code(incident_id: int) -> str:
    """Return the code people reply with: two letters (none that looks like a digit) and two digits.

    Different for any 52,900 incidents in a row.
    """
    scattered = incident_id * _SCATTER % CODES
    letters, digits = divmod(scattered, 100)
    first, second = divmod(letters, len(_LETTERS))
    return f"{_LETTERS[first]}{_LETTERS[second]}{digits:02d}"


def id_of(code: str) -> int | None:
    """Return the remainder that every incident id with this page code leaves when divided by `CODES`."""
    try:
        number = (_LETTERS.index(code[0]) * len(_LETTERS) + _LETTERS.index(code[1])) * 100 + int(code[2:])
    except (ValueError, IndexError):
        return None
    return number * pow(_SCATTER, -1, CODES) % CODES


def is_near(one: str, other: str) -> bool:
    """Whether two codes differ by one slip of the finger: one character, or two neighbours in the wrong order."""
    wrong = [place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]]
    if len(one) != len(other) or not wrong:
        return False
    if len(wrong) == 1:
        return True
    first, second = wrong[0], wrong[-1]
    return len(wrong) == 2 and second == first + 1 and one[first : second + 1] == other[second] + other[first]  # noqa: PLR2004 - a pair
