from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, IfMatch, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.workspaces import members, policy, project_members, projects, service
from upnext.workspaces.http import requires
from upnext.workspaces.invitations.schemas import InvitationRead
from upnext.workspaces.models import Invitation, Project
from upnext.workspaces.schemas import (
    MemberAdd,
    MemberList,
    MemberUpdate,
    ProjectCreate,
    ProjectList,
    ProjectMemberAdd,
    ProjectMemberPage,
    ProjectMemberRead,
    ProjectMemberUpdate,
    ProjectPage,
    ProjectRead,
    ProjectUpdate,
    WorkspaceCreate,
    WorkspaceList,
    WorkspaceMemberPage,
    WorkspaceMemberRead,
    WorkspacePage,
    WorkspaceRead,
    WorkspaceUpdate,
)

workspace_reads = Router(prefix="/workspaces", tags=["workspaces"], route_class=ReadRoute)
workspace_writes = Router(prefix="/workspaces", tags=["workspaces"], route_class=WriteRoute)
project_reads = Router(prefix="/projects", tags=["projects"], route_class=ReadRoute)
project_writes = Router(prefix="/projects", tags=["projects"], route_class=WriteRoute)
routers = (workspace_reads, workspace_writes, project_reads, project_writes)

Reader = Annotated[Actor, requires(policy.WORKSPACES_READ)]
Writer = Annotated[Actor, requires(policy.WORKSPACES_WRITE)]
ProjectReader = Annotated[Actor, requires(policy.PROJECTS_READ)]
SharedProjectReader = Annotated[Actor, requires(policy.PROJECTS_READ, links=True)]
ProjectWriter = Annotated[Actor, requires(policy.PROJECTS_WRITE)]


# Workspaces


@workspace_reads.get("")
async def list_workspaces(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    asked: Annotated[WorkspaceList, Query()],
) -> WorkspacePage:
    rows, cursor = await service.find(session, actor, runtime.keys, asked)
    items = [WorkspaceRead.of(row, role) for row, role in rows]
    return WorkspacePage(items=items, next_cursor=cursor)


@workspace_writes.post("", status_code=201)
async def create_workspace(
    data: WorkspaceCreate, session: Session, actor: Writer, response: Response
) -> WorkspaceRead:
    workspace = await service.create(session, actor, data)
    response.headers["Location"] = f"/api/v1/workspaces/{workspace.id}"
    response.headers["ETag"] = etag(workspace.version)
    return WorkspaceRead.of(workspace, policy.CREATOR)


@workspace_reads.get("/{workspace_id:uuid}")
async def get_workspace(
    workspace_id: UUID, session: Session, actor: Reader, response: Response
) -> WorkspaceRead:
    workspace = await service.get(session, actor, workspace_id)
    response.headers["ETag"] = etag(workspace.version)
    return WorkspaceRead.of(workspace, actor.workspaces[workspace_id])


