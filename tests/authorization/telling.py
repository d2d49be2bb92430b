"""What is told to somebody, and where: made for the matrix."""

from uuid import UUID, uuid4

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from tests.kit.app import good
from tests.notifications.browser import Browser
from upnext.core.auth import INSTANCE
from upnext.core.context import RequestContext
from upnext.core.runtime import Runtime
from upnext.notifications.models import Notification

CONTEXT = RequestContext(request_id="matrix")


async def notification(client: httpx.AsyncClient, runtime: Runtime) -> str:
    """As if something had happened: what happens is told by jobs."""
    user_id, row_id = UUID(good(await client.get("/auth/me"))["id"]), uuid4()

    async def add(session: AsyncSession) -> None:
        row = Notification(
            id=row_id,
            user_id=user_id,
            event="reminder.due",
            event_key=f"reminder.due:{row_id}",
            workspace_id=INSTANCE,
            data={"text": "Go"},
            shown=True,
            created_at=runtime.clock.now(),
        )
        session.add(row)

    await runtime.workshop.run(CONTEXT, add)
    return str(row_id)


async def browser(client: httpx.AsyncClient, _: Runtime) -> str:
    given = Browser(f"https://push.example.org/{uuid4()}").subscription()
    found: str = good(await client.post("/notifications/push", json=given))["id"]
    return found


async def target(client: httpx.AsyncClient, _: Runtime) -> str:
    body = {"name": "Hook", "url": "jsons://hooks.example.org/x"}
    found: str = good(await client.post("/notifications/targets", json=body))["id"]
    return found


TOLD = {
    "POST /notifications/{notification_id}/read": ("notification.update", notification),
    "POST /notifications/{notification_id}/unread": ("notification.update", notification),
    "DELETE /notifications/{notification_id}": ("notification.delete", notification),
    "DELETE /notifications/push/{subscription_id}": ("push_subscription.delete", browser),
    "DELETE /notifications/targets/{target_id}": ("notification_target.delete", target),
}
