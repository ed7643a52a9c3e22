"""Remembers that somebody on this machine has seen the tour: one empty file in the user's folder for such things."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

MARK: Final = Path("stepguard") / "tour-seen"


def mark_of(environment: Mapping[str, str]) -> Path | None:
    """Return where the mark lies: in `XDG_STATE_HOME`, else in `.local/state` of the home; None without either."""
    if folder := environment.get("XDG_STATE_HOME"):
        return Path(folder) / MARK
    home = environment.get("HOME")
    return Path(home) / ".local" / "state" / MARK if home else None


def seen(mark: Path | None) -> bool:
    """Return whether the tour was seen; a folder that cannot be read says no."""
    try:
        return mark is not None and mark.exists()
    except OSError:
        return False


def remember(mark: Path | None) -> None:
    """Keep that the tour was seen. What cannot be kept costs another tour, and nothing else."""
    if mark is None:
        return
    with contextlib.suppress(OSError):
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
