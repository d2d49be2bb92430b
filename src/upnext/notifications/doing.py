"""The action `digest` of schedules: a mail with what to do next and why, to the owner."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import ActionKind, Doing, Output
from upnext.notifications.digest import digest, send_digest


class Digest(BaseModel):
    model_config = ConfigDict(extra="forbid")


async def _apply(session: AsyncSession, doing: Doing, _: Digest, __: object) -> Output:
    user_id = doing.actor.user_id
    if user_id is not None:
        await send_digest(session, user_id, key=f"digest:{doing.run_id}")
    return {"digest_for": str(user_id)}


async def _preview(session: AsyncSession, doing: Doing, _: Digest) -> Output:
    found: Any = None
    if doing.actor.user_id is not None:
        found = await digest(session, doing.actor.user_id, doing.now)
    return {"mail": found is not None}


DIGEST = ActionKind(name="digest", settings=Digest, apply=_apply, preview=_preview)
