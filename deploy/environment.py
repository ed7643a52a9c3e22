"""Builds `.venv` exactly as `uv.lock` says, from whatever package index this machine is configured to use.

Needs Python 3.11 and nothing else: uv is taken from the machine when it is there, otherwise fetched into `.boot`.
The lock names versions and hashes and no registry: a lock that records addresses would go past a configured
mirror. So the lock is exported to hashed requirements, and those are installed from the configured index.

    python3 deploy/environment.py            build or renew .venv
    python3 deploy/environment.py lock       resolve pyproject.toml anew into uv.lock
    python3 deploy/environment.py check      fail when uv.lock does not answer pyproject.toml; needs no network
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOOT = ROOT / ".boot"
VENV = ROOT / ".venv"
STAMP = VENV / "stepguard-ready"
PARTS = ("gateway", "monitor", "alerts", "console")
UV_REQUIREMENT = "uv>=0.9,<1"
PLACEHOLDER_INDEX = "https://index.invalid/simple"
"""Stands in uv.lock where uv writes an index; `.invalid` never resolves (RFC 2606)."""

NEEDS = (3, 11)
FETCH = ("install", "--quiet", "--disable-pip-version-check", "--upgrade", "--target", str(BOOT), UV_REQUIREMENT)
REMEDY = (
    "cannot fetch uv: no pip and no ensurepip found for any Python on this machine; "
    "install one of them (Debian: apt install python3-venv) or uv itself, then run make setup again"
)


class SetupError(Exception):
    """The environment cannot be built; the message says what to do."""


def main(arguments: Sequence[str]) -> int:
    """Run one of the three jobs; return the exit code."""
    jobs = {"setup": build, "lock": resolve, "check": check_lock}
    name = arguments[0] if arguments else "setup"
    if len(arguments) > 1 or name not in jobs:
        print(f"usage: environment.py [{'|'.join(jobs)}]", file=sys.stderr)
        return 2
    try:
        jobs[name]()
    except SetupError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"{name}: {Path(error.cmd[0]).name} {error.cmd[1]} ended with code {error.returncode}", file=sys.stderr)
        return 1
    return 0


def build() -> None:
    """Install the locked versions and the project itself (editable) into `.venv`, and compile it.

    A service's user may not write beside the code: what is not compiled here it would compile at every start.
    """
    if sys.version_info < NEEDS:
        raise SetupError(f"Python {'.'.join(map(str, NEEDS))} or newer is needed; run make setup PYTHON=python3.12")
    uv = find_uv(os.environ)
    environment, index = index_options(os.environ, read_pip_configuration())
    python = VENV / "bin" / "python"
    BOOT.mkdir(exist_ok=True)
    requirements = BOOT / "requirements.txt"
    STAMP.unlink(missing_ok=True)
    if not _runs(python):
        _call(uv, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, str(VENV))
    _export(uv, requirements)
    target = ("--python", str(python), *index)
    _call(
        uv,
        "pip",
        "sync",
        "--quiet",
        "--compile-bytecode",
        "--require-hashes",
        *target,
        str(requirements),
        environment=environment,
    )
    # hatchling is itself locked, so building the project fetches nothing that has no hash
    _call(uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", *target, "--editable", str(ROOT))
    _call(str(python), "-m", "compileall", "-q", *(str(ROOT / part) for part in PARTS))
    STAMP.touch()


def resolve() -> None:
    """Write `uv.lock` for the present `pyproject.toml`, keeping versions that still fit.

    Asks the main index alone: a mirror beside it may hold the files of one platform only, and a lock made from
    those would install nowhere else.
    """
    pip = {key: value for key, value in read_pip_configuration().items() if key in {"index-url", "cert"}}
    environment, index = index_options(os.environ, pip)
    _call(find_uv(os.environ), "lock", "--directory", str(ROOT), *index, environment=environment)
    lock = ROOT / "uv.lock"
    text = without_addresses(lock.read_text(encoding="utf-8"))
    lock.write_text(text, encoding="utf-8")
    if names_a_place(text):
        raise SetupError("uv.lock names a local index; set UV_DEFAULT_INDEX to a full one and run make lock again")


def check_lock() -> None:
    """Raise when `uv.lock` is out of date or names a registry."""
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    if names_a_place(text):
        raise SetupError("uv.lock names a registry; run make lock")
    uv = find_uv(os.environ)
    command = [uv, "lock", "--check", "--offline", "--quiet", "--directory", str(ROOT)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_INDEX", "UV_DEFAULT"))}
    finished = subprocess.run(
        [*command, "--default-index", PLACEHOLDER_INDEX], env=environment, capture_output=True, check=False
    )
    if finished.returncode != 0:
        raise SetupError("uv.lock does not answer pyproject.toml; run make lock")


def without_addresses(lock: str) -> str:
    """Return the text of a uv lock with file names and hashes in place of addresses."""
    lock = re.sub(r'\burl = "https?://[^"]*/([^"/]+\.whl)"', r'filename = "\1"', lock)
    lock = re.sub(r'sdist = \{ url = "https?://[^"]*", ', "sdist = { ", lock)
    return re.sub(r'registry = "https?://[^"]*"', f'registry = "{PLACEHOLDER_INDEX}"', lock)


def names_a_place(lock: str) -> bool:
    """Return whether a uv lock says where a package is to be fetched from."""
    found = re.findall(r'(?:\burl|\bpath|registry) = "([^"]*)"', lock)
    return any(place != PLACEHOLDER_INDEX for place in found)


def index_options(environment: Mapping[str, str], pip: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the environment and the options that make uv use the index this machine is configured with.

    uv's own variables (UV_DEFAULT_INDEX, UV_INDEX and the older UV_INDEX_URL, UV_EXTRA_INDEX_URL) win and are left
    to uv. Otherwise pip's configuration is translated: `pip` holds its keys (`index-url`, `extra-index-url`,
    `find-links`, `cert`, `trusted-host`, `no-index`), pip's environment variables already included.
    """
    # As pip does, trust what this machine trusts (the older name of the variable, then the newer).
    passed = {"UV_NATIVE_TLS": "1", "UV_SYSTEM_CERTS": "1"} | dict(environment)
    if pip.get("cert") and "SSL_CERT_FILE" not in passed:
        passed["SSL_CERT_FILE"] = pip["cert"]
    options = [option for host in pip.get("trusted-host", "").split() for option in ("--allow-insecure-host", host)]
    if any(name in environment for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL")):
        return passed, options
    if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        options += ["--no-index"]
    if pip.get("index-url"):
        options += ["--default-index", pip["index-url"]]
    for url in pip.get("extra-index-url", "").split():
        options += ["--index", url]
    for place in pip.get("find-links", "").split():
        options += ["--find-links", place]
    # As pip does, take a version from whichever index has it: the hashes say whether it is the right file.
    return passed, [*options, "--index-strategy", "unsafe-best-match"]


def read_pip_configuration() -> dict[str, str]:
    """Return pip's keys as `pip config list` merges files and environment; empty without a pip."""
    for pip in pips():
        finished = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
        if finished.returncode == 0:
            return parse_pip_configuration(finished.stdout)
    return parse_pip_configuration("\n".join(f"{name}={value!r}" for name, value in _pip_variables(os.environ)))


def parse_pip_configuration(listing: str) -> dict[str, str]:
    """Return the keys of a `pip config list`; nearer scopes (install, then the environment) win."""
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        matched = re.fullmatch(r"(global|install|:env:)\.([\w-]+)=(['\"])(.*)\3", line.strip())
        if matched:
            scope, key, _, value = matched.groups()
            found[scope][key] = value.replace("\\n", " ")
    return found["global"] | found["install"] | found[":env:"]


def pips() -> Iterator[list[str]]:
    """Give every way to call pip that may work here, this Python's own first."""
    yield [sys.executable, "-m", "pip"]
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        path = shutil.which(name)
        if path and path != sys.executable:
            yield [path, "-m", "pip"]
    for name in ("pip3", "pip"):
        path = shutil.which(name)
        if path:
            yield [path]


def find_uv(environment: Mapping[str, str]) -> str:
    """Return the path of a uv that can read the lock, fetching one into `.boot` when the machine has none."""
    own = BOOT / "bin" / "uv"
    for candidate in (str(own), shutil.which("uv", path=environment.get("PATH"))):
        if candidate and _reads_the_lock(candidate):
            return candidate
    complaint = ""
    for pip in pips():
        if _succeeds(*pip, "--version"):
            fetched = subprocess.run([*pip, *FETCH], capture_output=True, text=True, check=False)
            if fetched.returncode == 0:
                break
            complaint = (fetched.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
    else:
        if complaint:
            raise SetupError(f"cannot fetch uv from the configured package index: {complaint}")
        _fetch_with_ensurepip()
    if not _reads_the_lock(str(own)):
        raise SetupError("the uv that was fetched cannot read uv.lock; remove .boot and run make setup again")
    return str(own)


def _fetch_with_ensurepip() -> None:
    """Install uv with a pip of a throw-away environment: for a Python that has ensurepip but no pip."""
    throwaway = BOOT / "pip"
    if not _succeeds(sys.executable, "-m", "venv", "--clear", str(throwaway)):
        raise SetupError(REMEDY)
    _call(str(throwaway / "bin" / "pip"), *FETCH)


def _pip_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in environment.items():
        if name.startswith("PIP_"):
            yield ":env:." + name.removeprefix("PIP_").lower().replace("_", "-"), value


def _export(uv: str, requirements: Path) -> None:
    options = ("--frozen", "--offline", "--quiet", "--no-emit-project", "--format", "requirements-txt")
    _call(uv, "export", "--directory", str(ROOT), *options, "--output-file", str(requirements), silent=True)


def _reads_the_lock(uv: str) -> bool:
    if not Path(uv).exists():
        return False
    options = ("--frozen", "--offline", "--quiet", "--no-emit-project", "--python", sys.executable)
    return _succeeds(uv, "export", "--directory", str(ROOT), *options)


def _runs(python: Path) -> bool:
    return python.exists() and _succeeds(str(python), "-c", f"import sys; sys.exit(sys.version_info < {NEEDS})")


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _call(*command: str, environment: Mapping[str, str] | None = None, silent: bool = False) -> None:
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL if silent else None, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
