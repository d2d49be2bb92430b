"""Build both overlays, check them against Kubernetes' schemas and by checkov's rules.

`python -m tools.ship.kubernetes`. Needs kubectl (or kustomize), and from the registry of Python
packages kubernetes-validate and checkov, which are looked for beside this Python.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
OVERLAYS = ("staging", "production")
SECRETS = ("database-url", "redis-url", "secret-key", "jwt-secret-key")


def builder() -> list[str] | None:
    if kubectl := shutil.which("kubectl"):
        return [kubectl, "kustomize"]
    return [found, "build"] if (found := shutil.which("kustomize")) else None


def build(command: list[str], overlay: str, folder: Path) -> Path:
    """With secrets of the moment, in a copy."""
    copy = folder / "source"
    if not copy.exists():
        shutil.copytree(SOURCE, copy)
    for name in SECRETS:
        (copy / overlay / "secrets" / name).write_text("made-for-this-check")
    made = folder / f"{overlay}.yaml"
    done = subprocess.run([*command, copy / overlay], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"FAIL kustomize {overlay}: {done.stderr}")
    made.write_text(done.stdout)
    return made


def check(what: str, tool: str, *words: str) -> bool:
    program = Path(sys.executable).with_name(tool)
    if not program.exists():
        print(f"skip {what}: {tool} is not installed beside this Python")
        return True
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    print(f"{'FAIL' if done.returncode else 'ok  '} {what}", flush=True)
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-1000:])
    return done.returncode == 0


def main() -> None:
    command = builder()
    if command is None:
        print("skip Kubernetes: neither kubectl nor kustomize is installed")
        return
    good = True
    with tempfile.TemporaryDirectory() as made:
        for overlay in OVERLAYS:
            path = build(command, overlay, Path(made))
            print(f"ok   kustomize {overlay}: {path.read_text().count('kind: ')} lines of kind")
            good &= check(f"{overlay}: schemas", "kubernetes-validate", "--strict", str(path))
            config = str(SOURCE / "checkov.yaml")
            words = ("-f", str(path), "--framework", "kubernetes", "--compact", "--quiet")
            good &= check(f"{overlay}: checkov", "checkov", *words, "--config-file", config)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