@workspace_writes.patch("/{workspace_id:uuid}")
async def update_workspace(
    workspace_id: UUID,
    data: WorkspaceUpdate,
    session: Session,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> WorkspaceRead:
    workspace = await service.update(session, actor, workspace_id, data, expected=expected)
    response.headers["ETag"] = etag(workspace.version)
    return WorkspaceRead.of(workspace, actor.workspaces[workspace_id])


@workspace_writes.delete("/{workspace_id:uuid}", status_code=204)
async def delete_workspace(
    workspace_id: UUID, session: Session, actor: Writer, expected: IfMatch
) -> None:
    await service.delete(session, actor, workspace_id, expected=expected)


@workspace_writes.post("/{workspace_id:uuid}/restore")
async def restore_workspace(
    workspace_id: UUID, session: Session, actor: Writer, expected: IfMatch, response: Response
) -> WorkspaceRead:
    workspace = await service.restore(session, actor, workspace_id, expected=expected)
    response.headers["ETag"] = etag(workspace.version)
    return WorkspaceRead.of(workspace, policy.CREATOR)


@workspace_reads.get("/{workspace_id:uuid}/members")
async def list_members(
    workspace_id: UUID,
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    asked: Annotated[MemberList, Query()],
) -> WorkspaceMemberPage:
    rows, cursor = await members.find(session, actor, runtime.keys, workspace_id, asked)
    items = [WorkspaceMemberRead.of(*row) for row in rows]
    return WorkspaceMemberPage(items=items, next_cursor=cursor)


@workspace_writes.post(
    "/{workspace_id:uuid}/members",
    status_code=201,
    responses={202: {"model": InvitationRead, "description": "Invited by mail"}},
)
async def add_member(
    workspace_id: UUID,
    data: MemberAdd,
    session: Session,
    actor: Writer,
    runtime: CurrentRuntime,
    response: Response,
) -> WorkspaceMemberRead | InvitationRead:
    """Add somebody. Who has no account here, and with UPNEXT_JOINING=invited everybody, is invited
    by mail instead: then the answer is 202 and the invitation."""
    ask_first = runtime.settings.auth.joining == "invited"
    added = await members.add(session, actor, workspace_id, data, ask_first=ask_first)
    if isinstance(added, Invitation):
        response.status_code = 202
        return InvitationRead.model_validate(added)
    member, user = added
    response.headers["ETag"] = etag(member.version)
    return WorkspaceMemberRead.of(member, user)


@workspace_writes.patch("/{workspace_id:uuid}/members/{user_id:uuid}")
async def update_member(  # noqa: PLR0913  (each is a part of the request)
    *,
    workspace_id: UUID,
    user_id: UUID,
    data: MemberUpdate,
    session: Session,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> WorkspaceMemberRead:
    member, user = await members.update(
        session, actor, workspace_id, user_id, data.role, expected=expected
    )
    response.headers["ETag"] = etag(member.version)
    return WorkspaceMemberRead.of(member, user)


@workspace_writes.delete("/{workspace_id:uuid}/members/{user_id:uuid}", status_code=204)
async def remove_member(
    workspace_id: UUID, user_id: UUID, session: Session, actor: Writer, expected: IfMatch
) -> None:
    """Remove somebody, or leave."""
    await members.remove(session, actor, workspace_id, user_id, expected=expected)


# Projects


def _project(actor: Actor, row: Project) -> ProjectRead:
    return ProjectRead.of(row, actor.role_in(row.workspace_id, row.id))


def _tagged(project: ProjectRead, response: Response) -> ProjectRead:
    """By the role, too: another one is another answer, though the project is as it was."""
    response.headers["ETag"] = etag(project.version, project.role or "")
    return project


@project_reads.get("")
async def list_projects(
    session: Session,
    actor: ProjectReader,
    runtime: CurrentRuntime,
    asked: Annotated[ProjectList, Query()],
) -> ProjectPage:
    rows, cursor = await projects.find(session, actor, runtime.keys, asked)
    items = [_project(actor, row) for row in rows]
    return ProjectPage(items=items, next_cursor=cursor)


@project_writes.post("", status_code=201)
async def create_project(
    data: ProjectCreate, session: Session, actor: ProjectWriter, response: Response
) -> ProjectRead:
    project = await projects.create(session, actor, data)
    response.headers["Location"] = f"/api/v1/projects/{project.id}"
    return _tagged(_project(actor, project), response)


@project_reads.get("/{project_id:uuid}")
async def get_project(
    project_id: UUID, session: Session, actor: SharedProjectReader, response: Response
) -> ProjectRead:
    project = await projects.get(session, actor, project_id)
    return _tagged(_project(actor, project), response)


@project_writes.patch("/{project_id:uuid}")
async def update_project(
    project_id: UUID,
    data: ProjectUpdate,
    session: Session,
    actor: ProjectWriter,
    expected: IfMatch,
    response: Response,
) -> ProjectRead:
    project = await projects.update(session, actor, project_id, data, expected=expected)
    return _tagged(_project(actor, project), response)


@project_writes.delete("/{project_id:uuid}", status_code=204)
async def delete_project(
    project_id: UUID, session: Session, actor: ProjectWriter, expected: IfMatch
) -> None:
    await projects.delete(session, actor, project_id, expected=expected)


@project_writes.post("/{project_id:uuid}/restore")
async def restore_project(
    project_id: UUID, session: Session, actor: ProjectWriter, expected: IfMatch, response: Response
) -> ProjectRead:
    project = await projects.restore(session, actor, project_id, expected=expected)
    return _tagged(_project(actor, project), response)


@project_reads.get("/{project_id:uuid}/members")
async def list_project_members(
    project_id: UUID,
    session: Session,
    actor: ProjectReader,
    runtime: CurrentRuntime,
    asked: Annotated[MemberList, Query()],
) -> ProjectMemberPage:
    rows, cursor = await project_members.find(session, actor, runtime.keys, project_id, asked)
    items = [ProjectMemberRead.of(*row) for row in rows]
    return ProjectMemberPage(items=items, next_cursor=cursor)


@project_writes.post("/{project_id:uuid}/members", status_code=201)
async def add_project_member(
    project_id: UUID,
    data: ProjectMemberAdd,
    session: Session,
    actor: ProjectWriter,
    response: Response,
) -> ProjectMemberRead:
    member, user = await project_members.add(session, actor, project_id, data)
    response.headers["ETag"] = etag(member.version)
    return ProjectMemberRead.of(member, user)


@project_writes.patch("/{project_id:uuid}/members/{user_id:uuid}")
async def update_project_member(  # noqa: PLR0913  (each is a part of the request)
    *,
    project_id: UUID,
    user_id: UUID,
    data: ProjectMemberUpdate,
    session: Session,
    actor: ProjectWriter,
    expected: IfMatch,
    response: Response,
) -> ProjectMemberRead:
    member, user = await project_members.update(
        session, actor, project_id, user_id, data.role, expected=expected
    )
    response.headers["ETag"] = etag(member.version)
    return ProjectMemberRead.of(member, user)


@project_writes.delete("/{project_id:uuid}/members/{user_id:uuid}", status_code=204)
async def remove_project_member(
    project_id: UUID, user_id: UUID, session: Session, actor: ProjectWriter, expected: IfMatch
) -> None:
    """Remove somebody, or leave."""
    await project_members.remove(session, actor, project_id, user_id, expected=expected)
