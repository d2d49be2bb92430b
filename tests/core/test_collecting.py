"""A process that serves looks for circular garbage seldom, and still finds it."""

import subprocess
import sys

CIRCLES = """
import gc
from upnext.core.collecting import THRESHOLDS, keep_all
keep_all()
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


def test_whatever_begins_with_the_command_does_so_while_it_imports() -> None:
    seen = "import gc, upnext.cli; from upnext.core.collecting import THRESHOLDS as most; "
    seen += "print(gc.get_threshold() == most)"
    done = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout.split(), done.stderr) == (["True"], "")
