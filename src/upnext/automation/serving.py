"""What the routes of automation get beside the session."""

from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import Registries
from upnext.core.http import CurrentRuntime, Now, Session


class Means(NamedTuple):
    """What a use case needs of its process."""

    session: AsyncSession
    registries: Registries
    now: datetime


async def _means(session: Session, runtime: CurrentRuntime, now: Now) -> Means:
    parts = runtime.parts
    return Means(session, {"kinds": parts["actions"], "fields": parts["filter_fields"]}, now)


CurrentMeans = Annotated[Means, Depends(_means)]
