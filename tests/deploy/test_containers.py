"""The container files, read as text: no engine is here to run them, so every name in them is looked up."""

import json
import os
import re
import shutil
import subprocess
import tomllib

import msgspec
import pytest

from alerts.watchdog_settings import watch_of
from gateway.settings import SECRETS, SettingsError, WatchdogSettings, WebSettings, load_settings

FROM_SITE = re.compile(r"^\s+(?:- |file: )\./site/([\w./-]+?)(?::|$)", re.MULTILINE)


@pytest.fixture(scope="module")
def compose(deploy):
    return (deploy / "compose.yaml").read_text()


@pytest.fixture(scope="module")
def containerfile(deploy):
    return (deploy / "Containerfile").read_text()


def lists(text, key):
    """Return every inline list that follows `key:`; in this file they are JSON as well as YAML."""
    return [json.loads(found) for found in re.findall(rf"^\s+{key}: (\[.*\])$", text, re.MULTILINE)]


@pytest.mark.skipif(shutil.which("docker") is None, reason="needs docker's client: apt install docker.io")
def test_compose_is_understood_by_docker(deploy):
    done = subprocess.run(
        ["docker", "stack", "config", "--compose-file", deploy / "compose.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for service in ("gateway", "monitor", "alerts", "postgres", "mosquitto"):
        assert f"\n  {service}:\n" in done.stdout


def test_every_part_in_compose_is_a_command_with_these_options(compose, stepguard):
    parts = [command for command in lists(compose, "command") if command[-1].endswith("stepguard.toml")]
    assert [command[0] for command in parts] == ["gateway", "monitor", "alerts"]
    for part, *arguments in parts:
        environment = os.environ | {"COLUMNS": "200"}
        told = subprocess.run([stepguard, part, "--help"], capture_output=True, text=True, check=True, env=environment)
        assert arguments[0] in told.stdout


def test_every_part_is_asked_for_its_readiness_where_the_larger_site_serves_it(compose, deploy):
    site = tomllib.loads((deploy / "site.toml").read_text())
    probes = [test[-1] for test in lists(compose, "test") if test[1] == "python"]
    asked = [re.search(r"http://([\w.:]+)/readyz", probe)[1] for probe in probes]
    assert asked == [site[part]["admin_listen"] for part in ("gateway", "monitor", "alerts")]
    for probe in probes:
        compile(probe, "healthcheck", "exec")


def test_every_secret_variable_in_compose_is_one_the_settings_read(compose):
    readable = {f"STEPGUARD_{section}__{key}_FILE".upper() for section, key in SECRETS if section != "watchdog"}
    given = set(re.findall(r"(STEPGUARD_\w+_FILE): ", compose))
    assert given == readable | {"STEPGUARD_DATABASE__URL_FILE"}
    for secret in re.findall(r"/run/secrets/([\w-]+)", compose):
        assert f"file: ./site/secrets/{secret}\n" in compose


def test_what_a_site_must_prepare_is_said_at_the_top(compose):
    preface = compose.split("\nservices:", 1)[0]
    for path in FROM_SITE.findall(compose):
        assert path.rpartition("/")[2] in preface, path


def test_no_door_but_those_of_the_hubs_and_the_proxy_is_open(compose):
    assert lists(compose, "ports") == [["80:80", "443:443"], ["8883:8883"]]


def test_every_file_of_the_project_that_is_mounted_exists(compose, deploy):
    mounted = re.findall(r"^\s+- \./(?!site/)([\w./-]+?):", compose, re.MULTILINE)
    assert {"mosquitto/mosquitto.conf", "mosquitto/acl", "proxy/nginx.conf"} <= set(mounted)
    for path in mounted:
        assert (deploy / path).is_file(), path


def test_the_broker_finds_its_files_where_its_configuration_names_them(compose, deploy):
    configuration = (deploy / "mosquitto" / "mosquitto.conf").read_text()
    for path in re.findall(r"^\w+file (\S+)$|^acl_file (\S+)$", configuration, re.MULTILINE):
        assert f":{''.join(path)}:ro" in compose


def test_the_image_copies_only_what_exists_and_runs_as_nobody_special(containerfile, deploy):
    for line in re.findall(r"^COPY (?!--from)(.+)$", containerfile, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (deploy.parent / source).exists(), source
    last = containerfile.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER stepguard$", last, re.MULTILINE)
    assert last.index("USER stepguard") < last.index("ENTRYPOINT")


def test_the_image_holds_every_package_that_the_wheel_holds(containerfile, deploy):
    project = tomllib.loads((deploy.parent / "pyproject.toml").read_text())
    copied = set(re.findall(r"^COPY (\w+) \1$", containerfile, re.MULTILINE))
    assert copied == set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def test_the_images_files_name_no_package_registry(containerfile):
    assert not re.search(r"pypi|index-url|https?://", containerfile)


@pytest.mark.parametrize("name", ["Containerfile", "compose.yaml", "proxy/Caddyfile"])
def test_what_was_never_run_says_so_at_its_top(deploy, name):
    preface = "".join((deploy / name).read_text().splitlines(keepends=True)[:10])
    assert re.search(r"[Nn]ever (run|built|started)", preface)


def test_the_watchdogs_container_has_its_own_command_secrets_and_health(deploy, stepguard):
    compose = (deploy / "compose-watchdog.yaml").read_text()
    [command] = [found for found in lists(compose, "command") if found[-1].endswith(".toml")]
    assert command == ["watchdog", "--config", "/etc/stepguard/watchdog.toml"]
    told = subprocess.run([stepguard, "watchdog", "--help"], capture_output=True, text=True, check=True)
    assert "--config" in told.stdout
    [probe] = [test[-1] for test in lists(compose, "test")]
    compile(probe, "healthcheck", "exec")
    assert f"http://{WatchdogSettings().admin_listen}/healthz" in probe
    given = set(re.findall(r"STEPGUARD_WATCHDOG__(\w+)_FILE: ", compose))
    assert {key.lower() for key in given} == {"password", "auth_token"}
    for secret in re.findall(r"/run/secrets/([\w-]+)", compose):
        assert f"file: ./site/secrets/{secret}\n" in compose
    preface = compose.split("\nservices:", 1)[0]
    for path in FROM_SITE.findall(compose):
        assert path.rpartition("/")[2] in preface, path


def test_the_watchdogs_example_is_a_configuration_that_would_start(deploy, tmp_path):
    environment = {"STEPGUARD_WATCHDOG__PASSWORD": "secret", "STEPGUARD_WATCHDOG__AUTH_TOKEN": "token"}
    settings = load_settings(deploy / "watchdog.toml", environment)
    assert settings.watchdog.ca == "/etc/stepguard/tls/ca.crt"
    elsewhere = msgspec.structs.replace(settings.watchdog, ca=str(tmp_path / "ca.crt"))
    with pytest.raises(SettingsError, match=r"watchdog\.ca: /.+/ca\.crt: No such file"):
        watch_of(msgspec.structs.replace(settings, watchdog=elsewhere))
    own = msgspec.structs.replace(settings.watchdog, ca=None)
    watch = watch_of(msgspec.structs.replace(settings, watchdog=own))
    assert (watch.way_in.host, len(watch.numbers), watch.every_min) == ("hubs.example.org", 2, 15)
    named = set(re.findall(r"STEPGUARD_WATCHDOG__(\w+)_FILE", (deploy / "watchdog.env.example").read_text()))
    assert {key.lower() for key in named} == {key for section, key in SECRETS if section == "watchdog"}


def test_the_console_in_a_browser_has_its_command_health_and_files(deploy, stepguard, compose):
    text = (deploy / "compose-web.yaml").read_text()
    [command] = lists(text, "command")
    assert command == ["web", "--config", "/etc/stepguard/stepguard.toml"]
    told = subprocess.run([stepguard, "web", "--help"], capture_output=True, text=True, check=True)
    assert "--config" in told.stdout
    [probe] = [test[-1] for test in lists(text, "test")]
    compile(probe, "healthcheck", "exec")
    assert f"http://{WebSettings().listen}/healthz" in probe
    assert re.search(r'^  web:\n(?:    .*\n)*?    network_mode: "service:alerts"$', text, re.MULTILINE)
    preface = text.split("\nservices:", 1)[0] + compose.split("\nservices:", 1)[0]
    for path in FROM_SITE.findall(text):
        assert path.rpartition("/")[2] in preface, path
    for path in re.findall(r"^\s+- \./(?!site/)([\w./-]+?):", text, re.MULTILINE):
        assert (deploy / path).is_file(), path
