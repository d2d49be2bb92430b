"""`requires(scope)`: what every route outside of identity asks of its caller."""

from functools import cache
from typing import Any

from fastapi import Depends, Request

from upnext.core.auth import Actor, Scope
from upnext.core.http import runtime_of
from upnext.identity.http import Bearer, current_credential
from upnext.identity.policy import check_scope
from upnext.workspaces.actors import actor_for


class Requirement:
    """A dependency that yields the actor, if their credential carries `scope`."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(self, request: Request, _described: Bearer) -> Actor:
        credential = await current_credential(request)
        check_scope(credential, self.scope)
        return await actor_for(runtime_of(request).db.lane, credential)


@cache
def requires(scope: Scope) -> Any:  # Depends gives no type to what it stands for
    return Depends(Requirement(scope))
