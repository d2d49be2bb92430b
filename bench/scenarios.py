"""What is measured: each request to the server, its twin at the limit, and its budget."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson

from bench.limit_stats import first_day
from bench.limit_stores import SEARCHED
from bench.load import MICROS, NUMBER, TASK_ID, Request, ask, probe

API = "/api/v1"
DEEP_PAGE = 180
PAGE = 50


@dataclass(frozen=True)
class Budget:
    """At most `times` the limit's CPU, or at most `milliseconds` of it."""

    times: float | None = None
    milliseconds: float | None = None

    def __str__(self) -> str:
        return f"≤ {self.times:g} x" if self.times else f"≤ {self.milliseconds:g} ms"


@dataclass(frozen=True)
class Scenario:
    """`adds` rows, which are removed again after each run, so that every run meets the same."""

    name: str
    request: Request
    budget: Budget
    limit: Request | None = None
    adds: bool = False


@dataclass(frozen=True)
class Account:
    """A seeded person, signed in."""

    token: str
    workspace_id: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def reads(base: str, account: Account, planner: Account, task_ids: list[str]) -> list[Scenario]:
    """Looks around on the server: for a cursor, and for an ETag to ask with."""
    listing = f"{API}/tasks?workspace_id={account.workspace_id}&limit={PAGE}"

    def asked(path: str, **more: Any) -> Request:
        return Request(path, headers=account.headers | more.pop("headers", {}), **more)

    cursor = walk(base, asked(listing))
    one = asked(f"{API}/tasks/{TASK_ID}", task_ids=task_ids)
    path, tag = unchanging(base, account, task_ids)
    same = asked(path, headers={"If-None-Match": tag}, expect=304)
    next_action = Request(f"{API}/next-action", headers=planner.headers)
    double = Budget(times=2)
    return [
        Scenario("list_newest", asked(listing), double, Request("/list_newest")),
        Scenario(
            "list_filtered_sorted",
            asked(f"{listing}&status=open&sort=-due_at,priority"),
            double,
            Request("/list_filtered_sorted"),
        ),
        Scenario(
            "keyset_page_180",
            asked(f"{listing}&cursor={cursor}"),
            double,
            Request("/keyset_page_180"),
        ),
        Scenario(
            "get_one", one, Budget(times=4), Request(f"/get_one/{TASK_ID}", task_ids=task_ids)
        ),
        Scenario(
            "search",
            asked(f"{API}/search?q={SEARCHED}&workspace_id={account.workspace_id}&limit=20"),
            double,
            Request("/search"),
        ),
        Scenario("conditional_304", same, Budget(milliseconds=0.5)),
        Scenario("next_action", next_action, Budget(milliseconds=5)),
    ]


def statistics(base: str, account: Account, planner: Account) -> list[Scenario]:
    """From what is kept, by an ETag, and counted anew beside the same statement alone.

    The first two are of an account in which nothing is written meanwhile: a write ends both.
    """
    path = f"{API}/tasks/stats?workspace_id={planner.workspace_id}"
    kept = Request(path, headers=planner.headers)
    headers = {name.lower(): value for name, value in ask(base, kept).headers.items()}
    tagged = planner.headers | {"If-None-Match": headers["etag"]}
    half = Budget(milliseconds=0.5)
    # Another moment each time, so that nothing that was kept is asked for.
    since = f"{first_day()}T00:00:00.{MICROS}Z"
    anew = f"{API}/tasks/stats?workspace_id={account.workspace_id}&from={since}"
    counted = Request(anew, headers=account.headers)
    return [
        Scenario("stats_hit", kept, half),
        Scenario("stats_304", Request(path, headers=tagged, expect=304), half),
        Scenario("stats_miss", counted, Budget(times=1.2), Request("/stats")),
    ]


def writes(account: Account, task_ids: list[str]) -> list[Scenario]:
    body = {
        "title": f"Write the report number {NUMBER}",
        "description": "Look at last year's version first.\n\nNeeds a signature.",
        "priority": "high",
        "estimated_duration": 45,
        "due_at": "2027-03-31T17:00:00Z",
    }
    # Among the first is the one that is asked for with its ETag: it must stay as it is.
    task_ids = task_ids[100:]
    changed = {"title": f"Rewrite the report number {NUMBER}", "priority": "urgent"}
    keyed = {"Idempotency-Key": f"bench-{uuid4().hex}-{NUMBER}"}
    insert = _json("POST", "/create", body)
    five = Budget(times=5)
    create = _json("POST", f"{API}/tasks", body, account.headers, expect=201)
    repeatable = _json("POST", f"{API}/tasks", body, account.headers | keyed, expect=201)
    update = _json("PATCH", f"{API}/tasks/{TASK_ID}", changed, account.headers, task_ids)
    bare_update = _json("PATCH", f"/update/{TASK_ID}", changed, {}, task_ids)
    return [
        Scenario("create", create, five, insert, adds=True),
        Scenario("create_idempotent", repeatable, five, insert, adds=True),
        Scenario("update", update, five, bare_update),
    ]


def _json(
    method: str,
    path: str,
    body: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    task_ids: list[str] | None = None,
    *,
    expect: int = 200,
) -> Request:
    heads = {"Content-Type": "application/json", **(headers or {})}
    return Request(path, method, heads, json.dumps(body), task_ids or [], expect)


def walk(base: str, first: Request) -> str:
    """The cursor of the deep page, reached as a client reaches it."""
    request = first
    for _ in range(DEEP_PAGE - 1):
        cursor: str = orjson.loads(probe(base, request))["next_cursor"]
        request = Request(f"{first.path}&cursor={cursor}", headers=first.headers)
    return cursor


def unchanging(base: str, account: Account, task_ids: list[str]) -> tuple[str, str]:
    """A task's path and ETag. Not an overdue one: those are always sent in full."""
    for task_id in task_ids[:100]:
        path = f"{API}/tasks/{task_id}"
        answer = ask(base, Request(path, headers=account.headers))
        if not orjson.loads(answer.body)["overdue"]:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return path, headers["etag"]
    raise AssertionError("every task is overdue")
