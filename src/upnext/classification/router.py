from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from upnext.classification import configuring, policy, service
from upnext.classification.classifier import PART, Classifier
from upnext.classification.deriving import Predicted
from upnext.classification.models import ClassificationSetting, TaskCategory
from upnext.classification.predictions import DEFAULTS
from upnext.classification.schemas import (
    CategoryCreate,
    CategoryPage,
    CategoryPatch,
    CategoryRead,
    ClassificationRead,
    ExamplePage,
    ExampleRead,
    FieldName,
    PredictionRead,
    Reclassified,
    Reclassify,
    SettingPatch,
    SettingRead,
)
from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, IfMatch, Now, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.core.runtime import Runtime
from upnext.tasks.models import Task
from upnext.tasks.schemas import TaskRead
from upnext.tasks.wire import dump, task_wire
from upnext.workspaces.http import requires

reads = Router(tags=["classification"], route_class=ReadRoute)
writes = Router(tags=["classification"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.CLASSIFICATION_READ)]
Writer = Annotated[Actor, requires(policy.CLASSIFICATION_WRITE)]


def classifier_of(runtime: Runtime) -> Classifier:
    found: Classifier = runtime.parts[PART]
    return found


async def _predicted(
    task_id: UUID, actor: Writer, runtime: CurrentRuntime, now: Now
) -> dict[UUID, Predicted]:
    """Done before the route's transaction begins."""
    return await service.predict(classifier_of(runtime), actor, task_id, now)


Prediction = Annotated[dict[UUID, Predicted], Depends(_predicted)]


@writes.post("/tasks/{task_id:uuid}/classify", response_model=TaskRead)
async def classify_task(
    task_id: UUID,
    session: Session,
    actor: Writer,
    runtime: CurrentRuntime,
    now: Now,
    predicted: Prediction,
) -> Response:
    """Derive what no user set, now, by the whole chain."""
    threshold = classifier_of(runtime).threshold
    task = await service.classify(session, actor, task_id, predicted, threshold)
    return _shown(task, actor, now)


@reads.get("/tasks/{task_id:uuid}/classification")
async def get_classification(task_id: UUID, session: Session, actor: Reader) -> ClassificationRead:
    """Where each value comes from, and what was predicted for it."""
    known, predictions = await service.about(session, actor, task_id)
    items = [PredictionRead.model_validate(each) for each in predictions]
    shown = {"task_id": task_id, "classification": known, "predictions": items}
    return ClassificationRead.model_validate(shown)


@writes.post("/tasks/{task_id:uuid}/suggestions/{field}/accept", response_model=TaskRead)
async def accept_suggestion(
    task_id: UUID, field: FieldName, session: Session, actor: Writer, now: Now
) -> Response:
    """Make what is suggested your own value."""
    return _shown(await service.accept(session, actor, task_id, field), actor, now)


@writes.post("/tasks/{task_id:uuid}/suggestions/{field}/dismiss", response_model=TaskRead)
async def dismiss_suggestion(
    task_id: UUID, field: FieldName, session: Session, actor: Writer, now: Now
) -> Response:
    """Drop what is suggested; it is not suggested again for this task."""
    return _shown(await service.dismiss(session, actor, task_id, field), actor, now)


@writes.post("/classification/reclassify")
async def reclassify(
    data: Reclassify, session: Session, actor: Writer, runtime: CurrentRuntime, now: Now
) -> Reclassified:
    """Derive anew what no user set, in a workspace or a project of it. First look what would
    differ (`dry_run`, the default), then let a job do it."""
    if data.dry_run:
        examined, changes = await service.compare(session, actor, data, classifier_of(runtime), now)
        return Reclassified(dry_run=True, job_id=None, examined=examined, changes=changes)
    job_id = await service.start(session, actor, data)
    return Reclassified(dry_run=False, job_id=job_id, examined=0, changes=[])


