"""What a locked board shows: who needs somebody, who has it, whether the system works. No value, no drug, no reason.

Unseen stays unseen and an emergency stays one: only what is clinical goes. Pure.
"""

from dataclasses import dataclass

from console.views.cells import COLUMNS, GROUP_TONE, Cell, Group, Row, WardView

WORDS = {
    Group.EMERGENCY: "EMERGENCY",
    Group.URGENT: "URGENT",
    Group.UNSEEN: "NOT SEEN",
    Group.WATCH: "watch",
    Group.REST: "",
}
HOLDER = COLUMNS.index("who has it")
GAP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class VeiledView:
    """The board without values. `lines` are the patients in the board's order, `groups` their groups."""

    title: Cell
    counts: str
    banners: tuple[Cell, ...]
    next_thing: Cell
    lines: tuple[Cell, ...]
    groups: tuple[Group, ...]
    asking: bool
    ring: bool


def veil(view: WardView) -> VeiledView:
    """Return the board with everything clinical taken away."""
    return VeiledView(
        title=view.title,
        counts=view.counts,
        banners=view.banners,
        next_thing=view.next_thing_veiled,
        lines=tuple(_line(row) for row in view.rows),
        groups=tuple(row.group for row in view.rows),
        asking=bool(view.asking),
        ring=view.ring,
    )


def _line(row: Row) -> Cell:
    mark, holder = row.cells[0].text, row.cells[HOLDER].text
    words = WORDS[row.group]
    parts = [f"{mark:<2} {row.code}", words, "" if holder.casefold() == words.casefold() else holder]
    tone = row.tone if row.group is not Group.REST else row.cells[COLUMNS.index("who")].tone
    return Cell(text=" ".join(part for part in parts if part), tone=tone)


def columns(view: VeiledView, width: int, height: int) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of cells that fit `width` and `height`, read downwards, then across; nothing is cut.

    Where not everybody fits, the most pressing do, and the last cell counts the rest by kind.
    """
    if not view.lines or height < 1:
        return ()
    room = max(len(line.text) for line in view.lines) + GAP
    across = max(1, width // room)
    cells = list(view.lines)
    if len(cells) > across * height:
        kept = max(0, across * height - 1)
        cells = [*cells[:kept], _rest(view.groups[kept:])]
    high = -(-len(cells) // across)
    padded = [Cell(text=f"{cell.text:<{room}}", tone=cell.tone) for cell in cells]
    return tuple(tuple(padded[at] for at in range(line, len(padded), high)) for line in range(high))


def _rest(groups: tuple[Group, ...]) -> Cell:
    """Count who does not fit; the tone is that of the most pressing among them."""
    kinds = [f"{groups.count(group)} {WORDS[group]}" for group in Group if group in groups and WORDS[group]]
    text = f"and {len(groups)} more{': ' + ', '.join(kinds) if kinds else ''}"
    return Cell(text=text, tone=GROUP_TONE[min(groups)])
