"""The HTML around the page: the door before it, what a department answers and enters, and what is read back. Pure.

Plain forms that work without script; every value that somebody typed is escaped.
"""

from collections.abc import Iterable, Sequence
from html import escape

from alerts.ed_access import MOST_WRONG, EdLink
from alerts.ed_entries import GRADES, INDICATIONS, MEDICINES, VASOPRESSORS, Entry, Fields, first
from alerts.ed_html import calls_list, document, urgency_badge
from monitor.timeline import OXYGEN_DEVICES

Calls = tuple[tuple[str, str], ...]
ROLES = ("emergency physician", "nurse", "intensive care physician", "pharmacist", "other")
_TITLE = "Handover"
_ACCEPT = '<form method="post"><button name="act" value="accept">Accept the patient</button></form>'


def door(*, code: str, urgency: str, calls: Calls, sentence: str = "", name: str = "", role: str = "") -> str:
    """Return what stands before the page: code, urgency and numbers to call, and the form that opens it."""
    said = f'<p class="error" role="alert">{escape(sentence)}' if sentence else ""
    roles = "".join(_option(each, role) for each in ROLES)
    body = (
        f"<h1>{urgency_badge(urgency)} {escape(code)}</h1>{said}"
        "<p>A patient of ours may be coming to you. Who you are and the 6-digit code open what you need to know."
        '<form method="post"><input type="hidden" name="act" value="open">'
        f'<label>Your name<input type="text" name="name" value="{escape(name)}" autocomplete="name" required'
        ' maxlength="80"></label>'
        f'<label>Your role<select name="role">{roles}</select></label>'
        "<label>6-digit code (spoken in our call, or in a second text)"
        '<input type="text" name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="12">'
        "</label><button>Open</button></form>"
        f"<p>No code? Call us:{calls_list(calls)}"
    )
    return document(f"{code} {urgency}", f"<main>{body}</main>")


def closed(sentence: str, calls: Calls) -> str:
    """Return what is shown where nothing opens: a sentence and the numbers to call."""
    return document(_TITLE, f"<main><h1>{_TITLE}</h1><p>{escape(sentence)}{calls_list(calls)}</main>")


def wrong_code(left: int) -> str:
    """Return the sentence after a wrong code."""
    if left <= 0:
        return locked()
    return f"Wrong code. {left} of {MOST_WRONG} tries left; then the link locks and our nurse is told."


def locked() -> str:
    """Return the sentence for a link that wrong codes locked."""
    return "This link is locked after too many wrong codes. Our nurse has been told. Call us now:"


def bar(
    link: EdLink, signed: str, sentence: str = "", *, good: bool = True, kept: bool = False, others: Sequence[str] = ()
) -> str:
    """Return the lines above the page: who reads it, what was just done, and where the answers stand.

    `kept` is whether the form below holds what was typed; `others` is what other departments answered.
    """
    kind = ' role="status"' if good else ' class="error" role="alert"'
    back = ' <a href="#enter">What you typed stands below.</a>' if kept else ""
    said = f"<p{kind}><b>{escape(sentence)}</b>{back}" if sentence else ""
    accept = "" if link.accepted_at else f"{_ACCEPT} "
    state = "You have accepted this patient." if link.accepted_at else "Not answered yet."
    elsewhere = "".join(f"<p>{escape(line)}" for line in others)
    return (
        f'{said}<div class="bar">{accept}<a href="#answer">{"" if link.accepted_at else "Decline, "}arrived, '
        "discharged</a></div>"
        f'<p class="made">Opened by {escape(signed)}. {state}'
        '<p class="ways"><a href="#enter">Enter support or a grade</a> <a href="?format=pdf">PDF</a> '
        f'<a href="?format=text">text</a> <a href="?format=fhir">FHIR</a>{elsewhere}'
    )


def answers(
    link: EdLink,
    key: str,
    elsewhere: Sequence[tuple[str, str]],
    *,
    expected: bool,
    typed: Fields,
) -> str:
    """Return the forms with which a department answers, says where the patient is and enters what is given.

    Parameters
    ----------
    key
        The same for each time one rendering of the form is sent.
    elsewhere
        Key and name of the other departments, to which a patient who was accepted may be transferred.
    expected
        Whether the department accepted a patient who has not arrived: it may still decline.
    typed
        What was typed before into the last form, and was not saved.
    """
    onward = _transfer(elsewhere) if elsewhere and link.accepted_at is not None else ""
    return f'<h2 id="answer">Answer</h2>{_answer(link, expected=expected)}{_places(key)}{onward}{_entry(key, typed)}'


