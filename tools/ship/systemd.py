"""The units of deploy/systemd by systemd's own words: that it understands them, and their exposure.

`python -m tools.ship.systemd`. No systemd has to run for it, but the program has to be there.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
PROGRAM = "/opt/upnext/%i/bin/upnext"
# Of 10, which is a unit that says nothing.
MOST = 2.0


def judged(unit: Path) -> list[tuple[str, bool, str]]:
    """What was asked, whether it holds, and what systemd said."""
    verified = _asked("verify", "--man=no", str(unit))
    offline = _asked("security", "--offline=true", "--no-pager", str(unit))
    found = re.search(r"exposure level for \S+: ([0-9.]+)", offline)
    exposure = float(found[1]) if found else 10.0
    return [
        (f"{unit.name}: understood by systemd", not verified, verified),
        (f"{unit.name}: exposure {exposure} of 10", exposure <= MOST, offline),
    ]


def _asked(*words: str) -> str:
    command = ["systemd-analyze", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def main() -> None:
    if not shutil.which("systemd-analyze"):
        print("not run here: systemd's units (systemd-analyze is not installed)")
        return
    good = True
    with tempfile.TemporaryDirectory() as made:
        for unit in sorted(UNITS.glob("*.service")):
            copy = Path(made) / unit.name
            # Its program is not installed here; that it is somewhere is all that systemd asks.
            copy.write_text(unit.read_text().replace(PROGRAM, sys.executable))
            for what, holds, said in judged(copy):
                good &= holds
                print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)
                if not holds:
                    print(said)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
