"""GET /audit and /audit.csv: what is in them, what they can be narrowed to, and for whom."""

import csv
import io
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.types import ASGIApp

from tests.kit.app import Person, connect, good, max_queries, refused, seal
from tests.tasks.making import block, make, make_project, patch
from tests.workspaces.teams import Team, assemble, regroup
from upnext.core.runtime import Runtime
from upnext.identity import accounts


@pytest.fixture(scope="session")
async def people(served: ASGIApp) -> Team:
    return await assemble(served)


@pytest.fixture
async def team(people: Team) -> Team:
    return await regroup(people)


async def trail(person: Person, **params: Any) -> list[Any]:
    params.setdefault("workspace_id", person.workspace_id)
    query = {name: value for name, value in params.items() if value is not None}
    return list(good(await person.client.get("/audit", params=query))["items"])


async def test_an_entry_says_who_did_what_when_and_from_where(
    person: Person, runtime: Runtime
) -> None:
    task = await make(person, title="Rent")
    headers = {"User-Agent": "suite/1", "X-Request-Id": "request-number-1"}
    path = f"/tasks/{task['id']}"
    good(await person.client.patch(path, json={"priority": "high"}, headers=headers))
    assert await trail(person, resource_id=task["id"]) == []
    await seal(runtime)
    changed, created = await trail(person, resource_id=task["id"])
    sessions = good(await person.client.get("/auth/sessions"))["items"]
    assert changed["actor"] == {
        "kind": "user",
        "id": person.id,
        "name": person.email.partition("@")[0],
    }
    assert changed["resource"] == {
        "type": "task",
        "id": task["id"],
        "version": 2,
        "name": f"{task['key']} Rent",
    }
    assert changed["changes"] == [{"field": "priority", "before": "medium", "after": "high"}]
    told = {name: changed[name] for name in ("type", "ip", "user_agent", "request_id", "trace_id")}
    assert told == {
        "type": "task.updated",
        "ip": "127.0.0.1",
        "user_agent": "suite/1",
        "request_id": "request-number-1",
        "trace_id": None,
    }
    assert changed["credential_id"] == sessions[0]["id"]
    assert (created["type"], created["seq"]) == ("task.created", changed["seq"] - 1)
    assert len(changed["hash"]) == 64


async def test_pages_are_the_whole_in_order(person: Person, runtime: Runtime) -> None:
    for number in range(7):
        await make(person, title=f"{number}")
    await seal(runtime)
    whole = await trail(person, limit=100)
    assert [one["seq"] for one in whole] == list(range(len(whole), 0, -1))
    pages: list[Any] = []
    cursor = None
    while True:
        query: dict[str, Any] = {"workspace_id": person.workspace_id, "limit": 4}
        query |= {"cursor": cursor} if cursor else {}
        page = good(await person.client.get("/audit", params=query))
        pages += page["items"]
        await make(person, title="Meanwhile")
        await seal(runtime)
        if (cursor := page["next_cursor"]) is None:
            break
        assert len(page["items"]) == 4
    assert pages == whole


async def test_what_it_can_be_narrowed_to(person: Person, runtime: Runtime) -> None:
    first, second = await make(person), await make(person)
    await patch(person, first, completed=True)
    project = await make_project(person)
    scopes = {"name": "t", "scopes": ["tasks:write"]}
    token = good(await person.client.post("/auth/tokens", json=scopes))
    headers = {"Authorization": f"Bearer {token['token']}", "X-Request-Id": "by-a-program"}
    good(await person.client.patch(f"/tasks/{second['id']}", json={"title": "x"}, headers=headers))
    await seal(runtime)
    everything = await trail(person)

    async def types(**params: Any) -> list[str]:
        return [one["type"] for one in await trail(person, **params)]

    assert await types(type="task.completed") == ["task.completed"]
    assert await types(type="task") == await types(resource="task")
    assert await types(resource_id=project["id"]) == ["project.created"]
    assert await types(resource_id=first["id"], type="task.created") == ["task.created"]
    assert await types(request_id="by-a-program") == ["task.updated"]
    assert await trail(person, actor=person.id) == everything
    assert await types(actor="system") == await types(actor=str(uuid4())) == []
    assert await trail(person, ip="127.0.0.1") == everything
    assert await types(ip="2001:db8::1") == []
    moment = next(one["at"] for one in everything if one["type"] == "task.completed")
    later, earlier = await trail(person, **{"from": moment}), await trail(person, to=moment)
    assert later + earlier == everything
    assert later[-1]["type"] == "task.completed"
    by_token = next(one for one in everything if one["request_id"] == "by-a-program")
    assert (by_token["actor"]["kind"], by_token["credential_id"]) == ("token", token["id"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": "somebody"}, {"type": "Task"}, {"type": "task.%"}, {"ip": "1.2.3"},
        {"from": "yesterday"}, {"limit": "101"}, {"cursor": "x"}, {"colour": "red"},
        {"workspace_id": "x"},
    ],
)  # fmt: skip
async def test_mistakes_are_told(person: Person, wrong: dict[str, str]) -> None:
    query = {"workspace_id": person.workspace_id, **wrong}
    refused(await person.client.get("/audit", params=query), 422)
    if not {"limit", "cursor"} & wrong.keys():
        refused(await person.client.get("/audit.csv", params=query), 422)


