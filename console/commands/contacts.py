"""Whose telephones belong to a home, what they were asked, and whether they answered."""

import json
from typing import Annotated, Literal

import typer

from console.command import InputError
from console.commands.arguments import By, Config, Json, Patient, branch, family
from console.commands.chain_access import entitled, opened, patient
from console.commands.enrolment import Language
from gateway.permissions import Action

# The chain is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()
contact = branch("Caregivers' phone numbers of a patient.")
app.add_typer(contact, name="contact")

Bound = Annotated[str, typer.Argument(help="Their telephone number.", metavar="NUMBER")]


@contact.command(epilog="Example: stepguard contact add P-0042 --name daughter --number +4520123456 --language da")
def add(
    code: Patient,
    *,
    name: Annotated[str, typer.Option(help="What to call them on the board, such as daughter.")],
    number: Annotated[str, typer.Option(help="Telephone number with country code, +4520123456.")],
    language: Annotated[Language, typer.Option(help="Language of texts to them.")] = Language.ENGLISH,
    consent_values: Annotated[
        bool | None,
        typer.Option(
            "--consent-values/--no-consent-values",
            help="They agreed, or did not, to be texted the values they sent; default: not asked.",
        ),
    ] = None,
    letter: Annotated[
        str | None, typer.Option(help="Letter that names this home when a number belongs to two, such as A.")
    ] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Bind a caregiver's telephone to a home, and text it a code to reply with."""
    from alerts.contacts import ContactRefusedError, add_contact
    from alerts.service import site_of
    from alerts.verification_store import ask
    from gateway.people_log import note

    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                who, home, now = entitled(session, by, Action.CHANGE_CONTACTS), patient(session, code), chain.now()
                added = add_contact(
                    session,
                    home,
                    name=name,
                    number=number,
                    language=str(language),
                    consent_values=consent_values,
                    letter=letter,
                    by=who,
                    now=now,
                )
                what = {"change": "contact added", "name": name, "number": added.number, "values": consent_values}
                note(session, now, "change", f"patient:{home}", what, by=who, patient_id=home)
                ask(session, added, site_of(chain.settings), by=who, now=now)
        except ContactRefusedError as error:
            raise InputError(f"contact: {error}") from error
    typer.echo(f"texts about {code} reach {name}; the number is verified once the test text is answered")


@contact.command(epilog="Example: stepguard contact correct P-0042 +4520123456 --letter A --by ada")
def correct(
    code: Patient,
    number: Bound,
    *,
    name: Annotated[str | None, typer.Option(help="What to call them on the board from now on.")] = None,
    language: Annotated[Language | None, typer.Option(help="Language of texts to them from now on.")] = None,
    letter: Annotated[
        str | None,
        typer.Option(help="Letter that names this home when a number belongs to two, such as A; none for no letter."),
    ] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Correct what is known of a caregiver; a number that was wrong is removed, and the right one added."""
    from alerts.contacts import ContactRefusedError, bound_contact, correct_contact
    from gateway.people_log import note

    if name is None and language is None and letter is None:
        raise InputError("nothing to correct: give --name, --language or --letter")
    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                who, home, now = entitled(session, by, Action.CHANGE_CONTACTS), patient(session, code), chain.now()
                said = correct_contact(
                    session,
                    bound_contact(session, home, number),
                    name=name,
                    language=None if language is None else str(language),
                    letter="" if letter is not None and letter.casefold() == "none" else letter,
                    by=who,
                    now=now,
                )
                what = {
                    "change": "contact corrected",
                    "name": said.name,
                    "number": said.number,
                    "language": said.language,
                    "letter": said.letter,
                }
                note(session, now, "change", f"patient:{home}", what, by=who, patient_id=home)
        except ContactRefusedError as error:
            raise InputError(f"contact: {error}") from error
    letter_words = f", letter {said.letter}" if said.letter else ""
    typer.echo(f"{said.number} of {code} is {said.name}, {said.language}{letter_words}")


@contact.command(epilog="Example: stepguard contact consent P-0042 +4520123456 yes --by ada")
def consent(
    code: Patient,
    number: Bound,
    answer: Annotated[Literal["yes", "no"], typer.Argument(help="What they said.", metavar="yes|no")],
    *,
    by: By = None,
    config: Config = None,
) -> None:
    """Record whether a caregiver agrees to be texted the values they sent."""
    from alerts.contacts import ContactRefusedError, bound_contact, correct_contact
    from gateway.people_log import note

    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                who, home, now = entitled(session, by, Action.CHANGE_CONTACTS), patient(session, code), chain.now()
                bound = bound_contact(session, home, number)
                said = correct_contact(session, bound, consent_values=answer == "yes", by=who, now=now)
                what = {"change": "consent", "number": bound.number, "values": said.consent_values}
                note(session, now, "change", f"patient:{home}", what, by=who, patient_id=home)
        except ContactRefusedError as error:
            raise InputError(f"contact: {error}") from error
    typer.echo(f"{bound.name} {said.consent} to be texted values")


@contact.command(epilog="Example: stepguard contact remove P-0042 +4520123456")
def remove(
    code: Patient,
    number: Annotated[str, typer.Argument(help="The number to unbind.")],
    *,
    by: By = None,
    config: Config = None,
) -> None:
    """Unbind a telephone from a home."""
    from alerts.contacts import ContactRefusedError, remove_contact
    from gateway.people_log import note

    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                who, home = entitled(session, by, Action.CHANGE_CONTACTS), patient(session, code)
                gone = remove_contact(session, home, number)
                what = {"change": "contact removed", "name": gone.name, "number": gone.number}
                note(session, chain.now(), "change", f"patient:{home}", what, by=who, patient_id=home)
        except ContactRefusedError as error:
            raise InputError(f"contact: {error}") from error
    typer.echo(f"{gone.name} {gone.number} is not bound to {code} any more")


@contact.command(epilog="Example: stepguard contact verify P-0042 --number +4520123456 --by ada")
def verify(
    code: Patient,
    *,
    number: Annotated[str | None, typer.Option(help="One of the home's numbers; default every one.")] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Text a code to a home's telephones, at once; the reply verifies the telephone."""
    from alerts.contacts import contacts_of
    from alerts.roster_file import dialable
    from alerts.service import site_of
    from alerts.verification_store import ask

    with opened(config) as chain, chain.database.write() as session:
        who = entitled(session, by, Action.CHANGE_CONTACTS)
        bound = contacts_of(session, patient(session, code))
        asked = [one for one in bound if number is None or one.number == dialable(number)]
        if not asked:
            missing = f"no telephone is bound to {code}" if number is None else f"{number!r} is not bound to {code}"
            raise InputError(f"contact: {missing}; add it with stepguard contact add")
        for one in asked:
            ask(session, one, site_of(chain.settings), by=who, now=chain.now())
    typer.echo(f"asked {', '.join(one.name for one in asked)}")


@contact.command("list", epilog="Example: stepguard contact list P-0042 --json")
def list_contacts(code: Patient, *, as_json: Json = False, by: By = None, config: Config = None) -> None:
    """List the telephones bound to a home."""
    from alerts.contacts import contacts_of
    from alerts.verification_store import contact_checks, owner_of

    with opened(config) as chain, chain.database.read() as session:
        entitled(session, by, Action.VIEW_PATIENT)
        home = patient(session, code)
        found = contacts_of(session, home)
        checks = {one.owner: one.check for one in contact_checks(session, patient_id=home)}
    known = {one.id: checks[owner_of(one)] for one in found}
    if as_json:
        typer.echo(
            json.dumps(
                [
                    {
                        "name": one.name,
                        "number": one.number,
                        "language": one.language,
                        "consent_values": one.consent_values,
                        "consent": one.consent.replace(" ", "_"),
                        "consent_at": None if one.consent_at is None else one.consent_at.isoformat(),
                        "consent_by": one.consent_by,
                        "letter": one.letter,
                        "state": known[one.id].state,
                        "why": known[one.id].why,
                    }
                    for one in found
                ]
            )
        )
        return
    for one in found:
        values = {
            "agreed": "may be texted values",
            "refused": "refused values in texts",
            "not asked": "not asked about values: none in texts",
        }[one.consent]
        letter = f"  letter {one.letter}" if one.letter else ""
        typer.echo(f"{one.name:<16} {one.number}  {one.language}  {values}{letter}  {known[one.id]}")
    if not found:
        typer.echo(f"no telephone is bound to {code}; add one with stepguard contact add")