@reads.get("/classification/categories")
async def list_categories(
    session: Session, actor: Reader, workspace_id: Annotated[UUID, Query()]
) -> CategoryPage:
    """Those that everybody has, and the workspace's own: one page holds them."""
    own = [_category(each) for each in await configuring.categories(session, actor, workspace_id)]
    everybodys = [
        CategoryRead(id=None, name=name, description=about, examples=[], custom=False, version=None)
        for name, about in DEFAULTS.items()
    ]
    return CategoryPage(items=[*everybodys, *own])


@writes.post("/classification/categories", status_code=201)
async def create_category(
    data: CategoryCreate, session: Session, actor: Writer, response: Response
) -> CategoryRead:
    """Add a category of the workspace's own; description and examples say what belongs there."""
    made = await configuring.create(session, actor, data)
    response.headers["Location"] = f"/api/v1/classification/categories/{made.id}"
    response.headers["ETag"] = etag(made.version)
    return _category(made)


@writes.patch("/classification/categories/{category_id:uuid}")
async def update_category(
    category_id: UUID,
    data: CategoryPatch,
    session: Session,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> CategoryRead:
    """Change it. Tasks that have it keep the name that it had."""
    found = await configuring.update(session, actor, category_id, data, expected=expected)
    response.headers["ETag"] = etag(found.version)
    return _category(found)


@writes.delete("/classification/categories/{category_id:uuid}", status_code=204)
async def delete_category(
    category_id: UUID, session: Session, actor: Writer, expected: IfMatch
) -> None:
    await configuring.delete(session, actor, category_id, expected=expected)


@reads.get("/workspaces/{workspace_id:uuid}/classification")
async def get_settings(
    workspace_id: UUID,
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    now: Now,
    response: Response,
) -> SettingRead:
    """What the workspace wants of classification, and whether learning helps it."""
    found = await configuring.wishes(session, actor, workspace_id, now)
    response.headers["ETag"] = etag(found.version)
    return _setting(found, runtime)


@writes.patch("/workspaces/{workspace_id:uuid}/classification")
async def update_settings(
    workspace_id: UUID,
    data: SettingPatch,
    session: Session,
    actor: Writer,
    expected: IfMatch,
    runtime: CurrentRuntime,
) -> SettingRead:
    """Keep texts on this machine, for the workspace or some projects; switch learning off or on."""
    found = await configuring.configure(session, actor, workspace_id, data, expected=expected)
    return _setting(found, runtime)


@reads.get("/workspaces/{workspace_id:uuid}/classification/examples")
async def list_examples(workspace_id: UUID, session: Session, actor: Reader) -> ExamplePage:
    """What was learned from."""
    rows = await configuring.examples(session, actor, workspace_id)
    return ExamplePage(
        items=[
            ExampleRead(
                task_id=row.id, title=row.title, field=row.field, value=row.value, at=row.at
            )
            for row in rows
        ]
    )


@writes.delete("/workspaces/{workspace_id:uuid}/classification/examples", status_code=204)
async def forget_examples(workspace_id: UUID, session: Session, actor: Writer) -> None:
    """Forget all that was learned."""
    await configuring.forget(session, actor, workspace_id)


def _shown(task: Task, actor: Actor, now: Now) -> Response:
    body = dump(task_wire(task, actor.hidden, now))
    return Response(body, headers={"ETag": etag(task.version)}, media_type="application/json")


def _category(found: TaskCategory) -> CategoryRead:
    return CategoryRead(
        id=found.id,
        name=found.name,
        description=found.description,
        examples=found.examples,
        custom=True,
        version=found.version,
    )


def _setting(found: ClassificationSetting, runtime: Runtime) -> SettingRead:
    away = classifier_of(runtime).remote
    return SettingRead.model_validate(
        {
            "workspace_id": found.workspace_id,
            "mode": runtime.settings.classification.mode,
            "provider": away and away.name,
            "remote": found.remote,
            "local_projects": found.local_projects,
            "learning": found.learning,
            "helps": found.helps,
            "judged": found.judged,
            "gained": found.gained,
            "version": found.version,
        }
    )
