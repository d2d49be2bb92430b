"""Every part of `make ship`, one after the other, also after one that fails.

`python -m tools.ship.everything PART…`, called by make. It prints the lines of checks; the rest of
what a part says stands in build/ship-logs, and its end is printed if the part fails.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "build" / "ship-logs"
ABSENT = "not run here"
SHOWN = ("ok ", "FAIL", "     ")
BAR = "━"  # of pip's progress


def run(part: str, absent: list[str]) -> bool:
    began = time.monotonic()
    log = LOGS / f"{part}.log"
    words = ["make", "--no-print-directory", part]
    with log.open("w", encoding="utf-8", buffering=1) as kept:
        process = subprocess.Popen(
            words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for line in process.stdout or ():
            kept.write(line)
            if line.startswith((ABSENT, "skip")):
                absent.append(f"{part}: {line.strip()}")
            elif line.startswith(SHOWN) and BAR not in line:
                print(line, end="", flush=True)
    passed = process.wait() == 0
    if not passed:
        print(*log.read_text(encoding="utf-8").splitlines()[-15:], sep="\n")
    print(
        f"{'ok  ' if passed else 'FAIL'} make {part}: {time.monotonic() - began:.0f} s", flush=True
    )
    return passed


def main(parts: list[str]) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    absent: list[str] = []
    failed = [part for part in parts if not run(part, absent)]
    print(*absent, sep="\n")
    print((ROOT / "deploy" / "NOT_RUN.txt").read_text(encoding="utf-8").rstrip())
    if failed:
        sys.exit(f"FAIL {', '.join(failed)} of {len(parts)} parts")
    print(f"ok   all {len(parts)} parts")


if __name__ == "__main__":
    main(sys.argv[1:])
