"""The drug catalogue in the terminal: no number without its source and confidence."""

import difflib
from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from console.command import InputError
from console.commands.arguments import Config, Json, family
from console.commands.chain_access import read_settings
from console.commands.ground_access import rules_for
from console.views.cited_text import NOT_KNOWN, SURENESS
from console.views.drug_page import drug_page
from monitor.catalogue import Drug, normalise
from monitor.catalogue_origin import origins
from monitor.onset import OnsetRow
from monitor.rules import Rules

app = family()


@app.command(
    epilog="Example: stepguard drugs (the list); stepguard drugs teclistamab (the page to check against the label);"
    " stepguard drugs Columvi --json"
)
def drugs(
    name: Annotated[str | None, typer.Argument(help="Generic or brand name; without it, the list.")] = None,
    *,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """The drug catalogue, with the source of each number."""  # noqa: D401 - also the line in the list
    rules = rules_for(read_settings(config))
    chosen = rules.catalogue.drugs if name is None else (_found(rules, name),)
    references = {each.id: each for each in rules.catalogue.references}
    if as_json:
        encoder = msgspec.json.Encoder(decimal_format="number", order="deterministic")
        rows = [
            {
                "drug": drug,
                "onset": [_plain(row) for row in _onsets(rules, drug)],
                "unsigned": rules.unsigned_because,
                "references": [references[cite] for cite in sorted({c for row in origins(drug) for c in row.cites})],
            }
            for drug in chosen
        ]
        typer.echo(encoder.encode(rows))
        return
    page = (
        _table(chosen)
        if name is None
        else drug_page(chosen[0], references, _onsets(rules, chosen[0]), rules.unsigned_because)
    )
    for line in page:
        typer.echo(line)


def _found(rules: Rules, name: str) -> Drug:
    """Return the drug of that name; refuse an unknown one with the nearest name."""
    found = rules.catalogue.find(name)
    if found is not None:
        return found
    known = {normalise(each): drug.name for drug in rules.catalogue.drugs for each in rules.catalogue.names_of(drug)}
    near = difflib.get_close_matches(normalise(name), known, n=1)
    meant = f"did you mean {known[near[0]]}? " if near else ""
    names = ", ".join(drug.name for drug in rules.catalogue.drugs)
    raise InputError(f"drug {name!r} is not in the catalogue; {meant}known are {names}")


def _table(chosen: tuple[Drug, ...]) -> Iterator[str]:
    yield f"{'drug':<15} {'brand':<22} {'route':<5} {'target':<20} CRS of any grade, over all doses"
    for drug in chosen:
        rate = drug.crs_any_pct
        crs = NOT_KNOWN if rate is None else f"{rate.value} % ({SURENESS[rate.confidence]})"
        trial = ", INVESTIGATIONAL" if drug.investigational else ""
        brand = (drug.brand or "-").split(" (")[0]
        yield f"{drug.name:<15} {brand:<22} {drug.route:<5} {(drug.target or '-')[:20]:<20} {crs}{trial}"
    yield "stepguard drugs NAME prints a drug with the source of each number."


def _onsets(rules: Rules, drug: Drug) -> list[OnsetRow]:
    names = {normalise(name) for name in (drug.name, *drug.names)}
    return [row for row in rules.onset.rows if normalise(row.drug) in names]


def _plain(row: OnsetRow) -> dict[str, object]:
    told = {name: getattr(row, name) for name in OnsetRow.__slots__ if name != "onset"}
    return told | {
        "steps": sorted(row.steps),
        "schedules": sorted(row.schedules),
        "hours": row.onset.hours,
        "median": row.onset.median_text,
        "closes_h": row.onset.closes_h,
        "source": row.onset.source,
        "confidence": row.onset.confidence,
    }
