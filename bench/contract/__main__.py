"""`python -m bench.contract`: starts a server on SQLite, fills it, and lets Schemathesis at it.

Prints the share of 2xx answers per operation. Exits non-zero on any finding, and when an operation
never succeeded: a fuzzer that only ever sees refusals has tested nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from bench.contract.world import build

ROOT = Path(__file__).parents[2]
SELDOM = 0.15
# Not counted: what answers by design with something else than 2xx.
NEVER_2XX = frozenset[str]()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("words", nargs="*", help="more words for schemathesis")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = _serve(Path(folder), options.port)
        try:
            url = f"http://localhost:{options.port}"
            _wait(url)
            world = build(f"{url}/api/v1")
            return _run(url, world, Path(folder), options)
        finally:
            server.terminate()
            server.wait(30)


def _serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        "RATE_LIMIT_ENABLED": "false",
        "UPNEXT_LOG_LEVEL": "error",
        # Unsure of every category, so that there are suggestions to decide about.
        "UPNEXT_AI_THRESHOLD": "100",
    }
    command = [sys.executable, "-m", "upnext", "serve", "--port", str(port)]
    return subprocess.Popen([*command, "--data-dir", str(folder / "data")], env=environ, cwd=ROOT)


def _wait(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/health/ready").is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise SystemExit("the server did not become ready in 60 s")


def _run(url: str, world: dict[str, object], folder: Path, options: argparse.Namespace) -> int:
    (folder / "world.json").write_text(json.dumps(world))
    counts = folder / "counts.json"
    environ = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "bench.contract.hooks",
        "CONTRACT_WORLD": str(folder / "world.json"),
        "CONTRACT_COUNTS": str(counts),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file", str(Path(__file__).with_name("schemathesis.toml")),
        "run", f"{url}/openapi.json", "--url", url, "--checks", "all",
        "--phases", "examples,coverage,fuzzing,stateful",
        "--max-examples", str(options.examples), "--seed", str(options.seed),
        "--continue-on-failure", "--request-timeout", "60", *options.words,
    ]  # fmt: skip
    status = subprocess.run(command, env=environ, cwd=folder, check=False).returncode
    return max(status, _shares(json.loads(counts.read_text())))


def _shares(counts: dict[str, dict[str, int]]) -> int:
    print(f"\n{'operation':<64} {'calls':>6} {'2xx':>6}")
    silent = []
    for operation, statuses in sorted(counts.items()):
        calls = sum(statuses.values())
        fine = sum(count for status, count in statuses.items() if status.startswith("2"))
        # Of what hardly ever succeeds, what it said instead.
        told = "" if fine > calls * SELDOM else json.dumps(statuses)
        print(f"{operation:<64} {calls:>6} {fine / calls:>6.0%} {told}".rstrip())
        if not fine and operation not in NEVER_2XX:
            silent.append(operation)
    if silent:
        print("never answered 2xx:", ", ".join(silent))
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
