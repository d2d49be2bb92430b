"""NGINX before API processes, with the files of deploy/nginx: for topology and switching."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.processes import ROOT, Child, spawn, wait_ready
from tests.kit.recipes import SYSTEM_FOLDERS, free_port

FILES = ROOT / "deploy" / "nginx"
# Debian's program would take a group that Debian does not have.
AS_ROOT = "user www-data;"


class NotInstalled(Exception):
    """Names the program and its package."""


def nginx_program() -> str:
    path = os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS])
    if found := shutil.which("nginx", path=path):
        return found
    raise NotInstalled("nginx is not installed (Debian: apt install nginx-light)")


@dataclass(frozen=True)
class Front:
    """NGINX in a folder of its own."""

    folder: Path
    port: int
    tls_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def secure_url(self) -> str:
        return f"https://127.0.0.1:{self.tls_port}"

    @property
    def upstream(self) -> Path:
        return self.folder / "conf" / "upstream.conf"

    def command(self, *words: str) -> list[str]:
        more = AS_ROOT if os.geteuid() == 0 else ""
        start = [nginx_program(), "-p", f"{self.folder}/", "-c", f"{self.folder}/conf/nginx.conf"]
        return [*start, "-g", f"daemon off; {more}", *words]

    def start(self) -> Child:
        test = subprocess.run(self.command("-t"), capture_output=True, text=True, check=False)
        assert test.returncode == 0, test.stderr
        child = spawn("nginx", self.command(), self.folder / "nginx.log", {})
        wait_ready(child, f"{self.url}/proxy/live")
        return child

    def point_to(self, ports: Iterable[int], mark: str) -> None:
        servers = "".join(f"    server 127.0.0.1:{port} max_fails=2;\n" for port in ports)
        self.upstream.write_text(
            f'map $host $upnext_release {{ default "{mark}"; }}\n'
            f"upstream upnext {{\n    zone upnext 64k;\n    least_conn;\n{servers}"
            "    keepalive 32;\n}\n"
        )


def make_front(folder: Path, *, wide: bool = False) -> Front:
    """With the committed configuration, but for ports and a certificate of the moment.

    `wide` lifts the wall against floods: one machine asks for all people.
    """
    front = Front(folder, free_port(), free_port())
    conf = folder / "conf"
    conf.mkdir(parents=True)
    for name in ("nginx.conf", "server.conf"):
        shutil.copy(FILES / name, conf)
    if wide:
        main = conf / "nginx.conf"
        main.write_text(main.read_text().replace("rate=50r/s", "rate=5000r/s"))
    listen = (FILES / "listen-tls.conf").read_text()
    listen = listen.replace("8080", f"127.0.0.1:{front.port}")
    (conf / "listen.conf").write_text(listen.replace("8443", f"127.0.0.1:{front.tls_port}"))
    _make_certificate(conf / "tls")
    return front


def _make_certificate(folder: Path) -> None:
    folder.mkdir()
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += ["-nodes", "-days", "2", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    words += ["-keyout", "privkey.pem", "-out", "fullchain.pem"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