def read_back(code: str, entry: Entry, fields: Fields, signed: str) -> str:
    """Return what will be saved of the patient `code`, said back, with the way to save it and the way back."""
    lines = "".join(f"<li><b>{escape(line)}</b>" for line in entry.lines)
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, values in fields.items()
        for value in values
        if name != "act"
    )
    minutes = first(fields, "minutes_ago")
    when = f"{minutes} minutes ago" if minutes.strip("0") else "now"
    body = (
        f"<h1>{escape(code)}: is this right?</h1><p>Nothing has been saved yet.<ul>{lines}</ul>"
        f"<p>When: {escape(when)}<p>Signed: {escape(signed)}"
        f'<form method="post">{kept}<button name="act" value="save">Save</button>'
        '<button name="act" value="change">Back without saving</button></form>'
    )
    return document(f"{code}: is this right?", f"<main>{body}</main>")


def _answer(link: EdLink, *, expected: bool) -> str:
    if link.accepted_at is None:
        return f"{_ACCEPT}{_decline('Why you cannot take the patient')}"
    return "<p>You have accepted this patient." + (_decline("Why you cannot after all") if expected else "")


def _decline(why: str) -> str:
    return (
        f'<form method="post"><label>{why}<input type="text" name="reason" maxlength="120" required></label>'
        '<button name="act" value="decline">Decline: the next department is told at once</button></form>'
    )


def _places(key: str) -> str:
    buttons = (
        ("arrived", "The patient has arrived"),
        ("admitted", "Admitted to a ward"),
        ("discharged", "Discharged home: home monitoring resumes"),
    )
    shown = "".join(f'<button name="where" value="{word}">{words}</button>' for word, words in buttons)
    hidden = f'<input type="hidden" name="act" value="move"><input type="hidden" name="key" value="{escape(key)}">'
    return f'<form method="post">{hidden}{shown}</form>'


def _transfer(elsewhere: Sequence[tuple[str, str]]) -> str:
    chosen = "".join(f'<option value="{escape(key)}">{escape(name)}</option>' for key, name in elsewhere)
    return (
        f'<form method="post"><label>The patient goes on to<select name="to">{chosen}</select></label>'
        '<button name="act" value="transfer">Transfer: the department there is told at once</button></form>'
    )


def _entry(key: str, typed: Fields) -> str:
    boxes = "".join(_box("vasopressor", name, name, typed) for name in VASOPRESSORS)
    return (
        f'<h2 id="enter">Enter what is given, and your grade</h2><form method="post">'
        f'<input type="hidden" name="key" value="{escape(key)}">'
        "<fieldset><legend>Support</legend>"
        + _box("support", "all", "This is all the support given now (what is not named is not given)", typed)
        + boxes
        + _box("vasopressin", "yes", "vasopressin", typed)
        + _box("fluids", "yes", "fluids for hypotension", typed)
        + _choice("oxygen", "Oxygen", OXYGEN_DEVICES, typed, "none")
        + _line("flow", "Flow, L/min", typed, 'inputmode="decimal" maxlength="6"')
        + _choice("indication", "Oxygen is for", INDICATIONS, typed, "hypoxia")
        + "</fieldset><fieldset><legend>Your grade (ASTCT)</legend>"
        + _choice("crs", "CRS", ("", *GRADES), typed)
        + _choice("icans", "ICANS", ("", *GRADES), typed)
        + "</fieldset><fieldset><legend>A medicine you gave</legend>"
        + _choice("medicine", "Medicine", ("", *MEDICINES), typed)
        + _line("other_medicine", "or another", typed, 'maxlength="80"')
        + _line("amount_mg", "Amount, mg", typed, 'inputmode="decimal" maxlength="9"')
        + "</fieldset>"
        + _line("minutes_ago", "Minutes ago (0 is now)", typed, 'inputmode="numeric" maxlength="4"')
        + '<button name="act" value="read">Read it back to me</button></form>'
    )


def _box(name: str, value: str, words: str, typed: Fields) -> str:
    mark = " checked" if value in typed.get(name, ()) else ""
    return (
        f'<label class="box"><input type="checkbox" name="{name}" value="{escape(value)}"{mark}>{escape(words)}</label>'
    )


def _line(name: str, words: str, typed: Fields, how: str) -> str:
    return f'<label>{words}<input type="text" name="{name}" value="{escape(first(typed, name))}" {how}></label>'


def _choice(name: str, words: str, options: Iterable[str], typed: Fields, otherwise: str = "") -> str:
    chosen = first(typed, name) or otherwise
    return f'<label>{words}<select name="{name}">{"".join(_option(each, chosen) for each in options)}</select></label>'


def _option(value: str, chosen: str) -> str:
    mark = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(value.replace("_", " "))}</option>'
