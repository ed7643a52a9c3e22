"""The form behind the shorthand, as a value: for every kind of entry its fields and the words they allow.

One table, read by one screen. A field holds words of the shorthand itself, so that the line and the form say the same
(`console.entry.filled`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.entry.findings import HIGHEST_GRADE, ICE_PARTS, PLACES, SYMPTOMS, SYNDROMES
from console.entry.given import DEVICES, NOT_KNOWN, PURPOSES, UNITS, VASOPRESSORS
from console.entry.line import Setting, match_word
from console.entry.own_values import BASELINE, GROUPS, NONE, SHORT_GROUPS
from monitor.timeline import (
    CAPD_ITEMS,
    CAPD_MOST,
    CONSCIOUSNESS,
    HANDWRITING,
    INDICATIONS,
    OEDEMA,
    OXYGEN_DEVICES,
    SEIZURES,
    SIGNS,
)

YES = "yes"
WHEN = "when"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    Parameters
    ----------
    words
        What it allows; empty where anything may be written.
    takes
        Other words for those, such as `nc` for a nasal cannula.
    many
        It takes several of the words, parted by blanks.
    needed
        It may not stay empty, except where the field called `unless` says yes.
    before
        The word that introduces its value in the line, such as `seizure`.
    flag
        The word of the line that says yes; the field then allows yes and no.
    spoken
        How the line says some of the words, where it says them otherwise; empty for what it leaves unsaid.
    free
        Its words are the person's own, and are kept as they were written.
    hint
        What is to be written where no list of words says so.
    offered
        Words to choose from where others may be written too.
    """

    name: str
    label: str
    words: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    many: bool = False
    needed: bool = False
    unless: str = ""
    before: str = ""
    flag: str = ""
    spoken: tuple[tuple[str, str], ...] = ()
    free: bool = False
    hint: str = ""
    offered: tuple[str, ...] = ()

    def stranger(self, value: str) -> str | None:
        """Return the first word of a value that this field does not know; None when it knows each, or takes any."""
        if not self.words or not value.strip():
            return None
        known = (*self.words, *self.takes)
        said = value.split() if self.many else [value.strip()]
        return next((each for each in said if not match_word(each, known)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of entry: its name in the record, the letter its lines begin with, what it is called, its fields.

    `begin` are the words of the line that follow the letter. `plain` says that quotation marks are just characters.
    `about` is what somebody must know before they save one.
    """

    name: str
    letter: str
    title: str
    fields: tuple[Field, ...]
    begin: tuple[str, ...] = ()
    plain: bool = False
    about: str = ""

    def field(self, name: str) -> Field | None:
        """Return the field of that name; None when this kind has none."""
        return next((each for each in self.fields if each.name == name), None)


def _flag(name: str, label: str, word: str, hint: str = "") -> Field:
    return Field(name=name, label=label, words=("no", YES), flag=word, hint=hint)


def _points(name: str, most: int) -> Field:
    words = tuple(str(point) for point in range(most + 1))
    return Field(name=name, label=name.replace("_", " "), words=words, needed=True)


_WHEN = Field(name=WHEN, label=WHEN, hint="19:10, mon 19:10, -30m; empty: now")
_AMOUNT = Field(name="amount", label="amount", needed=True, hint=f"a number; {NOT_KNOWN} where nobody knows")
_UNIT = Field(name="unit", label="unit", words=UNITS)

KINDS: tuple[Kind, ...] = (
    Kind(
        name="dose",
        letter="d",
        title="dose",
        fields=(Field(name="step", label="step", needed=True, free=True), _AMOUNT, _UNIT, _WHEN),
    ),
    Kind(
        name="medication",
        letter="m",
        title="medicine",
        fields=(
            Field(name="name", label="name", needed=True, hint="or its beginning; not listed: name!"),
            _AMOUNT,
            _UNIT,
            Field(
                name="purpose", label="given as", words=tuple(dict.fromkeys(PURPOSES.values())), takes=tuple(PURPOSES)
            ),
            _WHEN,
        ),
    ),
    Kind(
        name="support",
        letter="s",
        title="support",
        about="ALL that is given now: what is not named here has ended.",
        fields=(
            Field(
                name="oxygen",
                label="oxygen by",
                words=OXYGEN_DEVICES,
                takes=tuple(DEVICES),
                needed=True,
                spoken=(("none", ""),),
            ),
            Field(name="flow", label="litres/min", hint="a number; empty: not known"),
            Field(
                name="indication",
                label="oxygen for",
                words=INDICATIONS,
                spoken=(("hypoxia", ""), ("airway_protection", "airway")),
            ),
            Field(
                name="vasopressors",
                label="pressors",
                words=tuple(dict.fromkeys(VASOPRESSORS.values())),
                takes=tuple(VASOPRESSORS),
                many=True,
            ),
            _flag("vasopressin", "vasopressin", "vasopressin"),
            _flag("fluids", "fluids", "fluids", "for low pressure"),
            _WHEN,
        ),
    ),
    Kind(
        name="ice",
        letter="i",
        title="ICE",
        fields=(
            *(_points(name, most) for name, most in ICE_PARTS),
            Field(name="handwriting", label="handwriting", words=HANDWRITING, hint="beside the one from before"),
            _WHEN,
        ),
    ),
    Kind(
        name="capd",
        letter="i",
        begin=("capd",),
        title="CAPD of a child under 12",
        fields=(
            _flag("unable", "unable", "unable", "yes: could not be assessed, leave the rest empty"),
            *(replace(_points(name, CAPD_MOST), unless="unable") for name in CAPD_ITEMS),
            _WHEN,
        ),
    ),
    Kind(
        name="neuro",
        letter="u",
        title="neurological examination",
        about="What is left empty was looked for and is absent.",
        fields=(
            Field(name="consciousness", label="wakes", words=CONSCIOUSNESS, needed=True),
            Field(name="seizure", label="seizure", words=SEIZURES, before="seizure", spoken=(("none", ""),)),
            _flag("weakness", "weakness", "weakness", "deep focal motor weakness"),
            Field(name="oedema", label="swelling", words=OEDEMA, before="oedema", spoken=(("none", ""),)),
            _WHEN,
        ),
    ),
    Kind(
        name="symptom",
        letter="y",
        title="symptoms",
        fields=(
            Field(
                name="names",
                label="symptoms",
                words=(*SYMPTOMS, "none"),
                many=True,
                needed=True,
                hint="none: all have ended",
            ),
            _WHEN,
        ),
    ),
    Kind(
        name="place",
        letter="p",
        title="place",
        fields=(
            Field(name="where", label="where", words=tuple(dict.fromkeys(PLACES)), needed=True),
            Field(name="minutes", label="minutes", hint="travelling: until the arrival; empty: 60"),
            _WHEN,
        ),
    ),
    Kind(
        name="clinician_grade",
        letter="g",
        title="a clinician's grade",
        plain=True,
        about="It stands beside the computed one, and neither overwrites the other.",
        fields=(
            Field(name="syndrome", label="syndrome", words=SYNDROMES, needed=True),
            Field(
                name="grade",
                label="grade",
                words=(*(str(each) for each in range(HIGHEST_GRADE + 1)), "withdrawn"),
                needed=True,
            ),
            Field(name="by", label="whose", needed=True, free=True, hint="name of the clinician"),
            _WHEN,
        ),
    ),
    Kind(
        name="attribution",
        letter="c",
        title="another cause of a sign",
        plain=True,
        about="It ends by itself after 24 h, with the next dose, or when another sign turns dangerous.",
        fields=(
            Field(name="sign", label="sign", words=SIGNS, needed=True),
            Field(name="cause", label="cause", needed=True, free=True, hint="in words: urinary infection"),
            _WHEN,
        ),
    ),
    Kind(
        name="note",
        letter="n",
        title="note",
        plain=True,
        fields=(Field(name="text", label="note", needed=True, free=True, hint="words; changes no answer"),),
    ),
    Kind(
        name="baseline",
        letter="b",
        title="what is usual for this patient",
        about="What is left empty stays as it was.",
        fields=(
            *(Field(name=name, label=name, before=name, hint=f"in {own.unit}") for name, own in BASELINE.items()),
            _WHEN,
        ),
    ),
    Kind(
        name="limit",
        letter="l",
        title="own limits, set by a physician",
        plain=True,
        about="Instead of the general ones, until they end; everything relative to the baseline stays.",
        fields=(
            Field(name="group", label="of", words=tuple(GROUPS), takes=tuple(SHORT_GROUPS), needed=True),
            Field(name="urgent", label="urgent below", needed=True, hint=f"a number, or {NONE} to end them"),
            Field(name="emergency", label="emerg. below", hint="a number"),
            Field(name="until", label="until", hint="+14d, +8h or a date: 2026-12-24 (that day included)"),
            Field(name="by", label="set by", needed=True, free=True, hint="name of the physician"),
            Field(name="why", label="why", needed=True, free=True, hint="in words"),
        ),
    ),
    Kind(
        name="void",
        letter="v",
        title="strike out",
        plain=True,
        about="The line stays readable; the record is graded again without it.",
        fields=(
            Field(name="of", label="line", needed=True, free=True, hint="its number in the record, such as m12"),
            Field(name="why", label="why", needed=True, free=True, hint="in words"),
        ),
    ),
)
"""Every kind of entry, in the order in which they are offered."""


def kind_of_line(line: str) -> Kind | None:
    """Return the kind whose form stands behind a line, by its first words; None when no kind begins so."""
    words = [each.casefold() for each in line.split()]
    found = [
        each for each in KINDS if words[:1] == [each.letter] and tuple(words[1 : 1 + len(each.begin)]) == each.begin
    ]
    return max(found, key=lambda each: len(each.begin), default=None)


def kind_of_entry(name: str) -> Kind | None:
    """Return the kind of an entry of the record by its type; None for one that has no form."""
    return next((each for each in KINDS if each.name == name), None)


def next_word(field: Field, value: str, by: int) -> str:
    """Return what stands in a field once the next of its words (`by` 1, or -1 for the one before) was chosen."""
    words = field.words or field.offered
    head, blank, last = value.rpartition(" ") if field.many else ("", "", value)
    near = [index for index, word in enumerate(words) if last and word.startswith(last.casefold())]
    if last in words:
        chosen = words[(words.index(last) + by) % len(words)]
    else:
        chosen = words[near[0] if near else 0 if by > 0 else -1]
    return f"{head}{blank}{chosen}"


def fields_for(kind: Kind, setting: Setting) -> Sequence[Field]:
    """Return a kind's fields with what is known here: medicines, steps and amounts of the patient's schedule."""
    known = {WHEN: _WHEN if setting.unsaid_at is None else replace(_WHEN, hint="19:10, mon 19:10; empty: as before")}
    if kind.name == "medication":
        known["name"] = replace(kind.fields[0], offered=tuple(each.name for each in setting.medicines))
    if kind.name == "dose":
        known["step"] = _step(kind.fields[0], setting)
    return tuple(known.get(each.name, each) for each in kind.fields)


def _step(field: Field, setting: Setting) -> Field:
    if setting.drug is None or setting.schedule is None:
        return field
    steps = [step for each in setting.drug.schedules if each.id == setting.schedule for step in each.steps]
    told = dict.fromkeys(
        f"{step.name} {step.amount} {step.unit}" if step.amount is not None else step.name for step in steps
    )
    return replace(field, hint="; ".join(told), offered=tuple(dict.fromkeys(step.name for step in steps)))
