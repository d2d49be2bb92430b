"""`GET /next-action`, feedback on it, and what was learned."""

from typing import Annotated

from fastapi import Depends, Response

from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import (
    CurrentRuntime,
    Now,
    OrderedLane,
    ReadLane,
    ReadRoute,
    Session,
    WriteRoute,
)
from upnext.core.routing import Router
from upnext.planning import service
from upnext.planning.asking import Lanes
from upnext.planning.history import durations, feedback, wire
from upnext.planning.known import memory
from upnext.planning.policy import PLANNING_READ, PLANNING_WRITE
from upnext.planning.schemas import (
    Backtest,
    DurationsRead,
    FeedbackIn,
    FeedbackRead,
    NextAction,
    Question,
    TasteRead,
)
from upnext.tasks.wire import dump
from upnext.workspaces.http import requires

reads = Router(tags=["planning"], route_class=ReadRoute)
writes = Router(tags=["planning"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(PLANNING_READ)]
Writer = Annotated[Actor, requires(PLANNING_WRITE)]


@reads.get("/next-action", response_model=NextAction, openapi_extra=described(Question))
async def next_action(
    question: Annotated[Question, Depends(query(Question))],
    actor: Reader,
    lane: ReadLane,
    ordered: OrderedLane,
    runtime: CurrentRuntime,
    now: Now,
) -> Response:
    """What to do next, why, and what would have to change for others to come first."""
    if question.project_id is not None:
        async with runtime.db.read() as session:
            await service.check_project(session, actor, question.project_id)
    lanes = Lanes(lane, ordered, runtime.parts[memory.PART])
    answer = await service.next_action(lanes, actor, question, now)
    body = answer.body | {"ticket": service.ticket(runtime.keys, answer)}
    return Response(dump(body), media_type="application/json")


@writes.post("/next-action/feedback")
async def give_feedback(
    session: Session, actor: Writer, runtime: CurrentRuntime, data: FeedbackIn
) -> FeedbackRead:
    """Say what became of a proposal; the order learns from it."""
    counted = await feedback.give(session, actor, runtime.keys, data)
    taste = wire.taste_wire(await feedback.taste_of(session, actor))
    said = {"verdict": data.verdict, "task_id": data.task_id, "counted": counted}
    return FeedbackRead.model_validate({**said, "weights": taste})


@reads.get("/next-action/weights")
async def get_weights(session: Session, actor: Reader) -> TasteRead:
    """What your feedback says of the order, and whether it is used."""
    return TasteRead.model_validate(wire.taste_wire(await feedback.taste_of(session, actor)))


@writes.delete("/next-action/weights", status_code=204)
async def forget_weights(session: Session, actor: Writer) -> None:
    """Forget them with all feedback that they were learned from."""
    await feedback.forget(session, actor)


@reads.get("/next-action/backtest")
async def backtest(session: Session, actor: Reader) -> Backtest:
    """How well your picks would have been predicted, with and without weights."""
    return Backtest.model_validate(wire.replay_wire(await feedback.backtest(session, actor)))


@reads.get("/planning/durations")
async def get_durations(session: Session, actor: Reader) -> DurationsRead:
    """How long your tasks take, as learned from the time that you tracked."""
    learned = await durations.known(session, feedback.person_of(actor))
    return DurationsRead.model_validate(wire.durations_wire(learned))
