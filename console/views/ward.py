"""Decides the nurse's board: title, banners, the one thing to do next, rows in order. Pure: same values, same board.

Refuses to calm: a patient nobody sees, a value too old, a ward that cannot be read never gets the calm tone, and
words always stand beside the colour.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from console.views import rows as lines
from console.views import wording
from console.views.cells import (
    COLUMNS,
    GROUP_TONE,
    STANDING_FAULTS,
    Cell,
    Group,
    Incident,
    Row,
    Snapshot,
    Tone,
    WardView,
    pressing,
    rank,
)
from console.views.correspondence import message_line
from console.views.row_book import RowBook
from console.views.rows import ice_due, ice_unanswered
from console.views.teams import narrow_to
from gateway.reading import PatientId
from monitor.overview import Overview

LISTED = 4
"""Patients named on a line that lists them; the rest are counted, and marked on their own lines."""


def ward_view(
    snapshot: Snapshot | None,
    now: datetime,
    *,
    zone: tzinfo,
    actor: str,
    failure: str | None = None,
    bell: str | None = None,
    team: str | None = None,
    book: RowBook | None = None,
) -> WardView:
    """Return the board at `now`.

    Parameters
    ----------
    snapshot : Snapshot or None
        The last successful read, however old; None when there was none yet.
    failure : str or None
        Why the present read does not succeed. While set, nothing is calm, and the ages keep growing.
    bell : str or None
        What is to be said of this console's bell; None for nothing.
    team : str or None
        The team of the ward that the board is narrowed to; None for everybody.
    book : RowBook or None
        Keeps the lines that have not changed since the last view; None to make all of them.
    """
    line = lines.row if book is None else book.row
    title = Cell(text=f"STEPGUARD  {now.astimezone(zone):%a %H:%M:%S}  {wording.one_line(actor)}")
    if snapshot is None:
        waiting = Cell(text="Reading the ward: nobody is seen until that succeeds.", tone=Tone.UNSEEN)
        banners = () if failure is None else (Cell(text=f"DATABASE UNREADABLE: {failure}", tone=Tone.EMERGENCY),)
        return WardView(
            title=title,
            counts="",
            banners=banners,
            banners_elsewhere=banners,
            next_thing=waiting,
            next_thing_veiled=waiting,
            rows=(),
        )
    ringing = () if bell is None else (Cell(text=bell, tone=Tone.URGENT),)
    pressing_now = (*_banners(snapshot, now, zone, failure), *ringing)
    by_patient = _by_patient(snapshot.incidents)
    shown = [each for each in snapshot.overviews if _on_board(each, by_patient)]
    paired = [
        (line(each, by_patient.get(each.patient_id, ()), now, zone, blind=failure is not None), each) for each in shown
    ]
    everybody = sorted(paired, key=lambda pair: lines.order(pair[0], pair[1], now))
    narrowed = narrow_to(team, everybody)
    rows = tuple(row for row, _ in narrowed.shown)
    own = [overview for _, overview in narrowed.shown]
    pages = tuple(sorted(snapshot.incidents, key=pressing))
    asking = tuple(each for each in pages if each.unanswered_since)
    return WardView(
        title=title if not _deafening(snapshot, failure) else Cell(text=title.text, tone=Tone.EMERGENCY),
        counts=_counts(shown, len(shown), asking),
        left_out=narrowed.left_out,
        banners=(*pressing_now, *_standing(snapshot)),
        banners_elsewhere=pressing_now,
        next_thing=_next_thing(snapshot, rows, own, asking, now, zone, failure, left_out=narrowed.left_out),
        next_thing_veiled=_next_thing(snapshot, rows, own, asking, now, zone, failure, veiled=True),
        rows=rows,
        asking=asking,
        pages=pages,
        texts=tuple(message_line(each, now, zone) for each in snapshot.texts),
        faults=tuple(snapshot.faults),
        ring=any(each.urgency == "emergency" for each in asking),
    )


def _by_patient(incidents: Sequence[Incident]) -> dict[PatientId, tuple[Incident, ...]]:
    found: dict[PatientId, tuple[Incident, ...]] = {}
    for each in incidents:
        if each.patient_id is not None:
            found[each.patient_id] = (*found.get(each.patient_id, ()), each)
    return found


def _on_board(overview: Overview, by_patient: Mapping[PatientId, object]) -> bool:
    """Return whether to show a patient: one whose observation ended leaves, unless an incident is still open."""
    ended = overview.assessment is not None and overview.assessment.place == "ended"
    return not ended or overview.patient_id in by_patient


def _counts(shown: Sequence[Overview], count: int, asking: Sequence[Incident]) -> str:
    home = sum(lines.is_watched(each) for each in shown)
    unseen = sum(
        lines.is_watched(each) and (each.assessment is None or each.assessment.sight.state == "blind") for each in shown
    )
    away = f"  {count - home} elsewhere" if count > home else ""
    return f"{home} home{away}  {len(asking)} need you  {unseen} unseen"


def _deafening(snapshot: Snapshot, failure: str | None) -> bool:
    return failure is not None or any(each.kind not in STANDING_FAULTS for each in snapshot.faults)


def _banners(snapshot: Snapshot, now: datetime, zone: tzinfo, failure: str | None) -> tuple[Cell, ...]:
    lines = []
    if failure is not None:
        read = f"{snapshot.read_at.astimezone(zone):%H:%M:%S}"
        old = wording.stopwatch(now - snapshot.read_at)
        lines.append(Cell(text=f"DATABASE UNREADABLE since {read} ({old} ago): {failure}", tone=Tone.EMERGENCY))
    for fault in [each for each in snapshot.faults if each.kind not in STANDING_FAULTS]:
        since = "" if fault.since is None else f" (since {wording.clock_time(fault.since, zone, now)})"
        lines.append(Cell(text=f"{fault.kind.upper()}: {wording.one_line(fault.text)}{since}", tone=Tone.EMERGENCY))
    low = [each for each in sorted(snapshot.incidents, key=pressing) if each.kind == "technical" and _is_low(each)]
    if low:
        more = f" (+{len(low) - 1} more, 2 shows all)" if len(low) > 1 else ""
        lines.append(Cell(text=f"technical: {wording.one_line(low[0].reason)}{more}", tone=Tone.DIM))
    return (*lines, *_ice_lines(snapshot.overviews, now))


def _standing(snapshot: Snapshot) -> Iterator[Cell]:
    """Yield the banners about how the site is set up."""
    for each in snapshot.faults:
        if each.kind in STANDING_FAULTS:
            yield Cell(text=f"{each.kind.upper()}: {wording.one_line(each.text)}", tone=Tone.WATCH)


def _ice_lines(overviews: Sequence[Overview], now: datetime) -> list[Cell]:
    """Return the nurse's list: who is asked ICE now, and who has not answered for too long. Nobody is paged for it."""
    unanswered = sorted(each.code for each in overviews if ice_unanswered(each))
    due = sorted(each.code for each in overviews if ice_due(each, now) and not ice_unanswered(each))
    lines = [Cell(text=f"ICE not answered, ask: {_some(unanswered)}", tone=Tone.WATCH)] if unanswered else []
    return [*lines, Cell(text=f"ICE due: {_some(due)}", tone=Tone.DIM)] if due else lines


