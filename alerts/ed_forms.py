"""The HTML around the page: the door before it, what a department answers and enters, and what is read back. Pure.

Plain forms that work without script; every value that somebody typed is escaped.
"""

from collections.abc import Mapping, Sequence
from html import escape

from alerts.ed_access import MOST_WRONG, EdLink
from alerts.ed_entries import GRADES, INDICATIONS, MEDICINES, VASOPRESSORS, Entry
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


def bar(link: EdLink, signed: str, sentence: str = "", *, good: bool = True) -> str:
    """Return the line above the page: who reads it, what was just done, and where the answers stand."""
    kind = "" if good else ' class="error"'
    said = f'<p{kind} role="status"><b>{escape(sentence)}</b>' if sentence else ""
    accept = "" if link.accepted_at else f"{_ACCEPT} "
    state = "You have accepted this patient." if link.accepted_at else "Not answered yet."
    return (
        f'{said}<div class="bar">{accept}<a href="#answer">{"" if link.accepted_at else "Decline, "}arrived, '
        "discharged</a></div>"
        f'<p class="made">Opened by {escape(signed)}. {state} '
        '<a href="#enter">enter support or a grade</a>, <a href="?format=pdf">PDF</a>, '
        '<a href="?format=text">text</a>, <a href="?format=fhir">FHIR</a></p>'
    )


def answers(link: EdLink, key: str, elsewhere: Sequence[tuple[str, str]] = ()) -> str:
    """Return the forms with which a department answers, says where the patient is and enters what is given.

    `key` is the same for each time one rendering of the form is sent; `elsewhere` are key and name of the other
    departments, to which a patient who was accepted may be transferred.
    """
    onward = _transfer(elsewhere) if elsewhere and link.accepted_at is not None else ""
    return f'<h2 id="answer">Answer</h2>{_answer(link)}{_places(key)}{onward}{_entry(key)}'


def read_back(entry: Entry, fields: Mapping[str, Sequence[str]], signed: str) -> str:
    """Return what will be saved, said back, with the way to save it and the way back."""
    lines = "".join(f"<li><b>{escape(line)}</b>" for line in entry.lines)
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, values in fields.items()
        for value in values
        if name != "act"
    )
    body = (
        f"<h1>Is this right?</h1><p>Nothing has been saved yet.<ul>{lines}</ul><p>Signed: {escape(signed)}"
        f'<form method="post">{kept}<button name="act" value="save">Save</button></form>'
        '<form method="get"><button>Back without saving</button></form>'
    )
    return document("Is this right?", f"<main>{body}</main>")


def _answer(link: EdLink) -> str:
    if link.accepted_at is not None:
        return "<p>You have accepted this patient."
    return (
        f"{_ACCEPT}"
        '<form method="post"><label>Why you cannot take the patient'
        '<input type="text" name="reason" maxlength="120" required></label>'
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


def _entry(key: str) -> str:
    boxes = "".join(_box("vasopressor", name, name) for name in VASOPRESSORS)
    devices = "".join(_option(name, "none") for name in OXYGEN_DEVICES)
    reasons = "".join(_option(name, "hypoxia") for name in INDICATIONS)
    grades = "".join(f"<option>{grade}</option>" for grade in ("", *GRADES))
    medicines = "".join(f"<option>{name}</option>" for name in ("", *MEDICINES))
    return (
        f'<h2 id="enter">Enter what is given, and your grade</h2><form method="post">'
        f'<input type="hidden" name="key" value="{escape(key)}">'
        "<fieldset><legend>Support</legend>"
        + _box("support", "all", "This is all the support given now (what is not named is not given)")
        + boxes
        + _box("vasopressin", "yes", "vasopressin")
        + _box("fluids", "yes", "fluids for hypotension")
        + f'<label>Oxygen<select name="oxygen">{devices}</select></label>'
        '<label>Flow, L/min<input type="text" name="flow" inputmode="decimal" maxlength="6"></label>'
        f'<label>Oxygen is for<select name="indication">{reasons}</select></label></fieldset>'
        f"<fieldset><legend>Your grade (ASTCT)</legend>"
        f'<label>CRS<select name="crs">{grades}</select></label>'
        f'<label>ICANS<select name="icans">{grades}</select></label></fieldset>'
        f'<fieldset><legend>A medicine you gave</legend><label>Medicine<select name="medicine">{medicines}</select>'
        '</label><label>or another<input type="text" name="other_medicine" maxlength="80"></label>'
        '<label>Amount, mg<input type="text" name="amount_mg" inputmode="decimal" maxlength="9"></label></fieldset>'
        '<label>Minutes ago (0 is now)<input type="text" name="minutes_ago" inputmode="numeric" maxlength="4"></label>'
        '<button name="act" value="read">Read it back to me</button></form>'
    )


def _box(name: str, value: str, words: str) -> str:
    return f'<label><input type="checkbox" name="{name}" value="{escape(value)}"> {escape(words)}</label>'


def _option(value: str, chosen: str) -> str:
    mark = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(value.replace("_", " "))}</option>'
