"""What a home keeps on paper: a sheet beside the devices, and a card to show to whoever helps. Pure.

Both are words by heading, in one language; `alerts.card_paper` prints them. The sheet names no drug, because it hangs
in a kitchen; the card does, because an emergency department has to know.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from alerts.directory import Department
from alerts.home_replies import HomeWords
from alerts.home_texts import BEST_ICE, N_, SYMPTOMS, Wording
from alerts.message import Site

LEGEND = N_(
    "T temperature in Celsius (with F: Fahrenheit), S oxygen in percent, B blood pressure with both numbers, P pulse."
)
SUSPECT = N_(
    "Fever, low blood pressure, low oxygen or confusion may be cytokine release syndrome (CRS) or neurotoxicity"
    " (ICANS), and may be an infection. Do not assume only one of them."
)
WHEN = N_("Temperature, blood pressure and oxygen: when a text asks, and whenever something feels wrong.")
NEURO = N_(
    "Signs of neurotoxicity: trouble with words or writing, confusion, drowsiness, shaking, seizure. They may come"
    " without fever."
)
DRIVING = N_("No driving and no dangerous machines until the unit says that you may.")
FIVE_QUESTIONS = N_(
    "The five questions: 1 year, month, city and where you are (0-4); 2 name three things (0-3); 3 do as told (0-1);"
    " 4 write a sentence (0-1); 5 count down from 100 by tens (0-1)."
)
"""ICE as a home asks it (ASTCT 2019); the agreed place stands for the hospital."""
DANGER = ("cannot_wake", "seizure", "fainting", "breathlessness", "chest_pain", "confusion")
FEELS = ("rigors", "dizziness", "weakness", "headache", "vomiting", "rash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A title, and lines below headings."""

    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]


def home_sheet(
    site: Site,
    wording: Wording,
    words: HomeWords,
    *,
    code: str,
    department: Department | None,
    asks_ice: bool = True,
) -> Card:
    """Return the sheet for the caregiver.

    `department` is where the patient would be sent, None when not chosen. `asks_ice` is false for a child whom no text
    asks for ICE points: nurses ask CAPD.
    """
    say = wording.say
    points = (
        say(N_("When a text asks, or words or memory seem wrong, text the points: {best} is the best.")).format(
            best=BEST_ICE
        ),
        say(FIVE_QUESTIONS),
    )
    danger = ", ".join(say(SYMPTOMS[symptom]) for symptom in DANGER)
    feels = ", ".join(words.to_send[symptom] for symptom in FEELS)
    return Card(
        title=f"{say(N_('Watching over you at home'))}   {code}",
        sections=(
            (
                say(N_("Call {emergency} at once, without waiting for a text")).format(emergency=site.emergency_number),
                (f"{danger}.",),
            ),
            (
                say(N_("Measure")),
                (
                    say(WHEN),
                    say(N_("Sit for five minutes first. Measure again if a number surprises you.")),
                    say(N_("No text means that nothing is due. You may measure more often.")),
                    say(DRIVING),
                ),
            ),
            (
                say(N_("When a device fails, text the numbers")),
                (wording.example, say(LEGEND)),
            ),
            (
                say(N_("Text what you see")),
                (
                    f"{feels}.",
                    say(N_("A nurse should call you: {call}. Text ? for help.")).format(call=say("CALL")),
                    *(points if asks_ice else ()),
                ),
            ),
            (
                say(N_("When a text says: go")),
                (
                    say(N_("Go to {hospital}. Take the card and your medicines.")).format(
                        hospital=_where(department, wording)
                    ),
                    say(N_("Text {going} when you leave and {there} when you arrive.")).format(
                        going=say("GOING"), there=say("THERE")
                    ),
                ),
            ),
            (say(N_("Numbers")), _numbers(site, wording, department)),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What the card says of who carries it; None leaves a line to write it on. No name and no date of birth.

    `allergies` empty means that there are none known. `first_dose` is the day of the first dose given, else planned.
    """

    code: str
    drug: str | None = None
    first_dose: date | None = None
    weight_kg: Decimal | None = None
    allergies: tuple[str, ...] | None = None


def wallet_card(site: Site, wording: Wording, bearer: Bearer, *, department: Department | None) -> Card:
    """Return the card to show."""
    say = wording.say
    none_known = say(N_("none known"))
    allergies = None if bearer.allergies is None else ", ".join(bearer.allergies) or none_known
    first = None if bearer.first_dose is None else bearer.first_dose.isoformat()
    weight = None if bearer.weight_kg is None else wording.values(f"{bearer.weight_kg.normalize():f}")
    name, *born = say(N_("Name: {line}   Born: {line}")).format(line="_" * 24).split("   ")  # room to write in by hand
    return Card(
        title=say(N_("PLEASE READ: I am treated with a bispecific T-cell engager")),
        sections=(
            (
                say(N_("Medicine: {drug}")).format(drug=bearer.drug or "_" * 24),
                (
                    say(N_("First dose: {day}   Prescriber: {line}")).format(day=first or "_" * 12, line="_" * 20),
                    say(SUSPECT),
                    say(NEURO),
                    say(N_("Treat first: nothing on this card is a reason to wait.")),
                    say(N_("Call the unit before anything is decided: {unit}. Patient code {code}.")).format(
                        unit=site.unit_phone, code=bearer.code
                    ),
                ),
            ),
            (
                name,
                (
                    *born,
                    say(N_("Weight, kg: {weight}   Allergies: {allergies}")).format(
                        weight=weight or "_" * 6, allergies=allergies or "_" * 24
                    ),
                    say(N_("Steroids and tocilizumab given so far: {line}")).format(line="_" * 24),
                    say(DRIVING),
                ),
            ),
            (say(N_("Numbers")), _numbers(site, wording, department)),
        ),
    )


def _numbers(site: Site, wording: Wording, department: Department | None) -> tuple[str, ...]:
    say = wording.say
    lines = [
        say(N_("Unit, day and night: {unit}")).format(unit=site.unit_phone),
        say(N_("Emergency: {emergency}")).format(emergency=site.emergency_number),
    ]
    if department is not None:
        lines.append(f"{department.name}: {department.phone}")
    return tuple(lines)


def _where(department: Department | None, wording: Wording) -> str:
    if department is None:
        return wording.say("the emergency department")
    return ", ".join(part for part in (department.name, department.address) if part)
