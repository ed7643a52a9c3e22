"""The environment is built from the lock, out of whatever index the machine is configured with."""

import importlib.util
import sys
import tomllib

import pytest


@pytest.fixture(scope="module")
def environment(root):
    spec = importlib.util.spec_from_file_location("environment", root / "deploy" / "environment.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["environment"] = module
    spec.loader.exec_module(module)
    return module


def test_the_lock_names_no_registry_and_no_path(environment, root):
    lock = (root / "uv.lock").read_text(encoding="utf-8")
    assert not environment.names_a_place(lock)
    assert "://" not in lock.replace(environment.PLACEHOLDER_INDEX, "")


def test_every_locked_package_has_hashes(root):
    lock = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))
    for package in lock["package"]:
        if package["name"] == "stepguard":
            continue
        files = package.get("wheels", []) + ([package["sdist"]] if "sdist" in package else [])
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_addresses_are_taken_out_of_a_lock_and_names_and_hashes_stay(environment):
    written_by_uv = (
        'source = { registry = "https://mirror.example/simple" }\n'
        'sdist = { url = "https://files.example/ab/six-1.tar.gz", hash = "sha256:1", size = 2 }\n'
        '    { url = "https://files.example/cd/six-1-py3-none-any.whl", hash = "sha256:3" },\n'
    )
    neutral = environment.without_addresses(written_by_uv)
    assert environment.names_a_place(written_by_uv)
    assert not environment.names_a_place(neutral)
    assert 'sdist = { hash = "sha256:1", size = 2 }' in neutral
    assert '{ filename = "six-1-py3-none-any.whl", hash = "sha256:3" }' in neutral
    assert environment.without_addresses(neutral) == neutral


def test_a_lock_made_from_a_local_mirror_is_recognised(environment):
    assert environment.names_a_place('source = { registry = "../mirror/simple" }')
    assert environment.names_a_place('{ path = "../mirror/six-1-py3-none-any.whl", hash = "sha256:3" }')


def test_pips_index_becomes_uvs(environment):
    pip = {"index-url": "https://mirror.example/simple", "extra-index-url": "https://a.example https://b.example"}
    _, options = environment.index_options({}, pip)
    assert options == [
        "--default-index",
        "https://mirror.example/simple",
        "--index",
        "https://a.example",
        "--index",
        "https://b.example",
        "--index-strategy",
        "unsafe-best-match",
    ]


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL"])
def test_uvs_own_configuration_wins_over_pips(environment, name):
    passed, options = environment.index_options({name: "https://own.example"}, {"index-url": "https://pip.example"})
    assert options == []
    assert passed[name] == "https://own.example"


def test_pips_certificate_and_trusted_hosts_are_honoured(environment):
    passed, options = environment.index_options({}, {"cert": "/etc/own.pem", "trusted-host": "mirror.example"})
    assert passed["SSL_CERT_FILE"] == "/etc/own.pem"
    assert options[:2] == ["--allow-insecure-host", "mirror.example"]


def test_the_environment_wins_over_pips_files(environment):
    listing = (
        "global.index-url='https://file.example/simple'\n"
        "global.extra-index-url='https://a.example\\nhttps://b.example'\n"
        ":env:.index-url='https://variable.example/simple'\n"
    )
    found = environment.parse_pip_configuration(listing)
    assert found["index-url"] == "https://variable.example/simple"
    assert found["extra-index-url"].split() == ["https://a.example", "https://b.example"]


def test_pips_variables_count_even_without_a_pip(environment, monkeypatch):
    monkeypatch.setattr(environment, "pips", lambda: iter(()))
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.example/simple")
    assert environment.read_pip_configuration()["index-url"] == "https://variable.example/simple"


def test_without_any_pip_the_remedy_is_named(environment, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(environment, "pips", lambda: iter(()))
    monkeypatch.setattr(environment, "BOOT", tmp_path)
    monkeypatch.setattr(environment.sys, "executable", "/bin/false")
    monkeypatch.setenv("PATH", "/nowhere")
    assert environment.main(["check"]) == 1
    said = capsys.readouterr().err
    assert "python3-venv" in said
    assert said.count("\n") == 1


def test_a_lock_that_does_not_answer_the_project_is_refused(environment, root):
    if environment.main(["check"]) != 0:
        pytest.fail("uv.lock does not answer pyproject.toml: run make lock")
