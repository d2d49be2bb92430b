"""`upnext worker` or `upnext beat` by Celery, whose workers also know the jobs of the trials.

`python -m bench.faults.pooled worker|beat OUTSIDE`, with settings as the server takes them.
"""

import os
import sys
from functools import partial
from pathlib import Path

from bench.faults import effects
from upnext import manifest
from upnext.core import observing
from upnext.core.config import load
from upnext.core.jobs import by_kind
from upnext.core.jobs.leases import Terms
from upnext.main import build_runtime
from upnext.worker.pool import Work, run_beat, run_pool

# Short, so that a trial need not wait a minute for what a killed worker held.
TERMS = Terms(lease=5.0, heartbeat=1.0)


def main(role: str, outside: str) -> None:
    settings = load(environ=os.environ)
    observing.set_up(settings)
    build = partial(build_runtime, settings)
    if role == "beat":
        run_beat(settings, build)
        return
    handlers = by_kind(*manifest.JOBS.values(), *effects.handlers(Path(outside)).values())
    run_pool(settings, build, Work(handlers, manifest.SCHEDULES, TERMS))


if __name__ == "__main__":
    main(*sys.argv[1:])