def _some(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - LISTED} more" if len(codes) > LISTED else ""
    return f"{' '.join(codes[:LISTED])}{more}"


def _is_low(incident: Incident) -> bool:
    """Return whether nobody is called about it: the high ones are faults and pages of their own."""
    return rank(incident.urgency) < rank("urgent")


def _next_thing(
    snapshot: Snapshot,
    rows: Sequence[Row],
    shown: Sequence[Overview],
    asking: Sequence[Incident],
    now: datetime,
    zone: tzinfo,
    failure: str | None,
    *,
    veiled: bool = False,
    left_out: str = "",
) -> Cell:
    if asking:
        return _ask(asking[0], len(asking), now)
    if failure is not None:
        return Cell(text="These values are old: phone the homes that worry you, mend the database.", tone=Tone.UNSEEN)
    if rows and rows[0].group <= Group.UNSEEN:
        return _look_at(rows[0], veiled=veiled)
    if any(each.kind not in STANDING_FAULTS for each in snapshot.faults):
        return Cell(text="The system cannot see or call as it should: read the line above.", tone=Tone.UNSEEN)
    if rows and rows[0].group is Group.WATCH:
        return _look_at(rows[0], veiled=veiled)
    if not rows:
        return Cell(text="Nobody is enrolled yet: stepguard enroll --help", tone=Tone.DIM)
    calm = _calm(shown, now, zone, veiled=veiled)
    return Cell(text=f"Of those shown: {calm.text}", tone=Tone.PLAIN) if left_out else calm


def _ask(incident: Incident, waiting: int, now: datetime) -> Cell:
    waited = wording.stopwatch(now - (incident.unanswered_since or incident.opened_at))
    who = incident.code or "the system"
    text = f"{incident.urgency.upper()} unanswered {waited}  {who}  page {incident.page_code}"
    if incident.next_step is not None:
        left = None if incident.next_at is None else incident.next_at - now
        text += f"  {wording.next_step(incident.next_step, left)}"
    if waiting > 1:
        text += f"  (+{waiting - 1} more)"
    tone = Tone.EMERGENCY if incident.urgency == "emergency" else Tone.URGENT
    return Cell(text=text, tone=tone)


def _look_at(row: Row, *, veiled: bool) -> Cell:
    words = {Group.EMERGENCY: "EMERGENCY", Group.URGENT: "URGENT", Group.UNSEEN: "NOT SEEN", Group.WATCH: "watch"}
    holder = row.cells[COLUMNS.index("who has it")].text
    first = row.why[0] if row.why and not veiled else ""
    parts = [f"{row.code} {words[row.group]}", holder if holder != words[row.group] else "", first]
    return Cell(text="  ".join(part for part in parts if part), tone=GROUP_TONE[row.group])


def _calm(shown: Sequence[Overview], now: datetime, zone: tzinfo, *, veiled: bool) -> Cell:
    watched = [each for each in shown if lines.is_watched(each)]
    due = [
        (at, each.code)
        for each in watched
        if each.assessment is not None
        for at in (
            each.assessment.next_due.temperature,
            each.assessment.next_due.oximetry,
            each.assessment.next_due.blood_pressure,
        )
        if at is not None
    ]
    text = f"All {len(watched)} seen within their time."
    if due:
        at, code = min(due)
        when = wording.clock_time(at, zone, now)
        text += f" Next reading due {when} ({code})." if at >= now else f" {code} was due {when}, within its grace."
    masked = sum(each.assessment is not None and each.assessment.crs.fever_masked for each in watched)
    if masked and not veiled:
        text += f" Fever may be hidden in {masked}."
    return Cell(text=text, tone=Tone.CALM)
