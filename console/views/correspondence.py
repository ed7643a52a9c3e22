"""Decides how one page and one text message read in a list. Pure."""

from datetime import datetime, tzinfo

from console.views import wording
from console.views.cells import Incident, Line, Text, Tone

NOT_ARRIVED = frozenset({"failed", "undelivered", "refused"})


def message_line(text: Text, now: datetime, zone: tzinfo) -> Line:
    """Return one text as `02:12 to caregiver Eva, delivered: Received ...`; failed ones stand out."""
    at = wording.clock_time(text.at, zone, now)
    role, person = (wording.one_line(part or "").replace("_", " ") for part in (text.role, text.person))
    who = person if role and person.casefold().startswith(role.casefold()) else f"{role} {person}".strip()
    if text.direction == "in":
        return Line(text=f"{at} from {who or 'an unknown number'}: {wording.one_line(text.body)}", tone=Tone.WATCH)
    bad = text.status.casefold().split(":")[0] in NOT_ARRIVED
    state = text.status.upper() if bad else text.status
    body = wording.one_line(text.body)
    return Line(text=f"{at} to {who}, {state}: {body}", tone=Tone.EMERGENCY if bad else Tone.PLAIN)


def page_line(incident: Incident, now: datetime, zone: tzinfo) -> Line:
    """Return one open page as `P-0042 EMERGENCY page K7: fever; unanswered 0:41, next: second nurse in 0:19`."""
    who = incident.code or "the system"
    text = f"{who} {incident.urgency.upper()} page {incident.page_code}: {wording.one_line(incident.reason)}; "
    if incident.unanswered_since is not None:
        text += f"unanswered {wording.stopwatch(now - incident.unanswered_since)}"
        tone = Tone.EMERGENCY if incident.urgency == "emergency" else Tone.URGENT
    elif incident.holder:
        until = "" if incident.held_until is None else f" until {wording.clock_time(incident.held_until, zone, now)}"
        text, tone = f"{text}held by {wording.one_line(incident.holder)}{until}", Tone.PLAIN
    else:
        text, tone = f"{text}on the board, nobody called", Tone.WATCH
    if incident.next_step is not None:
        left = None if incident.next_at is None else incident.next_at - now
        text += f", {wording.next_step(incident.next_step, left)}"
    return Line(text=text, tone=tone)
