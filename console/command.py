"""The `stepguard` command: finds the module of a subcommand, runs it, and turns what went wrong into an exit code.

Nothing but that one module is imported, so that help and version answer at once and a part's process holds only
that part. Exit codes: 0 done, 1 it ran and failed, 2 the input cannot be used (one line on stderr, with the remedy).
"""

import difflib
import importlib
import importlib.metadata
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import typer


class Entry(NamedTuple):
    """Where a subcommand lives, and the line that the list of commands shows for it."""

    module: str
    summary: str


COMMANDS: dict[str, Entry] = {
    "demo": Entry("demonstration", "Run the whole chain here, with simulated homes."),
    "up": Entry("parts", "Run gateway, monitor and alerts as one process group."),
    "gateway": Entry("parts", "Run the gateway alone: readings are stored."),
    "monitor": Entry("parts", "Run the monitor alone: stored readings are graded."),
    "alerts": Entry("parts", "Run the alerts alone: assessments become calls."),
    "watchdog": Entry("watchdog", "Watch a running system from outside."),
    "console": Entry("parts", "Open the nurse's board in this terminal."),
    "web": Entry("web", "Serve the nurse's board to browsers."),
    "status": Entry("watch", "Say whether the system can see and can call."),
    "check": Entry("watch", "Validate configuration, rules, roster and policy."),
    "rules": Entry("rules", "The rules' numbers, and a site's own ones with their tests."),
    "backup": Entry("backup", "Copy the database into a file while everything runs on."),
    "restore": Entry("backup", "Bring a backup back, or try whether it could be."),
    "replay": Entry("timelines", "Grade a recorded timeline as the live chain would."),
    "whatif": Entry("whatif", "Say what other rules would change in recorded timelines."),
    "export": Entry("timelines", "Write a patient's record for others to read."),
    "enroll": Entry("enrolment", "Enrol a patient, or renew the profile of one."),
    "enrolment": Entry("enrolment_check", "List what enrolments lack."),
    "contact": Entry("contacts", "Caregivers' phone numbers of a patient."),
    "dose": Entry("record", "Record a dose."),
    "doses": Entry("doses", "The calendar of a patient's planned doses."),
    "medication": Entry("record", "Record a medication."),
    "place": Entry("record", "Record where the patient is."),
    "support": Entry("record", "Record the oxygen, vasopressors and fluids given now."),
    "ice": Entry("record", "Record the answers of an ICE assessment."),
    "capd": Entry("record", "Record a child's CAPD, asked under 12 years instead of ICE."),
    "neuro": Entry("record", "Record a neurological examination."),
    "symptom": Entry("record", "Record symptoms, or that all have ended."),
    "baseline": Entry("record", "Record a patient's own baseline values."),
    "limit": Entry("limits", "Give a patient limits of their own, or end them."),
    "attribution": Entry("record", "Attribute one sign to a cause other than CRS."),
    "grade": Entry("record", "Record a clinician's own grade beside the computed one."),
    "void": Entry("record", "Strike out an entry made in error."),
    "correct": Entry("correction", "Correct an entry; the old line is struck out and kept."),
    "next-dose": Entry("next_dose", "What the label says about a patient's next dose."),
    "episode": Entry("episode", "Sum up an episode, from its first sign to its end."),
    "ed": Entry("emergency", "Emergency departments, and the page for them."),
    "instruct": Entry("instruct", "Send a home one of the site's standing instructions."),
    "card": Entry("cards", "Print the home's sheet and the card to carry."),
    "device": Entry("devices", "Home hubs, their passwords and their homes."),
    "roster": Entry("roster", "Who is on call."),
    "shift": Entry("shift", "Print the hand-over of the shift."),
    "silence": Entry("silence", "Hold calls back for a time, never the worst ones."),
    "outbox": Entry("duty", "Texts sent, and replies coming back."),
    "user": Entry("people", "People who log in, with their roles and passwords."),
    "audit": Entry("audit", "The hash-chained log of everything that happened."),
    "drugs": Entry("catalogue", "The drug catalogue, with the source of each number."),
}


class InputError(Exception):
    """What was given cannot be used. The message is one line: file, key, argument or event, and the remedy."""


class FailedError(Exception):
    """The command ran and could not do its work. The message is one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments == ["--version"]:
        print(f"stepguard {importlib.metadata.version('stepguard')}")  # noqa: T201 - the answer of the command
        return 0
    try:
        return _run(arguments)
    except InputError as error:
        return _complain(str(error), 2)
    except FailedError as error:
        return _complain(str(error), 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has gone (`stepguard drugs | head`); keep the interpreter from complaining at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _complain(f"{error.filename or arguments[0]}: {error.strerror or error}; nothing else was done", 1)


def _run(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "--help"
    if not name.startswith("-") and name not in COMMANDS:
        close = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "see stepguard --help"
        raise InputError(f"unknown command {name!r}; {hint}")

    import typer  # noqa: PLC0415 - `--version` answers without it

    app = _family(name) if name in COMMANDS else _listing()
    try:
        code = typer.main.get_command(app)(arguments or ["--help"], prog_name="stepguard", standalone_mode=False)
    except typer.Abort:
        return 1
    except typer.TyperException as error:
        # One line, whatever was wrong: typer's own report would be the usage and a box around the message.
        sentence = " ".join(error.format_message().split())
        wanted = f"stepguard {name} --help" if name in COMMANDS else "stepguard --help"
        raise InputError(f"{sentence.rstrip('.')}; see {wanted}") from error
    return code if isinstance(code, int) else 0


def _family(name: str) -> "typer.Typer":
    """Return the application of the module in which that subcommand lives."""
    app: typer.Typer = importlib.import_module(f"console.commands.{COMMANDS[name].module}").app
    return app


def _listing() -> "typer.Typer":
    """Return an application that knows every command's name and summary and none of their modules."""
    import typer  # noqa: PLC0415 - see _run

    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        help="Watches outpatients through step-up dosing of bispecific T-cell engagers and makes someone come.",
        epilog="Start with: stepguard demo. Not a medical device; thresholds are unsigned engineering defaults.",
    )

    @app.callback()
    def version(
        *,
        version: bool = typer.Option(False, "--version", help="Show the version and exit."),  # noqa: FBT003
    ) -> None:
        del version

    for name, entry in COMMANDS.items():
        app.command(name, help=entry.summary)(_unreachable)
    return app


def _unreachable() -> None:
    """Stand for a command in the list; `_run` has already gone to the command's own module."""


def _complain(sentence: str, code: int) -> int:
    print(f"stepguard: {' '.join(sentence.split())}", file=sys.stderr)  # noqa: T201 - where a complaint belongs
    return code
