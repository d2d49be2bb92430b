"""A process that serves looks for circular garbage seldom, and still finds it."""

import subprocess
import sys

CIRCLES = """
import gc
from upnext.core.collecting import THRESHOLDS, collect_seldom
collect_seldom()
frozen = gc.get_freeze_count()
for _ in range(2 * THRESHOLDS[0]):
    one = []
    one.append(one)
print(frozen > 1_000, len(gc.get_objects()) < 1.2 * THRESHOLDS[0])
"""


def test_what_stays_is_left_alone_and_circles_are_found() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CIRCLES], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout.split(), done.stderr) == (["True", "True"], "")
