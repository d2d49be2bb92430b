"""Whether a process that answers no requests still goes on: it touches a file, a probe looks.

`python -m upnext.core.heartbeat FILE` is the probe: exit code 1 if nobody touched the file for too
long. It comes every few seconds, so it needs the standard library alone, and no settings.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

BEAT_SECONDS = 2.0
# A busy machine may keep an event loop waiting for a while.
LIMIT_SECONDS = 30.0


class Heart:
    """Of one process; without a file it does nothing."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def beat(self) -> None:
        """Raises OSError if the file cannot be touched: the probe would end the process for it."""
        if self._file is not None:
            self._file.touch()

    async def run(self) -> None:
        """For ever, in the event loop whose life it tells of."""
        while True:
            self.beat()
            await asyncio.sleep(BEAT_SECONDS)


def judged(file: Path, limit: float, now: float) -> tuple[bool, str]:
    """Whether the process is alive, and the sentence about it."""
    try:
        since = now - file.stat().st_mtime
    except FileNotFoundError:
        return False, f"{file} is not there: nobody runs, or UPNEXT_HEARTBEAT names another file."
    if since > limit:
        return False, f"No heartbeat for {since:.0f} s, more than {limit:.0f} s: it hangs."
    return True, f"The last heartbeat was {max(since, 0):.0f} s ago."


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m upnext.core.heartbeat", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("file", type=Path, help="what UPNEXT_HEARTBEAT names")
    parser.add_argument("--within", type=float, default=LIMIT_SECONDS, metavar="SECONDS")
    asked = parser.parse_args()
    # The process is another one: what they share is the clock of files.
    alive, said = judged(asked.file, asked.within, time.time())
    sys.stdout.write(f"{said}\n")
    sys.exit(0 if alive else 1)


if __name__ == "__main__":
    main()