async def test_who_may_read_which_chain(team: Team, runtime: Runtime) -> None:
    here = {"workspace_id": team.workspace_id}
    for path in ("/audit", "/audit.csv"):
        for role in ("owner", "admin"):
            assert (await team[role].client.get(path, params=here)).is_success
        for role in ("manager", "member", "viewer"):
            refused(await team[role].client.get(path, params=here), 403, "role_too_low")
        refused(await team.outsider.client.get(path, params=here), 404)
        refused(await team.owner.client.get(path), 403, "admin_required")
    await accounts.promote(runtime, team.admin.email)
    login = {"email": team.admin.email, "password": "correct horse battery"}
    tokens = good(await team.admin.client.post("/auth/login", json=login))
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    await seal(runtime)
    client = team.admin.client
    page = good(await client.get("/audit", headers=headers, params={"limit": 100}))
    (promoted,) = [one for one in page["items"] if one["type"] == "user.promoted"][:1]
    assert promoted["resource"]["id"] == team.admin.id
    assert (promoted["actor"]["name"], promoted["request_id"]) == ("Upnext", "operator")
    assert promoted["user_agent"].startswith("upnext, run by ")
    # That opens no workspace.
    other = good(await team.outsider.client.post("/workspaces", json={"name": "Theirs"}))
    params = {"workspace_id": other["id"]}
    refused(await client.get("/audit", headers=headers, params=params), 404)


async def test_owners_see_what_happens_in_private_projects(team: Team, runtime: Runtime) -> None:
    project_id = await team.project("manager", private=True)
    task = await make(team.manager, project_id=project_id, title="Secret")
    await seal(runtime)
    found = await trail(team.owner, workspace_id=team.workspace_id, resource_id=task["id"])
    assert found[0]["resource"]["name"] == f"{task['key']} Secret"


@pytest.mark.each
async def test_a_page_takes_three_statements(person: Person, runtime: Runtime) -> None:
    project = await make_project(person)
    for number in range(30):
        task = await make(person, title=f"{number}", project_id=project["id"])
        await patch(person, task, assignee_ids=[person.id])
    await seal(runtime)
    good(await person.client.get("/auth/me"))  # the credential is known for some seconds
    with max_queries(runtime, 3):
        assert len(await trail(person, limit=100)) > 60


async def _sheet(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.is_success, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert "upnext-audit-" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def test_as_a_file(person: Person, runtime: Runtime, served: ASGIApp) -> None:
    formula = "=cmd|' /C calc'!A0"
    task = await make(person, title=formula)
    headers = {"User-Agent": '@SUM(1+1)*cmd|"x"', "X-Request-Id": "-1-2-formula"}
    good(await person.client.patch(f"/tasks/{task['id']}", json={"title": "+1"}, headers=headers))
    await seal(runtime)
    whole = await trail(person)
    params = {"workspace_id": person.workspace_id}
    rows = await _sheet(await person.client.get("/audit.csv", params=params))
    assert [int(row["seq"]) for row in rows] == [one["seq"] for one in whole]
    assert rows[0]["hash"] == whole[0]["hash"]
    assert rows[0]["user_agent"] == "'" + headers["User-Agent"]
    assert rows[0]["request_id"] == "'-1-2-formula"
    assert rows[0]["changes"] == '{"title":["' + formula + '","+1"]}'
    for row in rows:
        assert not [cell for cell in row.values() if cell[:1] in {*"=+-@\t\r"}]
    params["resource_id"] = task["id"]
    assert len(await _sheet(await person.client.get("/audit.csv", params=params))) == 2
    await seal(runtime)
    taken = await trail(person, type="audit.exported")
    filters = [one["changes"][0]["after"] for one in taken]
    assert filters == [{"resource_id": task["id"]}, {}]


async def test_a_file_has_all_of_many(
    person: Person, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upnext.audit.service.BATCH", 7)
    tasks = [{"title": f"{number}"} for number in range(40)]
    good(await person.client.post("/tasks/bulk", json={"tasks": tasks}))
    await seal(runtime)
    whole = await trail(person, limit=100)
    params = {"workspace_id": person.workspace_id}
    rows = await _sheet(await person.client.get("/audit.csv", params=params))
    assert [int(row["seq"]) for row in rows] == [one["seq"] for one in whole]


async def test_the_address_is_believed_from_trusted_proxies_only(
    person: Person, runtime: Runtime, served: ASGIApp
) -> None:
    token = person.client.headers["Authorization"]
    forged = {"X-Forwarded-For": "203.0.113.9", "Authorization": token}
    async with connect(served, peer="198.51.100.7", **forged) as client:
        good(await client.post("/tasks", json={"title": "From afar"}))
    await seal(runtime)
    (newest,) = (await trail(person, limit=1))[:1]
    assert newest["ip"] == "198.51.100.7"


async def test_a_dependency_reads_well(person: Person, runtime: Runtime) -> None:
    first, second = await make(person), await make(person)
    await block(person, second, first)
    await seal(runtime)
    (newest,) = (await trail(person, limit=1))[:1]
    fields = {one["field"]: (one["before"], one["after"]) for one in newest["changes"]}
    assert fields == {"blocked_by": (None, first["id"]), "blocker_count": (0, 1)}
