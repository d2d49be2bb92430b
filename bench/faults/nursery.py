"""Bears the processes that a trial kills: by fork, since importing takes a second of work.

`python -m bench.faults.nursery` reads one JSON list per line: the program and its arguments. Its
standard output carries lines of `pid text` by it and all of its children. When its input closes,
it kills those that are left, and ends.
"""

import asyncio
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import structlog

from bench.faults import worker, writer

FILER = "bench.faults.filer"


def say(text: object) -> None:
    # One write of one short line: lines of several processes do not mix.
    os.write(1, f"{os.getpid()} {text}\n".encode())


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not to stay as zombies
    # What is killed, or loses its database, complains at length; the verdict counts the results.
    # With 30 in place of 50 it is heard.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(50),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    born = []
    for line in sys.stdin:
        program, *arguments = json.loads(line)
        if program == "filer" and FILER not in sys.modules:
            # The whole server: loaded once, and only where it is needed, before the fork.
            importlib.import_module(FILER).warm(arguments[0], Path(arguments[1]))
        if program == "mark":
            say("mark")
        elif pid := os.fork():
            born.append(pid)
            say(f"born {pid}")
        else:
            live(program, arguments)
    for pid in born:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def live(program: str, arguments: list[str]) -> NoReturn:
    """A child's whole life."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(0)
    if program == "worker":
        asyncio.run(worker.main(say, arguments[0], Path(arguments[1])))
    elif program == "filer":
        url, folder, token = arguments
        filer = importlib.import_module(FILER)
        asyncio.run(filer.main(say, url, Path(folder), token))
    else:
        asyncio.run(writer.main(say, arguments[0], int(arguments[1])))
    os._exit(1)


if __name__ == "__main__":
    main()
