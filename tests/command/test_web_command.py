"""`stepguard web` and `stepguard check` refuse what would let strangers in, before anything listens."""

import socket

import pytest

PASSWORD = "correct horse battery"


def test_without_any_login_no_browser_is_served(stepguard):
    stepguard("web").refuses("nobody has a login", "stepguard user add")


@pytest.mark.parametrize("command", ["web", "check"])
def test_an_address_beyond_this_machine_is_refused_with_the_remedy(stepguard, here, command):
    (here / "stepguard.toml").write_text('[web]\nlisten = "0.0.0.0:8486"\n')
    stepguard(command).refuses("web.listen", "TLS belongs in front", "web.beyond_loopback = true")


def test_an_address_in_use_is_named(stepguard, here):
    (here / "password").write_text(f"{PASSWORD}\n")
    assert stepguard("user", "add", "ada", "--role", "nurse", "--password-file", "password", "--by", "root").code == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (here / "stepguard.toml").write_text(f'[web]\nlisten = "127.0.0.1:{taken.getsockname()[1]}"\n')
        said = stepguard("web")
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("stepguard: web.listen: cannot listen on 127.0.0.1:")
