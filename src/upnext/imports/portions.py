"""The next steps of a run, whatever they are: as many as one transaction should do."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from upnext.core.errors import AppError
from upnext.imports import aiming, boarding, creating, queries, surrounding, talking, timing
from upnext.imports.desks import Desk
from upnext.imports.formats.besides import Besides, Promise
from upnext.imports.formats.items import Aim
from upnext.imports.placing import Places
from upnext.imports.plans import Edge, Plan
from upnext.tasks import dependencies

LINKS = 40
TALKS = 20
FRAMES = 20
OTHERS = 50
"""So many at once of dependencies, of tasks with comments or time, of projects with their boards,
of goals and of what else there is."""


async def work(desk: Desk, plan: Plan) -> None:
    """Whatever comes at the run's position, and the position behind it."""
    run = desk.run
    if run.position < 0:
        run.position += await _frame(desk, plan)
        return
    start = run.position
    if start < len(plan.items):
        items = plan.portion(start)
        await creating.create(desk, items)
        run.position += len(items)
        return
    start -= len(plan.items)
    for steps, portion, do in (
        (plan.edges, LINKS, _link),
        (plan.reading.talks, TALKS, talking.talk),
        (plan.reading.spent, TALKS, timing.spend),
        (plan.reading.goals, OTHERS, _aim),
        (plan.reading.besides, OTHERS, partial(_surround, plan)),
    ):
        if start < len(steps):
            part: Sequence[Any] = steps[start : start + portion]  # of what `do` is for
            await do(desk, part)
            run.position += len(part)
            return
        start -= len(steps)


async def _frame(desk: Desk, plan: Plan) -> int:
    """How many projects got their boards."""
    start = len(plan.frame) + desk.run.position
    names = plan.frame[start : start + FRAMES]
    places = Places(desk)
    await places.open(names)
    boards = [board for board in plan.reading.boards if board.project in names]
    await boarding.bring(desk, boards, places.project_of)
    return len(names)


async def _aim(desk: Desk, goals: Sequence[Aim]) -> None:
    """Also those that no task serves."""
    places = Places(desk)
    await places.look_for({goal.project for goal in goals if goal.project})
    found = await aiming.settle(desk, goals, places.project_of)
    made = {note["id"] for note in desk.report.goals_created}
    for goal in goals:
        if goal in found and str(found[goal]) not in made:
            desk.report.find("goals")


async def _surround(plan: Plan, desk: Desk, some: Sequence[Besides]) -> None:
    places = Places(desk)
    await places.look_for({one.project for one in some if isinstance(one, Promise)})
    for one in some:
        await surrounding.bring(desk, one, places.project_of, plan.fields)


async def _link(desk: Desk, edges: Sequence[Edge]) -> None:
    """Dependencies between tasks that are there; a circle is told, and costs only itself."""
    keys = {key for item, blocker in edges for key in (item.external_id, blocker) if key}
    rows = await desk.session.execute(queries.placed(desk.run.workspace_id, keys))
    ids = {row.external_key: row.id for row in rows}
    for item, blocker in edges:
        if item.external_id not in ids or blocker not in ids:
            continue
        task_id, blocker_id = ids[item.external_id], ids[blocker]
        try:
            new = await dependencies.add(desk.session, desk.actor, task_id, blocker_id)
        except AppError as refusal:
            desk.report.warn(item.line, refusal.detail)
        else:
            desk.run.linked += new
