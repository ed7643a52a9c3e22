"""The reverse proxy before the webhooks: nginx runs the shipped example, Caddy's is read as text."""

import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gateway.settings import WebSettings

HOST = "stepguard.example.org"
PATIENCE_S = 10.0
SELF_SIGNED = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    *("-nodes", "-days", "1", "-subj", f"/CN={HOST}"),
)
SCRATCH = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
BODY = b"From=%2B12025550101&Body=OK"
needs_nginx = pytest.mark.skipif(
    shutil.which("nginx") is None or shutil.which("openssl") is None,
    reason="needs nginx and openssl: apt install nginx-light openssl",
)


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_the_public_door_names_the_webhooks_and_nothing_of_administration(deploy, name):
    text = "\n".join(line for line in (deploy / "proxy" / name).read_text().splitlines() if not line.startswith("#"))
    site = tomllib.loads((deploy / "site.toml").read_text())
    assert f"127.0.0.1:{site['http']['listen'].rpartition(':')[2]}" in text
    assert site["http"]["public_url"].removeprefix("https://") in text
    assert len(set(re.findall(r"127\.0\.0\.1:(\d+)", text))) == 1
    assert "/twilio/" in text
    assert "/ed/" in text
    assert "404" in text


@dataclass
class Behind:
    """What stands behind the proxy: remembers what reached it."""

    port: int = 0
    reached: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def behind():
    seen = Behind()

    class Webhooks(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.reached.append((self.path, dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Webhooks)
    seen.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield seen
    server.shutdown()
    thread.join(PATIENCE_S)
    server.server_close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@dataclass(frozen=True)
class Door:
    plain_port: int
    tls_port: int
    log: str

    def asks(self, path, *, method="POST", body=BODY):
        """Return the status of a request by TLS."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection("127.0.0.1", self.tls_port, context=context, timeout=PATIENCE_S)
        headers = {"Host": HOST, "Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "s+/="}
        connection.request(method, path, body=body, headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status


@pytest.fixture
def door(deploy, tmp_path, behind):
    """The shipped example, listening on free ports of this machine with a certificate of its own."""
    subprocess.run(
        [*SELF_SIGNED, "-keyout", tmp_path / "public.key", "-out", tmp_path / "public.crt"],
        capture_output=True,
        check=True,
    )
    plain, tls = free_port(), free_port()
    text = (deploy / "proxy" / "nginx.conf").read_text().replace("/etc/stepguard/tls/", f"{tmp_path}/")
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443 ", f"listen 127.0.0.1:{tls} ")
    text = text.replace("127.0.0.1:8480", f"127.0.0.1:{behind.port}")
    (tmp_path / "site.conf").write_text(text)
    paths = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    log = tmp_path / "error.log"
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {log}; daemon off; worker_processes 1; events {{}}"
        f" http {{ {paths} include {tmp_path}/site.conf; }}"
    )
    process = subprocess.Popen(
        ["nginx", "-e", log, "-p", tmp_path, "-c", tmp_path / "nginx.conf"], stderr=subprocess.DEVNULL
    )
    until_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", tls), timeout=1).close()
            break
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until_s, "nginx never listened"
    yield Door(plain, tls, str(log))
    process.terminate()
    process.wait(PATIENCE_S)


@needs_nginx
@pytest.mark.slow
def test_nginx_hands_webhooks_on_as_they_came_and_refuses_everything_else(door, behind):
    assert door.asks("/twilio/sms?x=1%202") == 204
    [(path, headers, body)] = behind.reached
    assert path == "/twilio/sms?x=1%202"
    assert (headers["Host"], headers["X-Forwarded-Proto"], headers["X-Twilio-Signature"]) == (HOST, "https", "s+/=")
    assert body == BODY
    for path in ("/", "/metrics", "/healthz", "/readyz", "/twilio/../metrics", "//metrics"):
        assert door.asks(path, method="GET", body=None) == 404, path
    assert door.asks("/twilio/sms", body=b"x" * 70_000) == 413
    assert len(behind.reached) == 1


@needs_nginx
@pytest.mark.slow
def test_nginx_hands_pages_of_emergency_departments_on_and_writes_their_addresses_into_no_log(door, behind):
    assert door.asks("/ed/abcDEF_123-xyz?format=pdf", body=b"act=accept") == 204
    [(path, _, body)] = behind.reached
    assert (path, body) == ("/ed/abcDEF_123-xyz?format=pdf", b"act=accept")
    with ThreadPoolExecutor(8) as many:  # one after the other may be too slow to be refused
        assert 503 in set(many.map(lambda _: door.asks("/ed/guessed", body=b"act=open"), range(120)))
    assert "guessed" not in Path(door.log).read_text()


@needs_nginx
@pytest.mark.slow
def test_nginx_sends_plain_requests_to_tls(door, behind):
    connection = HTTPConnection("127.0.0.1", door.plain_port, timeout=PATIENCE_S)
    connection.request("GET", "/twilio/sms", headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/twilio/sms")
    connection.close()
    assert behind.reached == []


def test_the_consoles_door_is_another_one_and_for_the_wards_network(deploy):
    text = "\n".join(
        line for line in (deploy / "proxy" / "console-nginx.conf").read_text().splitlines() if not line.startswith("#")
    )
    assert f"proxy_pass http://{WebSettings().listen};" in text
    assert "deny all;" in text
    assert "console.example.org" in text
    assert "8486" not in (deploy / "proxy" / "nginx.conf").read_text() + (deploy / "proxy" / "Caddyfile").read_text()


@needs_nginx
@pytest.mark.slow
def test_nginx_understands_the_consoles_door(deploy, tmp_path):
    subprocess.run(
        [*SELF_SIGNED, "-keyout", tmp_path / "console.key", "-out", tmp_path / "console.crt"],
        capture_output=True,
        check=True,
    )
    text = (deploy / "proxy" / "console-nginx.conf").read_text().replace("/etc/stepguard/tls/", f"{tmp_path}/")
    (tmp_path / "site.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ include {tmp_path}/site.conf; }}"
    )
    command = ["nginx", "-t", "-e", "stderr", "-p", tmp_path, "-c", tmp_path / "nginx.conf"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "syntax is ok" in done.stderr, done.stderr
