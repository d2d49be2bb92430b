"""Two servers on one database, and people who follow while one of them is restarted."""

import sys
from pathlib import Path

import pytest

from bench.following import Plan, trial


@pytest.mark.timeout(240)
async def test_a_restart_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    verdict = await trial(tmp_path, Plan(connections=20, tasks=15))
    sys.stdout.write(f"{verdict}\n")
    assert verdict.sound
    assert verdict.events >= 45
    # Well within what a server gets to finish what is under way.
    assert verdict.stop_seconds < 20
