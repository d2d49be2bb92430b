"""`python -m bench.engine`: the tables of docs/engine.md; exits with 1 if a gate is missed."""

import argparse
import sys
from pathlib import Path

from bench.engine import on_generated, on_published, on_weeks
from bench.engine.gates import Gates
from bench.engine.instances import DATA


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=DATA, help="other wt<size>.txt in the OR-Library's format"
    )
    parser.add_argument(
        "--published-only", action="store_true", help="leave out generated problems"
    )
    parser.add_argument("--file", type=Path, help="instead of a folder one file in that format,")
    parser.add_argument("--tasks", type=int, metavar="N", help="of problems of so many tasks;")
    parser.add_argument("--costs", type=Path, metavar="FILE", help="the best known cost of each")
    options = parser.parse_args()
    gates = Gates()
    if options.file:
        if not options.tasks:
            parser.error("--file needs --tasks")
        on_published.run_file(gates, options.file, options.tasks, options.costs)
    else:
        on_published.run(gates, options.folder)
    if not options.published_only and not options.file:
        on_generated.run(gates)
        on_weeks.run(gates)
    print(f"\n{len(gates.missed)} gates missed" + "".join(f"\n  {one}" for one in gates.missed))
    return 1 if gates.missed else 0


if __name__ == "__main__":
    sys.exit(main())
