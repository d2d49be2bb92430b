"""The image with what each pod of deploy/kubernetes is told: command, settings, secrets, probes.

`python -m tools.ship.pods`, as root, after `make ship-image`; PostgreSQL and Redis are real. Probes
ask as the kubelet does, by the pod's address. The pods run as Kubernetes runs them: another user,
no rights, a root file system that is only read, and only the folders that they mount. It is that of
the image itself: the storage that works everywhere would copy all of it for each container.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.fleet import BenchFleet
from tests.kit.recipes import free_port
from tools.ship import kubernetes
from upnext.core import migrate

IMAGE = os.environ.get("IMAGE", "localhost/upnext:dev")
PODMAN = ("podman", "--storage-driver", "vfs")
HARDENED = (
    "--runtime", "runc", "--network", "host", "--read-only", "--read-only-tmpfs=false",
    "--cap-drop", "all", "--security-opt", "no-new-privileges",
    "--ulimit", "nofile=20000:20000", "--ulimit", "nproc=1000:1000",
)  # fmt: skip
POD_ADDRESS = "10.20.30.40"
KINDS = ("Job", "Deployment")
READY_SECONDS = 120
# Of a probe that asks for a heartbeat: over its limit, and until the next beat is seen.
HANGS_SECONDS = 60
Document = dict[str, Any]


@dataclass(frozen=True)
class Image:
    """Its root file system, and what it tells its processes."""

    root: str
    environment: dict[str, str]
    entrypoint: list[str]
    folder: str


@dataclass(frozen=True)
class World:
    """What a cluster has beside the pods."""

    image: Image
    settings: dict[str, str]
    secrets: Path


@dataclass
class Pod:
    """One container of a manifest, and what it needs to run here."""

    name: str
    container: Document
    world: World
    port: int

    @property
    def called(self) -> str:
        return f"ship-{self.name}-{os.getpid()}"

    def command(self, *words: str) -> list[str]:
        user = self.container["securityContext"]["runAsUser"]
        image = self.world.image
        options = ["--name", self.called, "--user", f"{user}:{user}", "--workdir", image.folder]
        for mount in self.container["volumeMounts"]:
            options += self._mounted(mount)
        told = {one["name"]: one["value"] for one in self.container["env"]}
        # The port is what this machine has left.
        given = {**image.environment, **self.world.settings, **told, "API_PORT": str(self.port)}
        for name, value in given.items():
            options += ["--env", f"{name}={value}"]
        run = [*PODMAN, "run", *words, *HARDENED, *options, "--rootfs", image.root]
        return [*run, *image.entrypoint, *self.container["args"]]

    def _mounted(self, mount: Document) -> list[str]:
        if mount["name"] == "secrets":
            return ["--volume", f"{self.world.secrets}:{mount['mountPath']}:ro"]
        # As an emptyDir under fsGroup.
        made = self.world.secrets.parent / f"{self.name}-{mount['name']}"
        made.mkdir(exist_ok=True)
        os.chown(made, 0, self.container["securityContext"]["runAsUser"])
        made.chmod(0o2777)
        return ["--volume", f"{made}:{mount['mountPath']}:rw"]

    def inside(self, words: list[str]) -> int:
        return ran([*PODMAN, "exec", self.called, *words]).returncode

    def probe(self, asked: Document) -> bool:
        if "exec" in asked:
            return self.inside(asked["exec"]["command"]) == 0
        url = f"http://127.0.0.1:{self.port}{asked['httpGet']['path']}"
        request = urllib.request.Request(url, headers={"Host": f"{POD_ADDRESS}:{self.port}"})
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False


@contextmanager
def unpacked() -> Iterator[Image]:
    asked = ran([*PODMAN, "image", "inspect", "--format", "{{json .Config}}", IMAGE])
    config = json.loads(asked.stdout)
    mounted = ran([*PODMAN, "image", "mount", IMAGE])
    if mounted.returncode:
        sys.exit(f"FAIL {IMAGE} cannot be mounted: {mounted.stderr}")
    try:
        environment = dict(one.split("=", 1) for one in config["Env"])
        root, folder = mounted.stdout.strip(), config["WorkingDir"]
        yield Image(root, environment, config["Entrypoint"], folder)
    finally:
        ran([*PODMAN, "image", "unmount", IMAGE])


def ran(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False)


def holds(what: str, found: object, why: str = "") -> bool:
    print(f"{'ok  ' if found else 'FAIL'} {what}", flush=True)
    if not found and why:
        print(why[-1500:])
    return bool(found)


def pods(overlay: str, folder: Path, image: Image, secrets: Path) -> list[Pod]:
    """The migration first, as a deployment does it."""
    command = kubernetes.builder()
    if command is None:
        sys.exit("not run here: pods (neither kubectl nor kustomize is installed)")
    text = kubernetes.build(command, overlay, folder).read_text()
    found: list[Document] = [one for one in yaml.safe_load_all(text) if one]
    settings = next(
        one["data"] for one in found
        if one["kind"] == "ConfigMap" and one["metadata"]["name"].startswith("upnext")
    )  # fmt: skip
    kept = [one for kind in KINDS for one in found if one["kind"] == kind]
    world = World(image, settings, secrets)
    return [
        Pod(
            f"{overlay}-{one['metadata']['name']}",
            one["spec"]["template"]["spec"]["containers"][0], world, free_port(),
        )
        for one in kept
    ]  # fmt: skip


def check(pod: Pod) -> bool:
    if "readinessProbe" not in pod.container:
        done = ran(pod.command("--rm"))
        return holds(f"{pod.name}: {pod.container['args']} ends well", not done.returncode,
                     done.stdout + done.stderr)  # fmt: skip
    try:
        started = ran(pod.command("--detach"))
        return holds(f"{pod.name}: starts", not started.returncode, started.stderr) and _probed(pod)
    finally:
        ran([*PODMAN, "rm", "--force", "--volumes", pod.called])


def _probed(pod: Pod) -> bool:
    good = _works(pod)
    if "exec" in pod.container["livenessProbe"]:
        good &= _found_out(pod)
    for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
        if kind in pod.container:
            good &= holds(f"{pod.name}: {kind}", pod.probe(pod.container[kind]), _said(pod))
    if hook := pod.container.get("lifecycle", {}).get("preStop"):
        good &= holds(f"{pod.name}: preStop", pod.inside(hook["exec"]["command"]) == 0)
    ran([*PODMAN, "stop", "--time", "40", pod.called])
    code = ran([*PODMAN, "inspect", "--format", "{{.State.ExitCode}}", pod.called]).stdout.strip()
    return good & holds(f"{pod.name}: ends when told ({code})", code == "0", _said(pod))


def _works(pod: Pod) -> bool:
    """Answers, or its heart beats, which it does once it does what it is for."""
    startup = pod.container["startupProbe"]
    works = _becomes(lambda: pod.probe(startup), READY_SECONDS)
    return works or holds(
        f"{pod.name}: works within {READY_SECONDS} s", found=False, why=_said(pod)
    )


def _found_out(pod: Pod) -> bool:
    """Whom the kernel stopped runs, as far as others see; the probe says that it hangs."""
    liveness = pod.container["livenessProbe"]
    began = time.monotonic()
    ran([*PODMAN, "kill", "--signal", "STOP", pod.called])
    fails = _becomes(lambda: not pod.probe(liveness), HANGS_SECONDS)
    took = time.monotonic() - began
    ran([*PODMAN, "kill", "--signal", "CONT", pod.called])
    good = holds(f"{pod.name}: stopped, its probe fails after {took:.0f} s", fails, _said(pod))
    again = _becomes(lambda: pod.probe(liveness), HANGS_SECONDS)
    return good & holds(f"{pod.name}: goes on, its probe passes again", again, _said(pod))


def _becomes(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.5)
    return False


def _said(pod: Pod) -> str:
    done = ran([*PODMAN, "logs", pod.called])
    return done.stdout + done.stderr


def _secrets(folder: Path, database: str, redis: str) -> Path:
    """As the secret volume has them: readable for the pod's group alone."""
    folder.mkdir()
    values = {"database-url": database, "redis-url": redis}
    for name in kubernetes.SECRETS:
        path = folder / name
        path.write_text(values.get(name, os.urandom(32).hex()))
        os.chown(path, 0, 10001)
        path.chmod(0o440)
    return folder


def main() -> None:
    if not shutil.which("podman") or os.geteuid():
        print("not run here: pods (podman is not installed, or this is not root)")
        return
    if ran([*PODMAN, "image", "exists", IMAGE]).returncode:
        sys.exit(f"FAIL {IMAGE} is not there: make ship-image")
    fleet = BenchFleet()
    try:
        good = _checked(fleet)
    finally:
        fleet.stop()
    sys.exit(0 if good else 1)


def _checked(fleet: BenchFleet) -> bool:
    redis = fleet.start(["redis"], {}).urls["redis"]
    stores = fleet.stores("postgresql", len(kubernetes.OVERLAYS))
    good = True
    with tempfile.TemporaryDirectory() as made, unpacked() as image:
        folder = Path(made)
        folder.chmod(0o755)
        for overlay, store in zip(kubernetes.OVERLAYS, stores, strict=True):
            migrate.downgrade(store.url, "base")  # the job makes the schema
            secrets = _secrets(folder / f"secrets-{overlay}", store.url, redis)
            for pod in pods(overlay, folder, image, secrets):
                good &= check(pod)
    return good


if __name__ == "__main__":
    main()
