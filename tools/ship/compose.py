"""compose.yaml is whole with the secrets of quick-start.sh, and refused without each of them.

`python -m tools.ship.compose`, with podman-compose beside this Python.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
SECRETS = (
    "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY",
    "JWT_SECRET_KEY",
)  # fmt: skip
SERVICES = {"api", "worker", "beat", "migrate", "nginx", "postgres", "redis", "mysql", "rabbitmq"}


def config(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("podman-compose")
    # An environment without anything: secrets come from .env alone.
    return subprocess.run(
        [program, "--profile", "mysql", "--profile", "rabbitmq", "config"], cwd=folder,
        env={"PATH": "/usr/sbin:/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name in ("compose.yaml", "quick-start.sh"):
            shutil.copy(ROOT / name, folder)
        subprocess.run(
            ["./quick-start.sh", "--env-only"], cwd=folder, check=True, capture_output=True
        )
        found = config(folder)
        services = set(yaml.safe_load(found.stdout)["services"]) if not found.returncode else set()
        good = report(
            "compose: all services with the secrets of quick-start.sh", services == SERVICES
        )
        written = (folder / ".env").read_text()
        good &= report(
            "quick-start: .env is its owner's alone", (folder / ".env").stat().st_mode & 0o77 == 0
        )
        for name in SECRETS:
            lines = [line for line in written.splitlines() if not line.startswith(f"{name}=")]
            (folder / ".env").write_text("\n".join(lines))
            refused = config(folder)
            good &= report(f"compose: refused without {name}",
                           refused.returncode
                           and f"set {name} in .env" in refused.stderr)  # fmt: skip
    sys.exit(0 if good else 1)


def report(what: str, holds: object) -> bool:
    print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)
    return bool(holds)


if __name__ == "__main__":
    main()
