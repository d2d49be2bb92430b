"""`python -m bench --db postgresql|sqlite|mysql`: measures, prints, writes bench/results/."""

import argparse
import signal
import sys
from typing import NoReturn

from bench.fleet import DIALECTS, BenchFleet
from bench.session import Options, Session


def main() -> int:
    options = parse()
    # Whatever tells us to end, ends what we started first.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    fleet = BenchFleet()
    session: Session | None = None
    try:
        session = Session(fleet, options)
        report = session.run()
    except KeyboardInterrupt:
        print("bench: interrupted, nothing is written", file=sys.stderr)
        return 130
    finally:
        if session is not None:
            session.launcher.stop_all()
        fleet.stop()
    print("\n" + report.markdown())
    for path in report.write():
        print(f"written: {path}")
    if failures := report.failures():
        print(f"bench: {failures} requests failed, and none may", file=sys.stderr)
        return 1
    return 0


def parse() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--db", choices=DIALECTS, default="postgresql", dest="database")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--only", default="", help="scenarios whose name contains this")
    parser.add_argument("--growth", action="store_true", help="also with 1,000,000 tasks")
    parser.add_argument("--own-generator", action="store_true", help="even if wrk is installed")
    return Options(**vars(parser.parse_args()))


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
