"""Decides what a board narrowed to one team of the ward shows, and says of everybody it leaves out. Pure.

Emergencies, urgents, unanswered pages and patients of no team stay whatever the team: narrowing calms nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from console.views.cells import Group, Row
from monitor.overview import Overview

Paired = tuple[Row, Overview]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """The lines that are shown, and what is said of those that are not; empty when everybody is shown."""

    shown: tuple[Paired, ...]
    left_out: str


def teams_of(overviews: Sequence[Overview]) -> tuple[str, ...]:
    """Return the teams that have a patient, by name."""
    return tuple(sorted({each.team for each in overviews if each.team is not None}))


def next_team(present: str | None, known: Sequence[str]) -> str | None:
    """Return the team after the present one; None, which is everybody, comes after the last."""
    turn = [None, *known]
    return turn[(turn.index(present) + 1) % len(turn)] if present in turn else None


def narrow_to(team: str | None, paired: Sequence[Paired]) -> Narrowed:
    """Return what a board of one team shows; None, or a team that has nobody any more, shows everybody."""
    if team is None or all(overview.team != team for _, overview in paired):
        return Narrowed(shown=tuple(paired), left_out="")
    shown = tuple(each for each in paired if _stays(each, team))
    kept = {row.patient_id for row, _ in shown}
    hidden = [row for row, _ in paired if row.patient_id not in kept]
    unseen = sum(row.group is Group.UNSEEN for row in hidden)
    watch = sum(row.group is Group.WATCH for row in hidden)
    worse = ", ".join(words for count, words in ((unseen, f"{unseen} not seen"), (watch, f"{watch} on watch")) if count)
    among = f", among them {worse}" if worse else ""
    said = f"TEAM {team}: {len(hidden)} patients of other teams NOT SHOWN{among} (t: next team)"
    return Narrowed(shown=shown, left_out=said)


def _stays(pair: Paired, team: str) -> bool:
    row, overview = pair
    asked = row.incident is not None and row.incident.unanswered_since is not None
    return overview.team in {team, None} or row.group <= Group.URGENT or asked
