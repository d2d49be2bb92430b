"""The next steps of a run, whatever they are: as many as one transaction should do."""

from collections.abc import Sequence

from upnext.core.errors import AppError
from upnext.imports import aiming, boarding, creating, queries, surrounding, talking
from upnext.imports.desks import Desk
from upnext.imports.placing import Places
from upnext.imports.plans import Edge, Plan
from upnext.tasks import dependencies

LINKS = 40
TALKS = 20
FRAMES = 20
"""So many at once of dependencies, of tasks with comments, of projects with their boards."""


async def work(desk: Desk, plan: Plan) -> None:
    run = desk.run
    if run.position < 0:
        await _frame(desk, plan)
    elif run.position < len(plan.items):
        items = plan.portion(run.position)
        await creating.create(desk, items)
        run.position += len(items)
    elif (start := run.position - len(plan.items)) < len(plan.edges):
        edges = plan.edges[start : start + LINKS]
        await _link(desk, edges)
        run.position += len(edges)
    elif (start := start - len(plan.edges)) < len(plan.reading.talks):
        talks = plan.reading.talks[start : start + TALKS]
        await talking.talk(desk, talks)
        run.position += len(talks)
    elif run.position < plan.steps:
        await _finish(desk, plan)
        run.position = plan.steps


async def _frame(desk: Desk, plan: Plan) -> None:
    """Some projects with their boards."""
    start = len(plan.frame) + desk.run.position
    names = plan.frame[start : start + FRAMES]
    places = Places(desk)
    await places.open(names)
    boards = [board for board in plan.reading.boards if board.project in names]
    await boarding.bring(desk, boards, places.project_of)
    desk.run.position += len(names)


async def _finish(desk: Desk, plan: Plan) -> None:
    """Goals that no task serves, promises, a calendar, filters: few, and all at once."""
    places = Places(desk)
    await places.look_for(plan.frame)
    await aiming.settle(desk, plan.reading.goals, places.project_of)
    for one in plan.rest:
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
