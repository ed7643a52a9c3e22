"""The shipped configuration as a site gets it: `stepguard check` accepts it once the site's own files are there."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from console.command import main
from gateway.settings import SettingsError, known_keys, load_settings

SECRET = "0123456789abcdef0123456789abcdef"
SECRETS = ("twilio-auth-token", "mqtt-password", "database-url", "alertmanager-token", "webhook-token")
EXAMPLES = ("stepguard.toml", "site.toml")
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl: apt install openssl")


@pytest.fixture(scope="module")
def etc(tmp_path_factory, deploy) -> Path:
    """What docs/install.md has a site put into /etc/stepguard, made by its own commands."""
    here = tmp_path_factory.mktemp("etc")
    (here / "tls").mkdir()
    (here / "secrets").mkdir()
    for name in SECRETS:
        (here / "secrets" / name).write_text(f"{SECRET}\n")
    shutil.copy(deploy / "roster.toml", here)
    for name in EXAMPLES:
        (here / name).write_text((deploy / name).read_text().replace("/etc/stepguard", str(here)))
    if shutil.which("openssl") is not None:
        install = (deploy.parent / "docs" / "install.md").read_text()
        block = install.split("## 4. Certificates", 1)[1].split("```\n", 2)[1]
        commands = "\n".join(line for line in block.replace("sudo ", "").splitlines() if "chown" not in line)
        script = commands.replace("cd /etc/stepguard/tls", f"cd {here}/tls")
        done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("hubs.crt: OK\n")
    return here


@pytest.fixture
def environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def uncommented(text: str) -> str:
    """Return a configuration with every key and section that is only shown put into force."""
    return re.sub(r"^# (\[\w+\]|\w+ = .*)$", r"\1", text, flags=re.MULTILINE)


@needs_openssl
def test_the_small_site_can_be_used_as_it_is_shipped(etc, environment, capsys):
    assert main(["check", "--config", str(etc / "stepguard.toml")]) == 0, capsys.readouterr().err
    assert capsys.readouterr().out.splitlines()[-1].startswith("usable: ")


@needs_openssl
def test_the_larger_site_can_be_used_with_its_account_and_its_secrets(etc, environment, capsys):
    file = etc / "larger.toml"
    file.write_text((etc / "site.toml").read_text().replace("ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", f"AC{SECRET}"))
    environment.setenv("STEPGUARD_TWILIO__AUTH_TOKEN_FILE", str(etc / "secrets" / "twilio-auth-token"))
    environment.setenv("STEPGUARD_MQTT__PASSWORD_FILE", str(etc / "secrets" / "mqtt-password"))
    assert main(["check", "--config", str(file)]) == 0, capsys.readouterr().err
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].startswith("usable: ")
    assert SECRET not in said.out.replace(f"AC{SECRET}", "")


def test_the_account_of_the_larger_site_must_be_filled_in(etc, environment, capsys):
    environment.setenv("STEPGUARD_TWILIO__AUTH_TOKEN_FILE", str(etc / "secrets" / "twilio-auth-token"))
    assert main(["check", "--config", str(etc / "site.toml")]) == 2
    assert "twilio.account_sid" in capsys.readouterr().err


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_key_that_is_only_shown_is_one_the_settings_know(deploy, tmp_path, name):
    file = tmp_path / name
    file.write_text(uncommented((deploy / name).read_text()))
    load_settings(file, {})
    shown = {(part, key) for part, keys in tomllib.loads(file.read_text()).items() for key in keys}
    assert len(shown) > len([key for keys in tomllib.loads((deploy / name).read_text()).values() for key in keys])


def test_no_example_holds_a_secret(deploy):
    for name in EXAMPLES:
        load_settings(deploy / name, {})  # refuses a secret in a file
    for line in (deploy / "stepguard.env.example").read_text().splitlines():
        assert line.startswith("#") or not line, line


def test_every_variable_of_the_environment_example_is_read(deploy, etc, monkeypatch):
    text = (deploy / "stepguard.env.example").read_text().replace("/etc/stepguard", str(etc))
    variables = dict(re.findall(r"^# (STEPGUARD_\w+)=(\S+)$", text, re.MULTILINE))
    assert len(variables) == len(SECRETS)
    settings = load_settings(deploy / "stepguard.toml", variables)
    assert (settings.twilio.auth_token, settings.mqtt.password, settings.database.url) == (SECRET, SECRET, SECRET)
    with pytest.raises(SettingsError, match="no_such_key"):
        load_settings(deploy / "stepguard.toml", {"STEPGUARD_MQTT__NO_SUCH_KEY": "x"} | variables)


def test_the_examples_show_every_section(deploy):
    shown = set()
    for name in (*EXAMPLES, "watchdog.toml"):
        shown |= set(tomllib.loads(uncommented((deploy / name).read_text())))
    assert set(known_keys()) == shown


def test_the_example_roster_leaves_no_hour_uncovered(deploy, environment, capsys):
    assert main(["roster", "check", "--file", str(deploy / "roster.toml")]) == 0
    assert "nobody is" not in capsys.readouterr().out
