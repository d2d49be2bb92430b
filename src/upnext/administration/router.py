from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from upnext.administration import accounts, filing, operating, outbox, places, policy
from upnext.administration.http import administers
from upnext.administration.policy import reaching
from upnext.administration.schemas import (
    PasswordReset,
    PasswordTold,
    ProjectSearch,
    TaskSearch,
    Transfer,
    UserCreate,
    UserDetail,
    UserList,
    UserMade,
    UserPage,
    UserPatch,
    UserShown,
    WorkspaceFound,
    WorkspaceSearch,
    WorkspaceShown,
)
from upnext.core.auth import Actor
from upnext.core.errors import invalid_field
from upnext.core.http import (
    CurrentRuntime,
    IfMatch,
    Now,
    ReadRoute,
    Session,
    WriteRoute,
    etag,
)
from upnext.core.routing import Router
from upnext.identity import accounts as operator
from upnext.identity import passwords
from upnext.identity import service as identity
from upnext.identity.http import CurrentAuthenticator, SecretRoute
from upnext.tasks import occurrences, trash
from upnext.tasks.models import Task
from upnext.tasks.schemas import TaskPage, TaskPatch, TaskRead
from upnext.tasks.wire import dump, task_wire
from upnext.workspaces import leaving, projects
from upnext.workspaces import service as workspaces
from upnext.workspaces.models import Project
from upnext.workspaces.schemas import (
    ProjectPage,
    ProjectRead,
    ProjectUpdate,
    WorkspaceUpdate,
)

reads = Router(prefix="/admin", tags=["Administration"], route_class=ReadRoute)
writes = Router(prefix="/admin", tags=["Administration"], route_class=WriteRoute)
secret_writes = Router(prefix="/admin", tags=["Administration"], route_class=SecretRoute)
routers = (
    *(reads, writes, secret_writes),
    *(operating.reads, operating.writes),
    *(filing.reads, filing.writes),
    outbox.reads,
)

Reader = Annotated[Actor, administers(policy.ADMIN_READ)]
Writer = Annotated[Actor, administers(policy.ADMIN_WRITE)]
Heir = Annotated[
    UUID | None, Query(description="The account that gets what they alone own, and their tasks.")
]
Confirm = Annotated[
    str | None,
    Query(max_length=320, description="Without transfer_to: the account's e-mail address."),
]


def _json(value: object, **headers: str) -> Response:
    return Response(dump(value), headers=headers, media_type="application/json")


# Accounts


@reads.get("/users")
async def list_users(
    session: Session, _: Reader, runtime: CurrentRuntime, asked: Annotated[UserList, Query()]
) -> UserPage:
    """Every account, the newest first."""
    found, more = await accounts.find(session, runtime.keys, asked)
    return UserPage(items=[UserShown.of(user) for user in found], next_cursor=more)


@secret_writes.post("/users", status_code=201)
async def create_user(
    session: Session, actor: Writer, data: UserCreate, response: Response
) -> UserMade:
    """Make an account, also where registration is closed."""
    given, own = data.password, (data.email, data.username)
    password = _strong(given, *own) if given else operator.generated_password()
    hashed = await passwords.hashed(password)
    account = identity.NewAccount(email=data.email, username=data.username, password_hash=hashed)
    user = await identity.create_user(session, actor, account, is_admin=data.role == "admin")
    response.headers["Location"] = f"/api/v1/admin/users/{user.id}"
    response.headers["ETag"] = etag(user.version)
    return UserMade.of(user, password=None if given else password)


def _strong(password: str, *own_names: str | None) -> str:
    if reason := passwords.weakness(password, *own_names):
        raise invalid_field("/password", reason, "weak_password")
    return password


@reads.get("/users/{user_id:uuid}")
async def get_user(
    session: Session, _: Reader, now: Now, user_id: UUID, response: Response
) -> UserDetail:
    """One account, with what it has: its workspaces, and those that it alone owns."""
    found = await accounts.describe(session, user_id, now)
    response.headers["ETag"] = etag(found.version)
    return found


