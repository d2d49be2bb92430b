from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from upnext.core.auth import Actor, Credential
from upnext.core.errors import NotFound, Unauthorized
from upnext.core.http import CurrentRuntime, ReadRoute, Session, WriteRoute
from upnext.core.routing import Router
from upnext.identity.http import Allows, CurrentAuthenticator, SecretRoute
from upnext.identity.models import ShareLink
from upnext.identity.tokens import LINK_PREFIX
from upnext.sharing import policy, service
from upnext.sharing.schemas import (
    LinkCreate,
    LinkList,
    LinkOpens,
    LinkPage,
    LinkRead,
    LinkSecret,
    OpenedProject,
    OpenedTask,
)
from upnext.sharing.service import PROJECTS, TASKS, Made, Opening
from upnext.workspaces.actors import actor_for
from upnext.workspaces.http import requires

reads = Router(tags=["share links"], route_class=ReadRoute)
writes = Router(tags=["share links"], route_class=WriteRoute)
secret_writes = Router(tags=["share links"], route_class=SecretRoute)
routers = (reads, writes, secret_writes)

# Beside the API and its versions, as calendar links are: the address goes around for years.
public = Router(prefix="/share", tags=["share links"], route_class=ReadRoute)
outside = (public,)

Reader = Annotated[Actor, requires(policy.LINKS_READ)]
Writer = Annotated[Actor, requires(policy.LINKS_WRITE)]
Asked = Annotated[LinkList, Query()]
LONGEST_SECRET = 100
UNSEEN = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


async def _maker(
    credential: Annotated[Credential, Depends(Allows(policy.LINKS_WRITE, person=True))],
    runtime: CurrentRuntime,
) -> Actor:
    return await actor_for(runtime.db.lane, credential)


Maker = Annotated[Actor, Depends(_maker)]


@secret_writes.post("/tasks/{task_id:uuid}/links", status_code=201)
async def share_task(
    request: Request, session: Session, actor: Maker, task_id: UUID, data: LinkCreate
) -> LinkSecret:
    """Make a link to a task with its subtasks. Its secret is in this reply and nowhere else."""
    return _told(request, await service.create(session, actor, TASKS, task_id, data))


@secret_writes.post("/projects/{project_id:uuid}/links", status_code=201)
async def share_project(
    request: Request, session: Session, actor: Maker, project_id: UUID, data: LinkCreate
) -> LinkSecret:
    """Make a link to a project. Its secret is in this reply and nowhere else."""
    return _told(request, await service.create(session, actor, PROJECTS, project_id, data))


def _told(request: Request, made: Made) -> LinkSecret:
    public_url = request.app.state.runtime.settings.server.public_url
    base = public_url or f"{request.scope['scheme']}://{request.headers['host']}"
    shown = LinkRead.model_validate(made.link).model_dump()
    shown["user_id"] = shown.pop("created_by")
    return LinkSecret(**shown, token=made.secret, url=f"{base}/share/{made.secret}")


@reads.get("/tasks/{task_id:uuid}/links")
async def list_task_links(
    session: Session, actor: Reader, runtime: CurrentRuntime, task_id: UUID, asked: Asked
) -> LinkPage:
    """Those that are not revoked, the newest first, without their secrets."""
    return _page(*await service.find(session, actor, TASKS, task_id, runtime.keys, asked))


@reads.get("/projects/{project_id:uuid}/links")
async def list_project_links(
    session: Session, actor: Reader, runtime: CurrentRuntime, project_id: UUID, asked: Asked
) -> LinkPage:
    """Those that are not revoked, the newest first, without their secrets."""
    return _page(*await service.find(session, actor, PROJECTS, project_id, runtime.keys, asked))


def _page(links: list[ShareLink], more: str | None) -> LinkPage:
    return LinkPage(items=[LinkRead.model_validate(link) for link in links], next_cursor=more)


@writes.delete("/tasks/{task_id:uuid}/links/{link_id:uuid}", status_code=204)
async def revoke_task_link(
    session: Session,
    actor: Writer,
    authenticator: CurrentAuthenticator,
    task_id: UUID,
    link_id: UUID,
) -> None:
    """It opens nothing from the next request on."""
    await service.revoke(session, actor, TASKS, task_id, link_id)
    authenticator.forget_credential(link_id)


@writes.delete("/projects/{project_id:uuid}/links/{link_id:uuid}", status_code=204)
async def revoke_project_link(
    session: Session,
    actor: Writer,
    authenticator: CurrentAuthenticator,
    project_id: UUID,
    link_id: UUID,
) -> None:
    """It opens nothing from the next request on."""
    await service.revoke(session, actor, PROJECTS, project_id, link_id)
    authenticator.forget_credential(link_id)


@public.get("/{token}", responses={404: {"description": "It opens nothing (any more)"}})
async def read_opened(
    response: Response,
    session: Session,
    runtime: CurrentRuntime,
    authenticator: CurrentAuthenticator,
    token: str,
) -> LinkOpens:
    """What a share link opens: needs no sign-in, since the address is the secret."""
    response.headers.update(UNSEEN)
    missing = NotFound("There is no such link. It may have been revoked.", headers=UNSEEN)
    if not token.startswith(LINK_PREFIX) or len(token) > LONGEST_SECRET or not token.isascii():
        raise missing
    credential = await authenticator.verify(token)
    if credential is None:
        raise missing
    try:
        actor = await actor_for(runtime.db.lane, credential)
    except Unauthorized as closed:
        raise missing from closed
    return _opens(await service.opening(session, actor))


def _opens(found: Opening) -> LinkOpens:
    id_, key, called = found.called
    task = OpenedTask(id=id_, key=key, title=called) if found.link.task_id else None
    project = OpenedProject(id=id_, key=key, name=called) if task is None else None
    paths = ["/tasks/{}", "/tasks/{}/subtasks", "/tasks/{}/comments"]
    if project:
        paths = ["/projects/{}", "/tasks?project_id={}"]
    return LinkOpens(
        kind="project" if project else "task",
        access=found.access,
        expires_at=found.link.expires_at,
        task=task,
        project=project,
        api=[f"/api/v1{path.format(id_)}" for path in paths],
    )
