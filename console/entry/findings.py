"""Understands what people saw: ICE answers, symptoms, neurology, the place, a clinician's grade, notes. Pure."""

from datetime import datetime, timedelta

from console.entry.line import EXAMPLES, Answer, Note, Setting, Understood, event, one_of, timed
from console.entry.moment import Asks
from console.views import wording
from monitor.timeline import CAPD_ITEMS, CAPD_MOST, CONSCIOUSNESS, HANDWRITING, OEDEMA, SEIZURES, SIGNS
from monitor.timeline import ICE_PARTS as POINTS

PLACES = {
    "home": "home",
    "travelling": "travelling",
    "ed": "emergency_department",
    "emergency": "emergency_department",
    "admitted": "admitted",
    "discharged": "discharged",
    "ended": "ended",
}
SYMPTOMS = (
    "rigors",
    "dizziness",
    "fainting",
    "confusion",
    "breathlessness",
    "chest_pain",
    "weakness",
    "headache",
    "vomiting",
    "rash",
    "seizure",
    "cannot_wake",
    "other",
)
ICE_PARTS = tuple(POINTS.items())
"""The five ICE questions and their most points (ASTCT 2019, doi:10.1016/j.bbmt.2018.12.758)."""

SYNDROMES = ("crs", "icans")
HIGHEST_GRADE = 5


def ice(words: list[str], setting: Setting) -> Answer:
    """Understand the five ICE answers, `i 4 3 1 1 0 same`, or a child's eight: `i capd 0 0 1 0 0 2 0 0`."""
    found_time = timed(words, setting)
    if isinstance(found_time, Asks):
        return found_time
    points, at = found_time
    if points and points[0].casefold() == "capd":
        return _capd(points[1:], at, setting)
    written = points.pop().casefold() if points and points[-1].casefold() in HANDWRITING else None
    if len(points) != len(ICE_PARTS):
        missing = ICE_PARTS[len(points)][0] if len(points) < len(ICE_PARTS) else "attention"
        return Asks(question=f"Five answers, please. {EXAMPLES['i']}", field=missing)
    body: dict[str, object] = {}
    for word, (name, most) in zip(points, ICE_PARTS, strict=True):
        if not word.isdecimal() or int(word) > most:
            return Asks(question=f"{name} is 0 to {most}, not {word!r}.", field=name)
        body[name] = int(word)
    said = ", ".join(f"{name} {body[name]} of {most}" for name, most in ICE_PARTS)
    if written is not None:
        body["handwriting"] = written
    compared = f"handwriting {written}" if written else "handwriting not compared with baseline (add same or changed)"
    return event("ice", at, body, f"ICE {sum(map(int, points))} of 10: {said}; {compared}", setting)


def _capd(points: list[str], at: datetime, setting: Setting) -> Answer:
    """Understand the eight CAPD items of a child under 12 in their order, or that it was unable."""
    if [each.casefold() for each in points] == ["unable"]:
        return event("capd", at, {"unable": True}, "CAPD: the child was unable", setting)
    if len(points) != len(CAPD_ITEMS):
        return Asks(
            question=f"Eight answers of 0 to {CAPD_MOST}, or unable: {', '.join(CAPD_ITEMS).replace('_', ' ')}.",
            field=CAPD_ITEMS[min(len(points), len(CAPD_ITEMS) - 1)],
        )
    for word, name in zip(points, CAPD_ITEMS, strict=True):
        if not word.isdecimal() or int(word) > CAPD_MOST:
            return Asks(question=f"{name.replace('_', ' ')} is 0 to {CAPD_MOST}, not {word!r}.", field=name)
    body = {name: int(word) for word, name in zip(points, CAPD_ITEMS, strict=True)}
    said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in body.items())
    return event("capd", at, body, f"CAPD {sum(body.values())} of {CAPD_MOST * len(CAPD_ITEMS)}: {said}", setting)


def symptom(words: list[str], setting: Setting) -> Answer:
    """Understand symptoms by name or its beginning: `y rigors`; `y none` answers all."""
    found_time = timed(words, setting)
    if isinstance(found_time, Asks):
        return found_time
    named, at = found_time
    if [each.casefold() for each in named] == ["none"]:
        return event("symptom", at, {"names": []}, "no symptoms: all earlier ones are answered", setting)
    names = []
    for word in named:
        found = one_of(word, SYMPTOMS, "symptom", "names")
        if isinstance(found, Asks):
            return found
        names.append(found)
    if not names:
        return Asks(question=EXAMPLES["y"], field="names")
    return event("symptom", at, {"names": names}, f"symptoms: {', '.join(names).replace('_', ' ')}", setting)


