"""Reads the site's standing instructions, and refuses any text that could not be sent as it was signed."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import msgspec

from alerts.gsm7 import TextRefusedError
from alerts.home_languages import wordings
from alerts.instructions import Instruction, Signed, Standing
from alerts.message import Site
from alerts.policy_file import parse_toml, read_toml_text
from gateway.settings import SiteSettings
from monitor.catalogue import Catalogue

SHIPPED = "instructions.toml"
BLANKS = frozenset({"unit", "emergency"})
LETTER = "A"
"""Every text must leave room for the letter of a patient whose caregiver's number serves two homes."""
_KEY = re.compile(r"[a-z][a-z0-9-]{0,19}")


class InstructionsError(Exception):
    """The instructions cannot be used; the message names the file, the key and the remedy."""


class _Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    text: str
    signed_by: str
    signed_on: dt.date


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    drug: str
    key: str
    title: str
    text: dict[str, _Text]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    instruction: tuple[_Row, ...]


def load_instructions(path: Path | str | None, *, site: Site, catalogue: Catalogue) -> Standing:
    """Return the standing instructions of `path`; none when there is no file.

    Raises
    ------
    InstructionsError
        For a missing or unreadable file, an unknown key, a key used twice for one drug, a language that no home is
        written to in, a text without a signature, one that names a drug of the catalogue, has a blank nobody fills,
        or does not fit two segments once the site's numbers stand in it.
    """
    if path is None:
        return Standing()
    name, text = read_toml_text(path, SHIPPED, str(path), InstructionsError)
    tree = parse_toml(name, text, InstructionsError)
    if not tree.get("instruction"):
        raise InstructionsError(f"{name}: no instruction; add an [[instruction]] table or leave site.instructions out")
    try:
        file = msgspec.convert(tree, _File)
    except msgspec.ValidationError as error:
        raise InstructionsError(f"{name}: {error}") from error
    found: dict[tuple[str, str], Instruction] = {}
    for index, row in enumerate(file.instruction):
        one = _instruction(f"{name}: instruction[{index}]", row, site, catalogue)
        known = catalogue.find(one.drug)
        taken = (known.name if known else one.drug.casefold(), one.key)
        if taken in found:
            raise InstructionsError(f"{name}: instruction[{index}].key {one.key!r} is used twice for {one.drug}")
        found[taken] = one
    return Standing(file=name, instructions=tuple(found.values()))


def instructions_of(given: SiteSettings, catalogue: Catalogue) -> Standing:
    """Return the standing instructions that the settings name. Raises as `load_instructions` does."""
    return load_instructions(given.instructions, site=site_of(given), catalogue=catalogue)


def site_of(given: SiteSettings) -> Site:
    """Return the numbers and the local time that the texts need."""
    return Site(unit_phone=given.unit_phone, emergency_number=given.emergency_number, timezone=given.timezone)


def instruction_lines(standing: Standing, catalogue: Catalogue, timezone: str, now: dt.datetime) -> Iterator[str]:
    """Give what a person should look at before the night: a drug nobody knows, a signature that lies ahead, a gap."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    for one in standing.instructions:
        where = f"site.instructions: {one.drug} {one.key}"
        if catalogue.find(one.drug) is None:
            yield f"{where}: the drug is not in the catalogue, so only this very name finds it"
        for language, signed in one.texts.items():
            if signed.on > today:
                yield f"{where}: {language} is signed on {signed.on}, which lies ahead; it cannot be sent before"
        missing = [wording.name for wording in wordings() if wording.code not in one.texts]
        if missing:
            yield f"{where}: no text in {', '.join(missing)}; homes of these languages get none"


def _instruction(where: str, row: _Row, site: Site, catalogue: Catalogue) -> Instruction:
    if not row.drug.strip() or not row.title.strip():
        raise InstructionsError(f"{where}: drug and title must not be empty")
    if not _KEY.fullmatch(row.key):
        raise InstructionsError(
            f"{where}.key {row.key!r} cannot be typed; use up to 20 small letters, digits and -, such as fever"
        )
    known = [wording.code for wording in wordings()]
    if not row.text:
        raise InstructionsError(f"{where}.text is empty; add [instruction.text.{known[0]}]")
    for language in row.text:
        if language not in known:
            raise InstructionsError(
                f"{where}.text.{language}: no home is written to in it; use one of {', '.join(known)}"
            )
    texts = {
        language: _signed(f"{where}.text.{language}", text, site, catalogue) for language, text in row.text.items()
    }
    return Instruction(drug=row.drug.strip(), key=row.key, title=row.title.strip(), texts=texts)


def _signed(where: str, row: _Text, site: Site, catalogue: Catalogue) -> Signed:
    if not row.signed_by.strip():
        raise InstructionsError(f"{where}.signed_by is empty; name who takes responsibility for this text")
    if not row.text.strip():
        raise InstructionsError(f"{where}.text is empty; write what the home is to do")
    for blank in _blanks(where, row.text):
        if blank not in BLANKS:
            raise InstructionsError(f"{where}.text: nothing fills {{{blank}}}; use {{unit}} and {{emergency}} alone")
    for drug in catalogue.drugs:
        for name in catalogue.names_of(drug):
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", row.text, re.IGNORECASE):
                raise InstructionsError(
                    f"{where}.text names {name}, which says what the patient has to whoever sees the telephone; "
                    "leave the name out"
                )
    signed = Signed(text=" ".join(row.text.split()), by=row.signed_by.strip(), on=row.signed_on)
    try:
        signed.words(site, letter=LETTER)
    except TextRefusedError as error:
        raise InstructionsError(f"{where}.text cannot be sent ({error}); shorten it") from error
    return signed


def _blanks(where: str, text: str) -> Sequence[str]:
    """Return what is to be filled in, with whatever is asked of its form: nothing is."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise InstructionsError(f"{where}.text: {error}; write a brace as {{{{ or }}}}") from error
    return [f"{blank}{turn or ''}{form or ''}" for _, blank, form, turn in parts if blank is not None]
