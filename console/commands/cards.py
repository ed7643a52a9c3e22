"""What a home keeps on paper: the sheet beside the devices and the card to show."""

from typing import Annotated

import typer

from console.commands.arguments import By, Config, Patient, family
from console.commands.chain_access import entitled, opened, patient
from console.commands.enrolment import Language
from console.commands.paper import Paper, ToFile, hand_out, refuse_unknown_page
from gateway.permissions import Action

# The chain is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()
FORMS = ("text", "pdf")


@app.command(
    epilog="Example: stepguard card P-0042 --by ada; stepguard card P-0042 --format pdf --to P-0042-card.pdf --by ada"
)
def card(
    code: Patient,
    *,
    form: Annotated[str, typer.Option("--format", help="text or pdf.", metavar="FORM")] = "text",
    to: ToFile = None,
    paper: Paper = "a4",
    language: Annotated[Language | None, typer.Option(help="Default: the first contact's, else the patient's.")] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Print the home's sheet and the card to carry."""
    from zoneinfo import ZoneInfo

    from alerts.card_paper import as_pdf, as_text
    from alerts.cards import Bearer, home_sheet, wallet_card
    from alerts.contacts import contacts_of
    from alerts.home_languages import wording_of
    from alerts.home_words import words_of
    from alerts.service import site_of
    from console.commands.ground_access import directory_for, rules_for
    from gateway.people_log import note
    from monitor.age import is_under
    from monitor.enrolment import patient_by_id
    from monitor.planned_doses_store import first_dose_of

    refuse_unknown_page(form, FORMS, paper, to)
    with opened(config) as chain:
        site, now = site_of(chain.settings), chain.now()
        rules, directory = rules_for(chain.settings), directory_for(chain.settings)
        with chain.database.write() as session:
            who, viewed = entitled(session, by, Action.VIEW_PATIENT), patient(session, code)
            note(session, now, "view", f"patient:{viewed}", {"as": "card", "form": form}, by=who, patient_id=viewed)
            enrolled, contacts = patient_by_id(session, viewed), contacts_of(session, viewed)
            first_dose_at = first_dose_of(session, viewed, rules, now)
    profile = enrolled.profile if enrolled else None
    home_language = contacts[0].language if contacts else profile.language if profile else None
    wording = wording_of(str(language) if language else home_language)
    zone = ZoneInfo(profile.timezone if profile else chain.settings.site.timezone)
    bearer = Bearer(
        code=code,
        drug=enrolled.drug if enrolled else None,
        first_dose=None if first_dose_at is None else first_dose_at.astimezone(zone).date(),
        weight_kg=profile.weight_kg if profile else None,
        allergies=profile.allergies if profile else None,
    )
    first = next(iter(directory.order(profile.departments if profile else (), now)), None)
    asks_ice = profile is None or not is_under(profile, now, rules.ice.capd_under_years)
    sheet = home_sheet(site, wording, words_of(wording.code), code=code, department=first, asks_ice=asks_ice)
    wallet = wallet_card(site, wording, bearer, department=first)
    if wording.reviewed is None:
        typer.echo(f"{wording.name} is unreviewed: have somebody who speaks it read this first", err=True)
    if form == "pdf":
        hand_out(as_pdf(sheet, wallet, now, paper=paper, language=wording.code), to)
    else:
        hand_out(as_text(sheet, wallet).encode(), to)
