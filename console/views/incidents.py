"""Decides how the open incidents read: one line each, and everything that happened to the one that is selected. Pure.

Times are the ward's wall times; what has not arrived is said in words and never left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from alerts.ed_rungs import words
from alerts.roster import Roster
from alerts.story import Call, Happened, Reply, Story
from console.views import wording
from console.views.cells import GROUP_MARK, Group, Incident, Line, Tone

MARKS = {"emergency": Group.EMERGENCY, "urgent": Group.URGENT, "watch": Group.WATCH}
TONES = {"emergency": Tone.EMERGENCY, "urgent": Tone.URGENT}
ROLES = {"second_nurse": "second nurse", "emergency_department": "emergency department"}
KINDS = {"no_sight": "not measured", "no_answer": "no answer from the home", "technical": "technical"}
CAUSES = {
    "quiet:gateway": "the gateway is quiet",
    "deaf": "the gateway hears nobody",
    "hubs": "most hubs are gone",
    "silence": "nothing arrives",
    "mute": "texts do not go out",
}
"""Conditions that explain others, by their keys."""
WHO_WIDTH = 10
CODES_IN_A_LINE = 6
REASONS_SHOWN = 3
NOT_SAID = frozenset({"paged"})
"""What the list of calls says better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentBook:
    """What happened to each open incident, by its id, and whom one can be handed to; `roster` None: not known."""

    stories: Mapping[int, Story]
    roster: Roster | None


def incident_line(incident: Incident, now: datetime, zone: tzinfo) -> Line:
    """Return one incident as `!! P-0042     KD07 NO ONE 0:41  next: nurse voice in 0:19`."""
    mark = GROUP_MARK[MARKS.get(incident.urgency, Group.REST)]
    who = f"{mark} {incident.code or 'the system':<{WHO_WIDTH}} {incident.page_code}"
    if incident.unanswered_since is not None:
        text = f"{who} NO ONE {wording.stopwatch(now - incident.unanswered_since)}"
        tone = TONES.get(incident.urgency, Tone.WATCH)
    elif incident.holder:
        text, tone = f"{who} {_holder(incident, now, zone)}", Tone.PLAIN
    elif incident.silence is not None:
        text, tone = f"{who} silent until {wording.clock_time(incident.silence.until, zone, now)}", Tone.WATCH
    elif incident.explained_by is not None:
        text, tone = f"{who} explained: {_cause(incident.explained_by)}", TONES.get(incident.urgency, Tone.WATCH)
    else:
        text, tone = f"{who} nobody called", Tone.WATCH
    coming = _next(incident, now)
    if incident.kind == "technical":
        text += f"  {wording.one_line(incident.reason)}"
    return Line(text=f"{text}  {coming}" if coming else text, tone=tone)


def _holder(incident: Incident, now: datetime, zone: tzinfo, *, since: str = "") -> str:
    until = "" if incident.held_until is None else f" until {wording.clock_time(incident.held_until, zone, now)}"
    offered = "" if incident.offered_to is None else f", offered to {wording.one_line(incident.offered_to)}"
    return f"{wording.one_line(incident.holder or '')}{since}{until}{offered}"


def _cause(key: str) -> str:
    return CAUSES.get(key, key)


def _next(incident: Incident, now: datetime) -> str:
    if incident.next_step is None:
        return ""
    return wording.next_step(incident.next_step, None if incident.next_at is None else incident.next_at - now)


