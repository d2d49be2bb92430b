"""`requires(scope)`: what every route outside of identity asks of its caller."""

from functools import cache
from typing import Any

from fastapi import Depends

from upnext.core.auth import Actor, Scope
from upnext.core.http import Session
from upnext.identity.http import CurrentCredential
from upnext.identity.policy import check_scope
from upnext.workspaces.actors import actor_for


class Requirement:
    """A dependency that yields the actor, if their credential carries `scope`."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(self, credential: CurrentCredential, session: Session) -> Actor:
        check_scope(credential, self.scope)
        return await actor_for(session, credential)


@cache
def requires(scope: Scope) -> Any:  # Depends gives no type to what it stands for
    return Depends(Requirement(scope))
