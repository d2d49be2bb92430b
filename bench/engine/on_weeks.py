"""Whole weeks: what it takes to plan 300 open tasks, and how near a new plan stays to the old."""

import time
from datetime import datetime, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

from bench.engine.gates import Gates
from tests.planning.asking import NOW
from tests.planning.given import given, many
from upnext.planning.plans.judging import Window, broken, load, unplaced
from upnext.planning.plans.making import Known, make

WEEKS = 10
CPU_MS = 250


def run(gates: Gates) -> None:
    window, taken, shares, dearer = Window(NOW.date(), 7, ZoneInfo("UTC")), [], [], []
    for seed in range(WEEKS):
        rows = many(300, seed=seed)
        start = time.process_time()
        plan = make(given(rows), NOW)
        broken(plan, window), unplaced(plan, window), load(plan, window)
        taken.append((time.process_time() - start) * 1e3)
        known = Known(plan.ids, plan.setting.anchor, plan.blocks)
        new = make(given([*rows, *many(303, seed=seed + 99)[300:]]), _soon(), known)
        if new.measure is not None:
            shares.append(new.measure.moved_tasks / max(1, len(plan.ids)))
            dearer.append(new.measure.cost_after / max(1.0, new.measure.least_cost) - 1)
    print(f"\n{WEEKS} weeks of 300 open tasks, CPU: {mean(taken):.0f} ms, most {max(taken):.0f} ms")
    print(
        f"three more tasks: {mean(shares):.1%} of the tasks moved, {max(dearer):.2%} dearer at most"
    )
    gates.at_most("a week of 300 open tasks: CPU ms", max(taken), CPU_MS)
    gates.at_most("replanning: dearer than the cheapest", max(dearer), 0.01 + 1e-6)


def _soon() -> datetime:
    return NOW + timedelta(minutes=5)
