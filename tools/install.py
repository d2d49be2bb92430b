"""Install one pinned requirement file and this package into .venv. Standard library only.

`python tools/install.py serve|test`, called by make. Safe to run twice at once: the second waits
for the first and then finds everything in place.
"""

import fcntl
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# test.txt holds all of serve.txt at the same versions (tests/architecture checks it).
PROVIDES = {"serve": ("serve",), "test": ("serve", "test")}


def main(name: str) -> None:
    lock_path = ROOT / ".venv.lock"
    with lock_path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current(name):
            _install(name)


def _install(name: str) -> None:
    print(
        f"Installing requirements/{name}.txt into .venv (the first time takes a minute)", flush=True
    )
    if not _works():
        venv.create(VENV, clear=True, symlinks=True, with_pip=True)
    _pip("--require-hashes", "--requirement", f"requirements/{name}.txt")
    # The build backend came with the requirements, so nothing unpinned is fetched here.
    _pip("--no-build-isolation", "--no-deps", "--editable", ".")
    for provided in PROVIDES[name]:
        _stamp(provided).write_text(_wanted(provided))


def _pip(*arguments: str) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore")
    command = [str(PYTHON), "-m", "pip", "install", *quiet, *arguments]
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        sys.exit("make: the installation failed; pip says why above. Run the same command again.")


def _works() -> bool:
    """Whether the environment has an interpreter that still runs: its system Python may be gone."""
    try:
        probe = [str(PYTHON), "-m", "pip", "--version"]
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _is_current(name: str) -> bool:
    stamp = _stamp(name)
    current = stamp.is_file() and stamp.read_text() == _wanted(name) and _works()
    if current:
        stamp.touch()  # make compares times: the file may be younger without having changed
    return current


def _stamp(name: str) -> Path:
    return VENV / f".{name}.stamp"


def _wanted(name: str) -> str:
    return "".join(
        (ROOT / path).read_text() for path in (f"requirements/{name}.txt", "pyproject.toml")
    )


if __name__ == "__main__":
    main(sys.argv[1])