def incident_detail(
    incident: Incident, story: Story | None, now: datetime, zone: tzinfo, *, why: Sequence[str] = ()
) -> tuple[Line, ...]:
    """Return everything about one incident: what it is, who has it, what comes next, then what happened, newest first.

    `story` is None until it was read; of `why`, the reasons of the patient's assessment, the first are shown.
    """
    kind = KINDS.get(incident.kind, "")
    what = f"{incident.urgency.upper()}{f', {kind}' if kind else ''}: {wording.one_line(incident.reason)}"
    lines = [Line(text=what, tone=TONES.get(incident.urgency, Tone.PLAIN))]
    lines += [Line(text=f"- {each}") for each in why[:REASONS_SHOWN]]
    if len(why) > REASONS_SHOWN:
        lines.append(Line(text=f"- and {len(why) - REASONS_SHOWN} more: Enter opens the patient", tone=Tone.DIM))
    opened = wording.clock_time(incident.opened_at, zone, now)
    lines.append(Line(text=f"open since {opened}, for {wording.stopwatch(now - incident.opened_at)}"))
    lines += _standing(incident, story, now, zone)
    if story is None:
        return (*lines, Line(text="reading who was called", tone=Tone.UNSEEN))
    told = [
        *((each.at, 0, _call_line(each, now, zone)) for each in story.calls),
        *((each.at, 1, _reply_line(each, now, zone)) for each in story.replies),
        *((each.at, 2, _happened_line(each, now, zone)) for each in story.happened if each.what not in NOT_SAID),
    ]
    newest_first = sorted(told, key=lambda one: (one[0], one[1]), reverse=True)
    if not newest_first:
        lines.append(Line(text="nobody has been called", tone=Tone.WATCH))
    return (*lines, *(line for _, _, line in newest_first))


def _standing(incident: Incident, story: Story | None, now: datetime, zone: tzinfo) -> Iterator[Line]:
    """Say who has it, what comes next, and how the emergency department stands."""
    if incident.unanswered_since is not None:
        turn = " (staff were called before; calling began anew)" if story is not None and _called_before(story) else ""
        waited = wording.stopwatch(now - incident.unanswered_since)
        yield Line(text=f"nobody has it: unanswered {waited}{turn}", tone=TONES.get(incident.urgency, Tone.WATCH))
    elif incident.holder:
        note = f", {wording.one_line(story.accepted_note)}" if story is not None and story.accepted_note else ""
        since = "" if story is None or story.accepted_at is None else f" since {_at(story.accepted_at, now, zone)}"
        yield Line(text=f"with {_holder(incident, now, zone, since=since)}{note}", tone=Tone.CALM)
    elif incident.explained_by is None:
        yield Line(text="on the board: nobody is called about it yet", tone=Tone.WATCH)
    if incident.explained_by is not None:
        yield Line(text=f"staff are called about what explains it: {_cause(incident.explained_by)}", tone=Tone.WATCH)
    if incident.stands_for:
        homes = f"{len(incident.stands_for)} silent homes"
        yield Line(text=f"its page stands for {homes}, each for half an hour at most:", tone=Tone.URGENT)
        for at in range(0, len(incident.stands_for), CODES_IN_A_LINE):
            yield Line(text=" ".join(incident.stands_for[at : at + CODES_IN_A_LINE]), tone=Tone.URGENT)
    if incident.silence is not None:
        quiet = incident.silence
        until = wording.clock_time(quiet.until, zone, now)
        by, why = wording.one_line(quiet.by), wording.one_line(quiet.why)
        yield Line(text=f"SILENT until {until} by {by}: {why} (z ends it; anything worse calls)", tone=Tone.WATCH)
    coming = _next(incident, now)
    yield Line(text=coming or "next: nothing is planned", tone=Tone.WATCH if coming else Tone.DIM)
    if story is not None:
        yield from _department(story, now, zone)


def _department(story: Story, now: datetime, zone: tzinfo) -> Iterator[Line]:
    if story.departments:
        taken = story.departments[-1].answer == "accepted"
        said = wording.one_line(words(story.departments, zone))
        yield Line(text=f"emergency department: {said}", tone=Tone.CALM if taken else Tone.WATCH)
    elif story.ed_told_at is not None:
        yield Line(text=f"emergency department told {_at(story.ed_told_at, now, zone)}", tone=Tone.WATCH)
    elif story.ed_held_until is not None and story.ed_held_until > now:
        left = wording.stopwatch(story.ed_held_until - now)
        yield Line(text=f"emergency department: notice held, {left} left", tone=Tone.WATCH)