@writes.patch("/users/{user_id:uuid}")
async def patch_user(  # noqa: PLR0913, PLR0917  (FastAPI injects them by name)
    session: Session,
    actor: Writer,
    user_id: UUID,
    data: UserPatch,
    version: IfMatch,
    authenticator: CurrentAuthenticator,
    response: Response,
) -> UserShown:
    """Promote or demote, disable or enable. The last active administrator stays one."""
    user = await accounts.amend(session, actor, user_id, data, expected=version)
    authenticator.forget(user_id)
    response.headers["ETag"] = etag(user.version)
    return UserShown.of(user)


@secret_writes.post("/users/{user_id:uuid}/reset-password")
async def reset_password(
    session: Session,
    actor: Writer,
    runtime: CurrentRuntime,
    user_id: UUID,
    authenticator: CurrentAuthenticator,
    data: PasswordReset | None = None,
) -> PasswordTold:
    """Give an account another password. Its sessions and API tokens end."""
    given = data.password if data else None
    async with runtime.db.read() as reader:
        user = await identity.load(reader, user_id)
    own = (user.email, user.username)
    password = _strong(given, *own) if given else operator.generated_password()
    hashed = await passwords.hashed(password)
    ended = await identity.reset_password(session, actor, user_id, hashed)
    authenticator.forget(user_id)
    return PasswordTold(sessions_ended=len(ended), password=None if given else password)


@writes.delete("/users/{user_id:uuid}", status_code=204)
async def delete_user(
    session: Session,
    actor: Writer,
    user_id: UUID,
    authenticator: CurrentAuthenticator,
    transfer_to: Heir = None,
    confirm: Confirm = None,
) -> None:
    """Delete an account for good. What it alone owns goes to another account, or to the trash."""
    await accounts.delete(session, actor, user_id, transfer_to=transfer_to, confirm=confirm)
    authenticator.forget(user_id)


# Workspaces


@reads.get("/workspaces")
async def list_workspaces(
    session: Session, _: Reader, runtime: CurrentRuntime, asked: Annotated[WorkspaceSearch, Query()]
) -> WorkspaceFound:
    """Every workspace, the newest first, with its owners and how much is in it."""
    found, more = await places.find_workspaces(session, runtime.keys, asked)
    return WorkspaceFound(items=found, next_cursor=more)


@reads.get("/workspaces/{workspace_id:uuid}")
async def get_workspace(
    session: Session, _: Reader, workspace_id: UUID, response: Response
) -> WorkspaceShown:
    """One workspace, also from the trash."""
    return _tagged(await places.workspace(session, workspace_id), response)


def _tagged(found: WorkspaceShown, response: Response) -> WorkspaceShown:
    response.headers["ETag"] = etag(found.version)
    return found


@writes.patch("/workspaces/{workspace_id:uuid}")
async def patch_workspace(
    session: Session,
    actor: Writer,
    workspace_id: UUID,
    data: WorkspaceUpdate,
    version: IfMatch,
    response: Response,
) -> WorkspaceShown:
    """Rename it, put it away, or take it out again."""
    there = reaching(actor, workspace_id)
    await workspaces.update(session, there, workspace_id, data, expected=version)
    return _tagged(await places.workspace(session, workspace_id), response)


@writes.delete("/workspaces/{workspace_id:uuid}", status_code=204)
async def delete_workspace(
    session: Session, actor: Writer, workspace_id: UUID, version: IfMatch
) -> None:
    """Into the trash, with all that it holds."""
    await workspaces.delete(session, reaching(actor, workspace_id), workspace_id, expected=version)


@writes.post("/workspaces/{workspace_id:uuid}/restore")
async def restore_workspace(
    session: Session, actor: Writer, workspace_id: UUID, response: Response
) -> WorkspaceShown:
    await workspaces.restore(session, reaching(actor, workspace_id), workspace_id)
    return _tagged(await places.workspace(session, workspace_id), response)