def place(words: list[str], setting: Setting) -> Answer:
    """Understand where the patient is: `p travelling 60`."""
    found_time = timed(words, setting)
    if isinstance(found_time, Asks):
        return found_time
    rest, at = found_time
    found = one_of(rest[0], tuple(PLACES), "place", "where") if rest else Asks(question=EXAMPLES["p"], field="where")
    if isinstance(found, Asks):
        return found
    body: dict[str, object] = {"where": PLACES[found], "expected_by": None}
    words_back = f"place: {PLACES[found].replace('_', ' ')}"
    if rest[1:]:
        minutes = rest[1].casefold().removesuffix("min").removesuffix("m")
        if found != "travelling" or len(rest) > 2 or not minutes.isdecimal():  # noqa: PLR2004 - a place and its minutes
            return Asks(question=f"What is {' '.join(rest[1:])!r}? {EXAMPLES['p']}", field="minutes")
        expected = at + timedelta(minutes=int(minutes))
        body["expected_by"] = expected.isoformat()
        words_back += f", expected by {wording.clock_time(expected, setting.zone, setting.now)}"
    if found in {"ed", "emergency", "admitted", "ended"}:
        words_back += " (home reminders stop)"
    return event("place", at, body, words_back, setting)


def grade(words: list[str], setting: Setting) -> Answer:
    """Understand a clinician's own grade, or its withdrawal: `g crs 2 Dr Berg`."""
    found_time = timed(words, setting)
    if isinstance(found_time, Asks):
        return found_time
    rest, at = found_time
    if len(rest) < 3:  # noqa: PLR2004 - syndrome, grade, name
        missing = ("syndrome", "grade", "by")[len(rest)]
        return Asks(question=f"Syndrome, grade and whose grade it is. {EXAMPLES['g']}", field=missing)
    syndrome = one_of(rest[0], SYNDROMES, "syndrome", "syndrome")
    if isinstance(syndrome, Asks):
        return syndrome
    if rest[1].casefold() != "withdrawn" and not (rest[1].isdecimal() and int(rest[1]) <= HIGHEST_GRADE):
        return Asks(question=f"A grade is 0 to {HIGHEST_GRADE}, or withdrawn; not {rest[1]!r}.", field="grade")
    grade = int(rest[1]) if rest[1].isdecimal() else None
    by = " ".join(rest[2:])
    said = f"{syndrome.upper()} grade {'withdrawn' if grade is None else grade} by {by}, beside the computed one"
    if syndrome == "crs" and grade == 0:
        said += "; this closes the open episode"
    return event("clinician_grade", at, {"syndrome": syndrome, "grade": grade, "by": by}, said, setting)


def attribution(words: list[str], setting: Setting) -> Answer:
    """Understand which sign another cause explains: `c fever infection`. It ends after 24 h by itself."""
    found_time = timed(words, setting)
    if isinstance(found_time, Asks):
        return found_time
    rest, at = found_time
    if len(rest) < 2:  # noqa: PLR2004 - the sign and its cause
        question = f"Which sign, and which cause? {EXAMPLES['c']}"
        return Asks(question=question, field="cause" if rest else "sign")
    sign = one_of(rest[0], SIGNS, "sign", "sign")
    if isinstance(sign, Asks):
        return sign
    cause = " ".join(rest[1:])
    said = f"{sign} attributed to {cause}: it does not count for the CRS grade for 24 h; urgency stays"
    return event("attribution", at, {"sign": sign, "cause": cause}, said, setting)


def note(words: list[str], setting: Setting) -> Answer:
    """Understand words for the open incident, or for the record where there is none."""
    del setting
    text = " ".join(words)
    return Note(text=text, read_back=f"note: {text}")


def void(words: list[str], setting: Setting) -> Answer:
    """Understand which line is struck out and why."""
    if len(words) < 2:  # noqa: PLR2004 - the line and the reason
        return Asks(question=f"Which line, and why? {EXAMPLES['v']}", field="why" if words else "of")
    why = " ".join(words[1:])
    said = f"strike out {words[0]} ({why}); it stays readable and the record is graded again without it"
    return Understood(event={"at": setting.now.isoformat(), "type": "void", "of": words[0], "why": why}, read_back=said)


def neuro(words: list[str], setting: Setting) -> Answer:
    """Understand neurological findings; what is not named is recorded as absent and read back so: `u seizure brief`."""
    found_time = timed(words, setting)
    if isinstance(found_time, Asks):
        return found_time
    rest, at = found_time
    body: dict[str, object] = {
        "consciousness": "spontaneous",
        "seizure": "none",
        "motor_weakness": False,
        "cerebral_edema": "none",
    }
    while rest:
        word = one_of(rest[0], (*CONSCIOUSNESS, "seizure", "weakness", "oedema", "edema"), "finding", "consciousness")
        if isinstance(word, Asks):
            return word
        rest = rest[1:]
        if word == "weakness":
            body["motor_weakness"] = True
        elif word in CONSCIOUSNESS:
            body["consciousness"] = word
        else:
            key, known = ("seizure", SEIZURES) if word == "seizure" else ("cerebral_edema", OEDEMA)
            field = "oedema" if known is OEDEMA else word
            asked = Asks(question=f"{word}: {' or '.join(known[1:])}?", field=field)
            kind = one_of(rest[0], known, word, field) if rest else asked
            if isinstance(kind, Asks):
                return kind
            body[key], rest = kind, rest[1:]
    said = (
        f"neurology: wakes {body['consciousness']}, seizure {body['seizure']}, "
        f"weakness {'yes' if body['motor_weakness'] else 'no'}, brain swelling {body['cerebral_edema']}"
    )
    return event("neuro", at, body, said, setting)
