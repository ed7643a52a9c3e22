"""Decides what the charts of a patient show: four vital signs over one axis, and what happened under them. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import pairwise

from console.views import wording
from console.views.axis import Axis, Span, axis_of, clock_labels, dose_labels
from console.views.cells import Cell, Tone
from console.views.chart import DOUBTFUL, LABEL_WIDTH, LEGEND, NOT_GRADED, POINT, Chart, Dot, Gap, Limit
from console.views.chart import draw as draw_chart
from console.views.lanes import Bar, Mark, bar_lane, mark_lane, onset_lanes
from console.views.record import PatientRecord
from console.views.rows import value_tone
from monitor.dossier import Dossier
from monitor.handover_vitals import TEXTED
from monitor.overview import Measured, OnsetCurve, Overview, Point
from monitor.thresholds import Threshold

LETTERS = {"dose": "D", "medication": "m", "support": "s", "symptom": "y", "ice": "i", "capd": "i", "neuro": "i"}
PLANNED = "d"
MARKS_LEGEND = "D dose  d planned  m medicine  s support  y symptom  i ICE  + several  masked: fever may be hidden"
PLACE_FILL = {"home": "·", "discharged": "·", "travelling": ">", "emergency_department": "+", "admitted": "="}
HIDING_LANES = 3
"""Rows of fever-hiding medicines; of more than so many the last share a row."""

LEAST_CHART = 5
"""Rows of a chart: a heading, three lines of limits and one below them."""

WIDE = 90
"""From this width on the onset is drawn two rows high."""

_SIDES = {"at_or_above": ">=", "at_or_below": "<=", "below": "<"}
_TONES = {"urgent": Tone.URGENT, "emergency": Tone.EMERGENCY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """What to draw: the charts, the letters and bars under them, the onset of the dose whose window is told."""

    axis: Axis
    zone: tzinfo
    charts: tuple[Chart, ...]
    marks: tuple[Mark, ...]
    hiding: tuple[tuple[Bar, ...], ...]
    places: tuple[Bar, ...]
    curve: OnsetCurve | None
    dose_at: datetime | None


def trends(
    record: PatientRecord, overview: Overview, behind: Dossier, span: Span, now: datetime, zone: tzinfo
) -> Trends:
    """Return what the charts show at `now` over a span."""
    axis = axis_of(span, now, overview.dose_at)
    return Trends(
        axis=axis,
        zone=zone,
        charts=tuple(_charts(record, overview, behind, axis)),
        marks=tuple(_marks(record)),
        hiding=_hiding(behind, axis, now, zone),
        places=tuple(_places(behind, axis)),
        curve=overview.curve,
        dose_at=overview.dose_at,
    )


def draw(shown: Trends, width: int, height: int) -> list[tuple[Cell, ...]]:
    """Return rows of cells, each `width` characters: at least as high as everything needs, else `height`."""
    columns = max(1, width - LABEL_WIDTH)
    below = list(_below(shown, width, columns))
    room = max(LEAST_CHART * len(shown.charts), height - len(below))
    share, rest = divmod(room, len(shown.charts))
    rows: list[tuple[Cell, ...]] = []
    for index, chart in enumerate(shown.charts):
        rows += draw_chart(chart, width, share + (1 if index < rest else 0))
    return rows + below


def least_height(shown: Trends, width: int) -> int:
    """Return how many rows everything needs: what stands below, and the smallest charts."""
    return LEAST_CHART * len(shown.charts) + len(list(_below(shown, width, max(1, width - LABEL_WIDTH))))


def _below(shown: Trends, width: int, columns: int) -> Iterator[tuple[Cell, ...]]:
    margin = Cell(text=" " * LABEL_WIDTH, tone=Tone.DIM)
    yield (margin, Cell(text=clock_labels(shown.axis, columns, shown.zone), tone=Tone.DIM))
    yield mark_lane("given", shown.marks, shown.axis, width)
    for bars in shown.hiding:
        yield bar_lane("masked", bars, shown.axis, width, tone=Tone.WATCH)
    yield bar_lane("where", shown.places, shown.axis, width, tone=Tone.DIM)
    yield from onset_lanes(shown.curve, shown.dose_at, shown.axis, width, rows=2 if width >= WIDE else 1)
    if shown.dose_at is not None:
        yield (Cell(text=f"{'dose':<{LABEL_WIDTH}}", tone=Tone.DIM), _dose_row(shown, columns))
    for line in _wrapped(f"{LEGEND}  {MARKS_LEGEND}", width):
        yield (Cell(text=f"{line:<{width}}", tone=Tone.DIM),)


def _wrapped(legend: str, width: int) -> Iterator[str]:
    """Return the legend in lines; no sign is parted from its meaning."""
    line = ""
    for sign in legend.split("  "):
        longer = f"{line}  {sign}" if line else sign
        if len(longer) > width:
            yield line
            longer = sign[:width]
        line = longer
    yield line


def _dose_row(shown: Trends, columns: int) -> Cell:
    dose_at = shown.dose_at or shown.axis.now
    return Cell(text=dose_labels(shown.axis, columns, dose_at), tone=Tone.DIM)


def _charts(record: PatientRecord, overview: Overview, behind: Dossier, axis: Axis) -> Iterator[Chart]:
    held, normal = behind.thresholds, behind.thresholds.baseline
    for title, group, lines, usual, measured, low, high in (
        ("temperature C", "temperature", held.temperature, normal.temperature_c, overview.temperature, 36.0, 40.0),
        ("systolic mmHg", "blood_pressure", held.systolic, normal.systolic_mmhg, overview.blood_pressure, 80.0, 140.0),
        ("SpO2 %", "oximetry", held.spo2, normal.spo2_pct, overview.oximetry, 90.0, 100.0),
        ("pulse /min", "pulse", held.pulse, normal.pulse_bpm, overview.pulse, 50.0, 130.0),
    ):
        points = [each for each in record.history.points if each.group == group and each.values]
        yield Chart(
            title=title,
            newest=_newest(measured, axis.now, celsius=group == "temperature"),
            remarks=_remarks(measured, points),
            axis=axis,
            low=low,
            high=high,
            dots=tuple(_dots(points, lines)),
            limits=tuple(_limits(lines, usual)),
            gaps=tuple(_gaps(points, measured, axis, behind)),
        )


def _newest(measured: Measured | None, now: datetime, *, celsius: bool) -> Cell:
    if measured is None:
        return Cell(text="never measured", tone=Tone.UNSEEN)
    site = f" {measured.site}" if measured.site else ""
    return Cell(text=f"{wording.aged_value(measured, now, celsius=celsius)}{site}", tone=value_tone(measured))


def _remarks(measured: Measured | None, points: Sequence[Point]) -> str:
    """Say what the marks of the newest value stand for, and that no device sent it; empty where it has none."""
    if measured is None:
        return ""
    doubts = [f"doubtful: {', '.join(each.replace('_', ' ') for each in measured.doubts)}"] if measured.doubts else []
    typed = any(point.by_text and point.at == measured.measured_at for point in points)
    stale = [] if measured.fresh else ["too old to grade with"]
    return "; ".join((*([TEXTED] if typed else []), *doubts, *stale))


def _limits(lines: Sequence[Threshold], usual: Decimal | None) -> Iterator[Limit]:
    for each in lines:
        words = f"{each.rank} {_SIDES[each.side]}{each.value.normalize():f}"
        why = "" if each.why == "rules" else f" ({each.why})"
        yield Limit(value=float(each.value), tone=_TONES[each.rank], kind=each.rank, words=words, why=why)
    if usual is not None and all(usual != each.value for each in lines):
        yield Limit(value=float(usual), tone=Tone.DIM, kind="baseline", words=f"baseline {usual:f}")


def _dots(points: Iterable[Point], lines: Sequence[Threshold]) -> Iterator[Dot]:
    for each in points:
        character = NOT_GRADED if not each.graded else DOUBTFUL if each.remark else POINT
        tone = Tone.PLAIN
        for line in lines:
            if each.graded and line.reached_by(each.values[0]):
                tone = _TONES[line.rank] if tone is not Tone.EMERGENCY else tone
        yield Dot(at=each.at, value=float(each.values[0]), character=character, tone=tone)


def _gaps(points: Sequence[Point], newest: Measured | None, axis: Axis, behind: Dossier) -> Iterator[Gap]:
    seen = [each.at for each in points if each.graded]
    for before, after in pairwise(seen):
        if after - before > behind.unseen_after:
            yield Gap(start=before, end=after, words=f"no value for {wording.span(after - before)}")
    if newest is None or not seen:
        yield Gap(start=axis.start, end=axis.now, words="no value")
    elif not newest.fresh or axis.now - seen[-1] > behind.unseen_after:
        yield Gap(start=seen[-1], end=axis.now, words=f"no value since {wording.age(axis.now - seen[-1])}")
    if seen and seen[0] - axis.start > behind.unseen_after:
        yield Gap(start=axis.start, end=seen[0], words="no value")


def _marks(record: PatientRecord) -> Iterator[Mark]:
    for entry in record.history.entries:
        if entry.kind in LETTERS and not entry.voided:
            yield Mark(at=entry.at, letter=LETTERS[entry.kind])
    for planned in record.planned.entries:
        if planned.open:
            yield Mark(at=planned.due, letter=PLANNED)


def _hiding(behind: Dossier, axis: Axis, now: datetime, zone: tzinfo) -> tuple[tuple[Bar, ...], ...]:
    """Return a row of bars for each medicine that hides fever within the stretch shown, the newest first."""
    rows: dict[str, list[Bar]] = {}
    for each in behind.taken:
        until = each.hides_fever_until
        if until is None or until <= axis.start or each.at >= axis.end:
            continue
        name = wording.one_line(each.name)
        words = f" {name} until {wording.clock_time(until, zone, now)} "
        bar = Bar(start=each.at, end=until, character="━" if until > now else "╍", words=words)
        rows.setdefault(name if len(rows) < HIDING_LANES else next(reversed(rows)), []).insert(0, bar)
    return tuple(tuple(bars) for bars in rows.values())


def _places(behind: Dossier, axis: Axis) -> Iterator[Bar]:
    """Return where the patient was, until now; before the first entry they were at home."""
    changes = [(axis.start, "home"), *((each.at, each.where) for each in behind.stays)]
    for (start, where), (end, _) in pairwise([*changes, (axis.now, "")]):
        known: dict[str, str] = {str(key): value for key, value in wording.PLACES.items()}
        words = f" {known.get(where, where)} "
        yield Bar(start=start, end=max(start, end), character=PLACE_FILL.get(where, "·"), words=words)