@writes.post("/workspaces/{workspace_id:uuid}/transfer")
async def transfer_workspace(
    session: Session,
    actor: Writer,
    workspace_id: UUID,
    data: Transfer,
    version: IfMatch,
    response: Response,
) -> WorkspaceShown:
    """Make one account its only owner, member of it or not. Former owners become admins there."""
    there = reaching(actor, workspace_id)
    await leaving.transfer(session, there, workspace_id, data.user_id, expected=version)
    return _tagged(await places.workspace(session, workspace_id), response)


# Projects


@reads.get("/projects")
async def list_projects(
    session: Session, _: Reader, runtime: CurrentRuntime, asked: Annotated[ProjectSearch, Query()]
) -> ProjectPage:
    """Every project, private ones too, the newest first."""
    found, more = await places.find_projects(session, runtime.keys, asked)
    return ProjectPage(items=[ProjectRead.of(row, None) for row in found], next_cursor=more)


@reads.get("/projects/{project_id:uuid}")
async def get_project(
    session: Session, _: Reader, project_id: UUID, response: Response
) -> ProjectRead:
    """One project, also from the trash."""
    return _project(await places.project(session, project_id), response)


def _project(row: Project, response: Response) -> ProjectRead:
    response.headers["ETag"] = etag(row.version)
    return ProjectRead.of(row, None)


@writes.patch("/projects/{project_id:uuid}")
async def patch_project(
    session: Session,
    actor: Writer,
    project_id: UUID,
    data: ProjectUpdate,
    version: IfMatch,
    response: Response,
) -> ProjectRead:
    there = await places.reach(session, actor, Project, project_id)
    row = await projects.update(session, there, project_id, data, expected=version)
    return _project(row, response)


@writes.delete("/projects/{project_id:uuid}", status_code=204)
async def delete_project(
    session: Session, actor: Writer, project_id: UUID, version: IfMatch
) -> None:
    """Into the trash, with its tasks."""
    there = await places.reach(session, actor, Project, project_id)
    await projects.delete(session, there, project_id, expected=version)


@writes.post("/projects/{project_id:uuid}/restore")
async def restore_project(
    session: Session, actor: Writer, project_id: UUID, response: Response
) -> ProjectRead:
    there = await places.reach(session, actor, Project, project_id)
    return _project(await projects.restore(session, there, project_id), response)


# Tasks


@reads.get("/tasks", response_model=TaskPage)
async def list_tasks(
    session: Session,
    _: Reader,
    runtime: CurrentRuntime,
    now: Now,
    asked: Annotated[TaskSearch, Query()],
) -> Response:
    """Everybody's tasks, the newest first. What is rare and asked for by words is slow to find."""
    return _json(await places.find_tasks(session, runtime.keys, asked, now))


@reads.get("/tasks/{task_id:uuid}", response_model=TaskRead)
async def get_task(session: Session, _: Reader, now: Now, task_id: UUID) -> Response:
    """One task, also from the trash."""
    found = await places.task(session, task_id, now)
    return _json(found, ETag=etag(found["version"]))


@writes.patch("/tasks/{task_id:uuid}", response_model=TaskRead)
async def patch_task(
    session: Session, actor: Writer, now: Now, task_id: UUID, data: TaskPatch, version: IfMatch
) -> Response:
    """As its owner would. Where it lies, no member learns more than that an administrator did."""
    there = await places.reach(session, actor, Task, task_id)
    task = await occurrences.update_task(
        session, there, task_id, data, expected=version, reach=None
    )
    return _json(task_wire(task, frozenset(), now), ETag=etag(task.version))


@writes.delete("/tasks/{task_id:uuid}", status_code=204)
async def delete_task(session: Session, actor: Writer, task_id: UUID, version: IfMatch) -> None:
    """Into the trash, with all below it."""
    there = await places.reach(session, actor, Task, task_id)
    await occurrences.delete_task(session, there, task_id, expected=version, reach=None)


@writes.post("/tasks/{task_id:uuid}/restore", response_model=TaskRead)
async def restore_task(session: Session, actor: Writer, now: Now, task_id: UUID) -> Response:
    there = await places.reach(session, actor, Task, task_id)
    task = await trash.restore_task(session, there, task_id)
    return _json(task_wire(task, frozenset(), now), ETag=etag(task.version))
