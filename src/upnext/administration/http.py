"""`administers(scope)`: what every route of administration asks of its caller."""

from functools import cache
from typing import Any

from fastapi import Depends, Request

from upnext.administration import policy, queries
from upnext.core.auth import Actor, Scope
from upnext.core.errors import Forbidden
from upnext.core.http import runtime_of
from upnext.identity.http import Bearer, current_credential
from upnext.identity.policy import check_scope


class Administration:
    """A dependency that yields the administrator, if they are one at this moment: their role is
    asked for with each request, whatever is remembered of their credential."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(self, request: Request, _described: Bearer) -> Actor:
        credential = await current_credential(request)
        check_scope(credential, self.scope)
        # In a session of its own: a route may have a password to hash before its transaction.
        async with runtime_of(request).db.read() as reader:
            found = await reader.scalar(queries.administers(credential.user_id))
        if not found:
            raise Forbidden(
                "This is for administrators of the instance. Ask one of them.",
                code="admin_required",
            )
        return policy.administrator(credential)


@cache
def administers(scope: Scope) -> Any:  # Depends gives no type to what it stands for
    return Depends(Administration(scope))
