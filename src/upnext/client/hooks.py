"""Webhooks and their deliveries, as the API answers."""

from typing import TypedDict


class Webhook(TypedDict, total=False):
    id: str
    name: str
    url: str
    events: list[str]
    filter: str | None
    public_key: str
    disabled: str | None
    failures: int
    delivered_at: str | None
    secret: str


class Delivery(TypedDict):
    id: str
    type: str
    state: str
    attempts: int
    last_status: int | None
    last_error: str | None
    created_at: str
