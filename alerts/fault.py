"""Describes an error for the log without the values it was about: a rendered traceback may show local names."""

import traceback
from pathlib import Path


def where(error: BaseException) -> str:
    """Return the class of `error` and the places it passed, innermost first: `KeyError in store.py:120 < cycle.py:98`.

    Its message is left out: it may quote what a person sent.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)]
    return f"{type(error).__name__} in {' < '.join(places) or 'an unknown place'}"
