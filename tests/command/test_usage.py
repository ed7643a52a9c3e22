"""How the command answers, whatever the subcommand."""

import contextlib
import importlib
import importlib.metadata
import sqlite3

import pytest
import typer

from console.command import COMMANDS, main


def every_command():
    """Give the path of every command and of every subcommand below one."""
    for name, entry in COMMANDS.items():
        app = importlib.import_module(f"console.commands.{entry.module}").app
        command = typer.main.get_command(app).commands[name]
        below = getattr(command, "commands", None)
        yield from [(name, one) for one in below] if below else [(name,)]


def test_the_version_is_the_distributions(stepguard):
    said = stepguard("--version")
    assert (said.code, said.out) == (0, f"stepguard {importlib.metadata.version('stepguard')}\n")


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_help_lists_every_command(stepguard, arguments):
    said = stepguard(*arguments)
    assert said.code == 0
    for name, entry in COMMANDS.items():
        assert f"{name} " in said.out
        assert entry.summary in said.out


@pytest.mark.parametrize("command", list(every_command()), ids=" ".join)
def test_every_command_has_help_with_an_example(stepguard, command):
    said = stepguard(*command, "--help")
    assert said.code == 0
    assert f"Usage: stepguard {' '.join(command)}" in said.out
    assert f"Example: stepguard {' '.join(command)}" in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says_of_itself(stepguard, name):
    assert f"  {COMMANDS[name].summary}\n" in stepguard(name, "--help").out


def test_an_unknown_command_names_the_nearest(stepguard):
    stepguard("enrol").refuses("'enrol'", "'enroll'")


def test_a_missing_argument_is_named(stepguard):
    stepguard("dose").refuses("PATIENT", "stepguard dose --help")


def test_an_unknown_option_is_named(stepguard):
    stepguard("dose", "P-1", "--stp", "SUD1").refuses("--stp")


def test_an_unknown_configuration_key_names_the_nearest(stepguard, here):
    (here / "stepguard.toml").write_text("[mqtt]\nlisen = '127.0.0.1:1883'\n")
    for command in (["check"], ["up"], ["gateway"], ["status"], ["device", "list"]):
        stepguard(*command).refuses("stepguard.toml", "'lisen'", "'listen'")


def test_a_configuration_that_is_not_there_is_named(stepguard):
    stepguard("check", "--config", "missing.toml").refuses("missing.toml", "no such file")


def test_a_database_that_cannot_exist_is_named(stepguard, monkeypatch):
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", "nonsense://user:secret@host/x")
    said = stepguard("device", "list")
    said.refuses("database.url")
    assert "secret" not in said.err


def test_a_database_that_cannot_be_opened_is_a_failure_not_a_mistake(stepguard, monkeypatch):
    monkeypatch.setenv("STEPGUARD_DATABASE__URL", "sqlite:////no/such/folder/stepguard.db")
    said = stepguard("device", "list")
    assert said.code == 1
    assert said.err.startswith("stepguard: database.url")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("section", "setting", "key"),
    [
        ("mqtt", "url = 'amqp://broker:5672'", "mqtt.url"),
        ("mqtt", "publish_assessments = true", "mqtt.publish_assessments"),
        ("mqtt", "username = 'ward'", "mqtt.username"),
        ("mqtt", "listen_cert = 'gateway.crt'", "mqtt.listen_cert"),
        ("mqtt", "listen = '0.0.0.0:1883'", "mqtt.insecure"),
        ("twilio", "account_sid = 'AC1'", "twilio"),
        ("http", "listen = '127.0.0.1:9000'", "http"),
    ],
)
def test_what_this_version_cannot_do_is_refused_rather_than_ignored(stepguard, here, section, setting, key):
    (here / "stepguard.toml").write_text(f"[{section}]\n{setting}\n")
    stepguard("check").refuses(key)
    stepguard("up").refuses(key)


def test_a_broken_pipe_is_no_failure(here, capfd):
    assert main(["--version"]) == 0
    assert capfd.readouterr().out.startswith("stepguard")


def test_a_folder_in_place_of_a_configuration_is_named(stepguard, here):
    stepguard("check", "--config", here).refuses(str(here), "cannot be read")


def test_a_time_zone_that_does_not_exist_is_refused_before_anybody_is_enrolled(stepguard, monkeypatch):
    monkeypatch.setenv("STEPGUARD_SITE__TIMEZONE", "Mars/Base")
    stepguard("check").refuses("site.timezone", "Mars/Base", "Europe/Copenhagen")


def test_a_database_of_a_newer_version_is_a_failure_with_its_remedy(stepguard, here):
    assert stepguard("device", "list").code == 0
    with contextlib.closing(sqlite3.connect(here / "stepguard.db")) as database:
        database.execute("update alembic_version set version_num = '9999'")
        database.commit()
    said = stepguard("device", "list")
    assert said.code == 1
    assert "another version" in said.err
    assert said.err.count("\n") == 1


def test_a_time_beyond_all_time_is_refused(stepguard):
    stepguard("dose", "P-0042", "--step", "SUD1", "--at", "9999-12-31T23:59:59-14:00").refuses("--at", "all time")


def test_a_name_that_is_no_text_is_refused_because_no_answer_could_repeat_it(stepguard):
    stepguard("enroll", "P-0042")
    stepguard("medication", "P-0042", "\udcff").refuses("name", "UTF-8")