def _call_line(call: Call, now: datetime, zone: tzinfo) -> Line:
    """Return one call as `02:13:26 nurse Ada Berg, text: delivered 02:13:31`."""
    how = "call" if call.channel == "voice" else "text"
    who = _who(call.role, call.person)
    became, tone = _became(call, now, zone)
    return Line(text=f"{_at(call.at, now, zone)} {who}, {how}: {became}", tone=tone)


def _became(call: Call, now: datetime, zone: tzinfo) -> tuple[str, Tone]:
    """Return what became of a call, and how much that should stand out."""
    outcome = wording.one_line(call.outcome)
    if call.joined:
        return "went out with another incident's page", Tone.DIM
    match call.state:
        case "delivered":
            arrived = "" if call.arrived_at is None else f" {_at(call.arrived_at, now, zone)}"
            late = f" ({outcome})" if outcome and outcome != "delivered" else ""
            return f"delivered{arrived}{late}", Tone.CALM
        case "failed":
            return f"FAILED{f': {outcome}' if outcome else ''}", Tone.EMERGENCY
        case "sent":
            sent = "" if call.sent_at is None else f" {_at(call.sent_at, now, zone)}"
            return f"sent{sent}, {_awaited(call.receipt_by, now)}", Tone.WATCH
        case "retry":
            again = f" after: {outcome}" if outcome else ""
            return f"waits to be sent again{again}", Tone.URGENT
        case _:
            return f"not sent yet, for {wording.stopwatch(now - call.at)}", Tone.URGENT


def _awaited(receipt_by: datetime | None, now: datetime) -> str:
    if receipt_by is None:
        return "no receipt yet"
    left = receipt_by - now
    if left <= timedelta(0):
        return "NO RECEIPT in time"
    return f"no receipt yet, failed in {wording.stopwatch(left)}"


def _reply_line(reply: Reply, now: datetime, zone: tzinfo) -> Line:
    meaning = wording.one_line(reply.meaning) or "not read yet"
    said = f"pressed {reply.body}" if reply.channel == "voice" else f'"{reply.body}"'
    who = _who(reply.role or "unknown number", reply.person)
    return Line(text=f"{_at(reply.at, now, zone)} from {who}: {wording.one_line(said)} ({meaning})", tone=Tone.WATCH)


def _happened_line(happened: Happened, now: datetime, zone: tzinfo) -> Line:
    by = f" by {wording.one_line(happened.by)}" if happened.by else ""
    note = f": {wording.one_line(happened.note)}" if happened.note else ""
    return Line(text=f"{_at(happened.at, now, zone)} {wording.one_line(happened.what)}{by}{note}")


def _who(role: str, person: str | None) -> str:
    role, name = ROLES.get(role, role.replace("_", " ")), wording.one_line(person or "")
    return name if name.casefold().startswith(role.casefold()) else f"{role} {name}".strip()


def _at(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return the wall time with seconds: a ladder climbs in seconds."""
    local = at.astimezone(zone)
    day = "" if local.date() == now.astimezone(zone).date() else f"{local:%a} "
    return f"{day}{local:%H:%M:%S}"


def _called_before(story: Story) -> bool:
    """Return whether staff were called in an earlier round: it got worse since, or an acceptance ran out."""
    return any(call.at < story.began_at and call.role != "caregiver" for call in story.calls)


def heading(count: int, asking: int) -> str:
    """Return the head of the list."""
    if not count:
        return "No open incident: nobody is being called."
    waiting = f"{asking} unanswered" if asking else "every one is answered or watched"
    return f"{count} open incident{'' if count == 1 else 's'}, {waiting}; most pressing first"
