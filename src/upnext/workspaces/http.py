"""`requires(scope)`: what every route outside of identity asks of its caller."""

from functools import cache
from typing import Any

from fastapi import Depends, Request

from upnext.core.auth import Actor, Scope
from upnext.core.http import doubt_of, runtime_of
from upnext.identity.http import Bearer, current_credential
from upnext.identity.policy import check_scope
from upnext.workspaces.believing import Roles


class Requirement:
    """A dependency that yields the actor, if their credential carries `scope`."""

    def __init__(self, scope: Scope, *, links: bool = False) -> None:
        self.scope = scope
        self.links = links

    async def __call__(self, request: Request, _described: Bearer) -> Actor:
        credential = await current_credential(request)
        check_scope(credential, self.scope, links=self.links)
        runtime = runtime_of(request)
        roles: Roles = runtime.parts["roles"]
        return await roles.actor_for(runtime.db.lane, credential, doubt_of(request))


@cache
def requires(scope: Scope, *, links: bool = False) -> Any:  # Depends gives no type to its value
    """`links` lets share links in: only where all that is read and written is asked of `Actor`."""
    return Depends(Requirement(scope, links=links))
