"""What commands share that print a page: which form and paper, and where it goes."""

from pathlib import Path
from typing import Annotated

import typer

from console.command import InputError

PAPERS = ("a4", "letter")
ToFile = Annotated[
    Path | None, typer.Option("--to", help="A file instead of stdout; it must not exist.", metavar="FILE")
]
Paper = Annotated[str, typer.Option(help="Of the PDF: a4 or letter.")]


def refuse_unknown_page(form: str, forms: tuple[str, ...], paper: str, to: Path | None) -> None:
    """Refuse a form or paper nobody knows, and a PDF for a terminal."""
    for option, given, known in (("--format", form, forms), ("--paper", paper, PAPERS)):
        if given not in known:
            raise InputError(f"{option} {given!r} is not known; write {', '.join(known)}")
    if form == "pdf" and to is None:
        raise InputError("--format pdf needs --to FILE: a PDF is not for a terminal")


def hand_out(written: bytes, to: Path | None) -> None:
    """Print a page, or write it to a file that only its owner reads; nothing is overwritten."""
    if to is None:
        typer.echo(written.decode(), nl=False)
        return
    try:
        with to.open("xb") as file:
            to.chmod(0o600)
            file.write(written)
    except FileExistsError as error:
        raise InputError(f"--to {to} exists; choose another name, nothing is overwritten") from error
