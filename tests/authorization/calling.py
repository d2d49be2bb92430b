"""The routes of webhooks."""

import httpx

from tests.authorization.entry import Entry, Params
from tests.authorization.world import Place, World
from tests.kit.app import good

WEBHOOKS = "/webhooks/{webhook_id}"
DELIVERIES = f"{WEBHOOKS}/deliveries/{{delivery_id}}"
URL = "https://hooks.example.org/in"


async def _workspace(_: World, place: Place, __: str) -> Params:
    return {"workspace_id": place.workspace_id}


async def _project(_: World, place: Place, __: str) -> Params:
    return {"project_id": place.project_id}


async def _webhook(_: World, place: Place, __: str) -> Params:
    """One for all knocks at a place, until it is deleted: there may not be many."""
    path = f"/webhooks?project_id={place.project_id}"
    for one in good(await place.ask("GET", path))["items"]:
        return {"webhook_id": one["id"]}
    body = {"url": URL, "events": ["goal.created"], "project_id": place.project_id}
    made = await place.make("/webhooks", **body)
    return {"webhook_id": made["id"]}


async def _used_webhook(world: World, place: Place, column: str) -> Params:
    params = await _webhook(world, place, column)
    sent = await place.make(f"/webhooks/{params['webhook_id']}/test")
    return {**params, "delivery_id": sent["id"]}


async def _delete(client: httpx.AsyncClient, answer: httpx.Response) -> None:
    good(await client.delete(f"/webhooks/{answer.json()['id']}"))


def _where(params: Params) -> Params:
    return params


def _made(params: Params) -> object:
    return {"url": URL, "events": ["goal.created"], **params}


ROUTES: dict[str, list[Entry]] = {
    "GET /webhooks": [
        Entry("webhook.read", _project, query=_where),
        Entry("webhook.read", _workspace, query=_where, level="workspace"),
    ],
    "POST /webhooks": [
        Entry("webhook.create", _project, _made, after=_delete),
        Entry("webhook.create", _workspace, _made, level="workspace", after=_delete),
    ],
    f"GET {WEBHOOKS}": [Entry("webhook.read", _webhook)],
    f"PATCH {WEBHOOKS}": [Entry("webhook.update", _webhook, lambda _: {"name": "New"})],
    f"DELETE {WEBHOOKS}": [Entry("webhook.delete", _webhook)],
    f"POST {WEBHOOKS}/rotate": [Entry("webhook.update", _webhook)],
    f"POST {WEBHOOKS}/test": [Entry("webhook.send", _webhook)],
    f"POST {WEBHOOKS}/replay": [
        Entry("webhook.send", _webhook, lambda _: {"since": "2026-01-01T00:00:00Z"})
    ],
    f"GET {WEBHOOKS}/deliveries": [Entry("webhook.read", _webhook)],
    f"GET {DELIVERIES}": [Entry("webhook.read", _used_webhook)],
    f"POST {DELIVERIES}/replay": [Entry("webhook.send", _used_webhook)],
}
