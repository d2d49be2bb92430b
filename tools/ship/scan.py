"""Known weaknesses of what the image holds, by pip-audit. `python -m tools.ship.scan`.

Where nobody can be asked (no network, or a registry that tells nothing of weaknesses) it says so,
and is red only where it has to work: with CI set.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements" / "image.txt"


def ask() -> list[dict[str, Any]]:
    """What is known of each package; nothing where nobody answers."""
    program = Path(sys.executable).with_name("pip-audit")
    words = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run(
        [program, *words, "--requirement", REQUIREMENTS],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        print(f"     pip-audit: {done.stderr.strip().splitlines()[-1:]}")
        return []
    return found


def main() -> None:
    found = ask()
    audited = [one for one in found if "vulns" in one]
    weak = [one for one in audited if one["vulns"]]
    for one in weak:
        print(f"FAIL {one['name']} {one['version']}: {', '.join(v['id'] for v in one['vulns'])}")
    if not audited:
        print("not run here: pip-audit (no registry that tells of weaknesses can be reached)")
        sys.exit(1 if os.environ.get("CI") else 0)
    missed = [one["name"] for one in found if "vulns" not in one]
    if missed:
        print(f"FAIL pip-audit was told nothing about {', '.join(missed)}")
    if not weak and not missed:
        print(f"ok   pip-audit: no known weakness in {len(audited)} packages")
    sys.exit(1 if weak or missed else 0)


if __name__ == "__main__":
    main()
