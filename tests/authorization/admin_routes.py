"""The routes under /admin: what each does, and how to make what it is done to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from tests.authorization.world import World
from tests.kit.app import good
from upnext.core.context import RequestContext
from upnext.core.jobs import cancel, enqueue
from upnext.core.mail import Letter
from upnext.core.mail.letters import compose
from upnext.core.mail.transports import outbox_of
from upnext.core.runtime import Runtime
from upnext.identity import accounts


@dataclass(frozen=True)
class Instance:
    """What a route under /admin does, and how to make what it is done to: an id for the path."""

    action: str
    make: Callable[[World, Runtime], Awaitable[str]] | None = None
    body: Callable[[World], Any] | None = None
    query: Callable[[World], dict[str, str]] | None = None


async def _some_user(world: World, runtime: Runtime) -> str:
    name = f"{uuid4()}@world.example"
    user = await accounts.create(runtime, name, None, "a sentence of the matrix", is_admin=False)
    return str(user.id)


async def _some_workspace(world: World, _: Runtime) -> str:
    found: str = (await world.places["own"].make("/workspaces", name="Some"))["id"]
    return found


async def _gone_workspace(world: World, runtime: Runtime) -> str:
    found = await _some_workspace(world, runtime)
    good(await world.places["own"].ask("DELETE", f"/workspaces/{found}"))
    return found


async def _some_project(world: World, _: Runtime) -> str:
    return await world.places["private"].new_project()


async def _gone_project(world: World, _: Runtime) -> str:
    place = world.places["private"]
    found = await place.new_project()
    good(await place.ask("DELETE", f"/projects/{found}"))
    return found


async def _some_task(world: World, _: Runtime) -> str:
    return await world.places["private"].new_task()


async def _gone_task(world: World, _: Runtime) -> str:
    place = world.places["private"]
    found = await place.new_task()
    good(await place.ask("DELETE", f"/tasks/{found}"))
    return found


async def _some_job(_: World, runtime: Runtime) -> str:
    async def apply(session: AsyncSession) -> str:
        return str(await enqueue(session, "matrix.probe", {}))

    return await runtime.workshop.run(RequestContext(request_id="matrix"), apply)


async def _stopped_job(world: World, runtime: Runtime) -> str:
    found = await _some_job(world, runtime)

    async def apply(session: AsyncSession) -> None:
        await cancel(session, UUID(found), "for the matrix")

    await runtime.workshop.run(RequestContext(request_id="matrix"), apply)
    return found


async def _some_mail(_: World, runtime: Runtime) -> str:
    letter = Letter(id=uuid4(), to="a@world.example", subject="Hello", text="Hello", html="Hello")
    outbox = outbox_of(runtime.settings)
    await outbox.send(compose(letter, runtime.settings.mail, runtime.clock.now()))
    return (await outbox.newest(1))[0].name


def _new_account(_: World) -> Any:
    return {"email": f"{uuid4()}@world.example"}


def _to_newcomer(world: World) -> Any:
    return {"user_id": world.newcomer.id}


def _to_heir(world: World) -> dict[str, str]:
    return {"transfer_to": world.newcomer.id}


def _rename(_: World) -> Any:
    return {"name": "New"}


ADMIN_ROUTES: dict[str, Instance] = {
    "GET /admin/stats": Instance("admin.stats.read"),
    "GET /admin/outbox": Instance("admin.mail.read"),
    "GET /admin/outbox/{name}": Instance("admin.mail.read", _some_mail),
    "GET /admin/outbox/{name}/raw": Instance("admin.mail.read", _some_mail),
    "GET /admin/users": Instance("admin.user.read"),
    "POST /admin/users": Instance("admin.user.create", body=_new_account),
    "GET /admin/users/{user_id}": Instance("admin.user.read", _some_user),
    "PATCH /admin/users/{user_id}": Instance(
        "admin.user.update", _some_user, lambda _: {"disabled": True}
    ),
    "POST /admin/users/{user_id}/reset-password": Instance("admin.user.update", _some_user),
    "DELETE /admin/users/{user_id}": Instance("admin.user.delete", _some_user, query=_to_heir),
    "GET /admin/workspaces": Instance("admin.workspace.read"),
    "GET /admin/workspaces/{workspace_id}": Instance("admin.workspace.read", _some_workspace),
    "PATCH /admin/workspaces/{workspace_id}": Instance(
        "admin.workspace.update", _some_workspace, _rename
    ),
    "POST /admin/workspaces/{workspace_id}/transfer": Instance(
        "admin.workspace.update", _some_workspace, _to_newcomer
    ),
    "DELETE /admin/workspaces/{workspace_id}": Instance("admin.workspace.delete", _some_workspace),
    "POST /admin/workspaces/{workspace_id}/restore": Instance(
        "admin.workspace.delete", _gone_workspace
    ),
    "GET /admin/projects": Instance("admin.project.read"),
    "GET /admin/projects/{project_id}": Instance("admin.project.read", _some_project),
    "PATCH /admin/projects/{project_id}": Instance("admin.project.update", _some_project, _rename),
    "DELETE /admin/projects/{project_id}": Instance("admin.project.delete", _some_project),
    "POST /admin/projects/{project_id}/restore": Instance("admin.project.delete", _gone_project),
    "GET /admin/tasks": Instance("admin.task.read"),
    "GET /admin/tasks/{task_id}": Instance("admin.task.read", _some_task),
    "PATCH /admin/tasks/{task_id}": Instance(
        "admin.task.update", _some_task, lambda _: {"title": "New"}
    ),
    "DELETE /admin/tasks/{task_id}": Instance("admin.task.delete", _some_task),
    "POST /admin/tasks/{task_id}/restore": Instance("admin.task.delete", _gone_task),
    "GET /admin/schedule-runs": Instance("admin.run.read"),
    "GET /admin/files": Instance(
        "admin.file.read", query=lambda world: {"workspace_id": world.places["own"].workspace_id}
    ),
    "GET /admin/files/usage": Instance("admin.file.read"),
    "POST /admin/files/verify": Instance("admin.file.update"),
    "POST /admin/files/sweep": Instance("admin.file.update"),
    "GET /admin/backups": Instance("admin.backup.read"),
    "POST /admin/backups": Instance("admin.backup.create"),
    "GET /admin/jobs": Instance("admin.job.read"),
    "GET /admin/jobs/counts": Instance("admin.job.read"),
    "GET /admin/jobs/{job_id}": Instance("admin.job.read", _some_job),
    "POST /admin/jobs/requeue": Instance("admin.job.update", body=lambda _: {"kind": "nothing"}),
    "POST /admin/jobs/{job_id}/requeue": Instance("admin.job.update", _stopped_job),
    "POST /admin/jobs/{job_id}/cancel": Instance("admin.job.update", _some_job),
}
