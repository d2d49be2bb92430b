"""Abuse cases of tenancy and privacy: what leaks through lists, counts, names and searches."""

import random

import pytest

from tests.authorization.routes import ROUTES, WITHOUT_OBJECT
from tests.kit.app import Person, good, refused
from tests.workspaces.teams import ROLES, Team

CANARY = "Zanzibar"


async def _ids(person: Person, path: str, **query: str) -> set[str]:
    """Of all pages."""
    found: set[str] = set()
    params = {"limit": "100", **query}
    while True:
        page = good(await person.client.get(path, params=params))
        found |= {one["id"] for one in page["items"]}
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_t005_what_is_visible_is_what_the_rules_say(team: Team, seed: int) -> None:
    """Random projects and memberships, judged by what the page says in words."""
    pick = random.Random(seed)
    projects: dict[str, tuple[bool, set[str], str]] = {}
    for _ in range(8):
        private = pick.random() < 0.6
        joined = {role for role in ROLES[2:] if pick.random() < 0.3}
        project = await team.project(private=private)
        for role in joined:
            await team.join(project, role, as_=pick.choice(["viewer", "member", "manager"]))
        body = {"title": "Work", "project_id": project}
        made = good(await team.owner.client.post("/tasks", json=body))
        projects[project] = (private, joined, made["id"])
    for role in (*ROLES, "outsider"):
        visible = {
            project
            for project, (private, joined, _) in projects.items()
            if role in {"owner", "admin"}
            or (role != "outsider" and (not private or role in joined))
        }
        tasks = {projects[project][2] for project in visible}
        mine = team[role]
        assert await _ids(mine, "/projects") & set(projects) == visible, role
        assert await _ids(mine, "/tasks") & {task for _, _, task in projects.values()} == tasks
        for project, (_, _, task) in projects.items():
            expected = 200 if project in visible else 404
            assert (await mine.client.get(f"/projects/{project}")).status_code == expected
            assert (await mine.client.get(f"/tasks/{task}")).status_code == expected


async def test_t005_who_shares_nothing_sees_nothing(team: Team) -> None:
    await team.project()
    assert await _ids(team.outsider, "/projects") == {team.outsider.inbox_id}
    assert await _ids(team.outsider, "/workspaces") == {team.outsider.workspace_id}
    assert await _ids(team.outsider, "/tasks") == set()


async def test_t016_counts_leave_private_projects_out(team: Team) -> None:
    hidden = await team.project(private=True)
    shown = await team.project()
    for project in (hidden, hidden, shown):
        task = {"title": "Work", "project_id": project}
        good(await team.owner.client.post("/tasks", json=task))
    query: dict[str, str | bool] = {"workspace_id": team.workspace_id, "total": True}
    counted = {
        role: good(await team[role].client.get("/tasks", params=query))["total"]
        for role in ("owner", "viewer")
    }
    assert counted == {"owner": 3, "viewer": 1}


async def test_t017_members_are_shown_to_members_only(team: Team) -> None:
    hidden = await team.project(private=True)
    refused(await team.outsider.client.get(team.path("members")), 404)
    refused(await team.outsider.client.get(f"/projects/{hidden}/members"), 404)
    refused(await team.viewer.client.get(f"/projects/{hidden}/members"), 404)


async def _secret(team: Team) -> dict[str, str]:
    """A private project with something of each kind in it, and a public task that waits for it."""
    hidden = await team.project(private=True, name=f"{CANARY} project", key=CANARY[:3].upper())
    shown = await team.project()
    make = team.owner.client.post
    ids = {"project_id": hidden, "workspace_id": team.workspace_id, "user_id": team.owner.id}
    for name, project, title in (("hidden", hidden, f"{CANARY} task"), ("task_id", shown, "Open")):
        body = {"title": title, "project_id": project, "external_id": f"{name}-1"}
        ids[name] = good(await make("/tasks", json=body))["id"]
    waiting = {"blocked_by": ids["hidden"]}
    good(await make(f"/tasks/{ids['task_id']}/dependencies", json=waiting))
    shared = {"name": "All", "query": "p1", "workspace_id": team.workspace_id, "shared": True}
    hook = {"url": "https://a.example", "events": ["*"], "project_id": hidden, "name": CANARY}
    made: dict[str, tuple[str, object]] = {
        "filter_id": ("/filters", shared),
        "goal_id": ("/goals", {"title": f"{CANARY} goal", "project_id": hidden}),
        "policy_id": (f"/projects/{hidden}/sla-policies", {"resolution_minutes": 60}),
        "invitation_id": (team.path("invitations"), {"email": "guest@private.example"}),
        "entry_id": (
            "/time-entries",
            {"task_id": ids["hidden"], "minutes": 5, "note": f"{CANARY} time"},
        ),
        "comment_id": (f"/tasks/{ids['hidden']}/comments", {"body": f"{CANARY} comment"}),
        "webhook_id": ("/webhooks", hook),
    }
    for name, (path, what) in made.items():
        ids[name] = good(await make(path, json=what))["id"]
    ids["delivery_id"] = good(await make(f"/webhooks/{ids['webhook_id']}/test"))["id"]
    upload = {"file": (f"{CANARY}.txt", CANARY.encode())}
    ids["file_id"] = good(await make(f"/tasks/{ids['hidden']}/files", files=upload))["id"]
    board = good(await make(f"/projects/{hidden}/boards", json={"name": f"{CANARY} board"}))
    ids |= {"board_id": board["id"], "column_id": board["columns"][0]["id"]}
    return ids | await _by_itself(team, hidden)


async def _by_itself(team: Team, hidden: str) -> dict[str, str]:
    """A schedule of the owner's, a template and a rule of the private project."""
    name = f"{CANARY} routine"
    work = {"title": f"{CANARY} step"}
    action = {"type": "create_task", "project_id": hidden, **work}
    timed = {"workspace_id": team.workspace_id, "cron": "@daily", "action": action}
    tagged = [{"type": "add_tags", "tags": [CANARY]}]
    bodies = {
        "schedule": {"name": name, **timed},
        "template": {"name": name, "project_id": hidden, "task": work},
        "rule": {
            "name": name,
            "project_id": hidden,
            "events": ["task.completed"],
            "actions": tagged,
        },
    }
    return {
        f"{kind}_id": good(await team.owner.client.post(f"/{kind}s", json=body))["id"]
        for kind, body in bodies.items()
    }


async def test_t025_no_read_shows_a_private_name(team: Team) -> None:
    ids = await _secret(team)
    reads = [route for route in (*ROUTES, *WITHOUT_OBJECT) if route.startswith("GET ")]
    assert len(reads) > 8
    for route in reads:
        for task in (ids["task_id"], ids["hidden"]):
            path = route.removeprefix("GET ").format(**{**ids, "task_id": task})
            for who in ("viewer", "outsider"):
                # None of a stream's events, since it would have no end.
                answer = await team[who].client.get(
                    path, params={"limit": 0} if "stream" in path else None
                )
                assert CANARY.lower() not in answer.text.lower(), (route, who)
    owners = await team.owner.client.get(f"/projects/{ids['project_id']}")
    assert CANARY in owners.text


async def test_t025_no_write_answers_with_a_private_name(team: Team) -> None:
    ids = await _secret(team)
    circle = {"blocked_by": ids["task_id"]}
    writes = [
        ("POST", f"/tasks/{ids['hidden']}/dependencies", circle),
        ("POST", f"/tasks/{ids['task_id']}/dependencies", {"blocked_by": ids["hidden"]}),
        ("DELETE", f"/tasks/{ids['task_id']}/dependencies/{ids['hidden']}", None),
        ("PATCH", f"/tasks/{ids['task_id']}", {"parent_id": ids["hidden"]}),
        ("PATCH", f"/tasks/{ids['task_id']}", {"project_id": ids["project_id"]}),
        ("POST", "/tasks", {"title": "x", "project_id": ids["project_id"]}),
        ("PATCH", f"/tasks/{ids['task_id']}", {"goal_id": ids["goal_id"]}),
        ("POST", "/goals", {"title": "x", "parent_id": ids["goal_id"]}),
        ("PATCH", f"/goals/{ids['goal_id']}", {"title": "x"}),
        ("POST", f"/tasks/{ids['task_id']}/move", {"column_id": ids["column_id"]}),
        ("POST", f"/tasks/{ids['hidden']}/move", {"column_id": ids["column_id"]}),
        ("PATCH", f"/tasks/{ids['task_id']}", {"column_id": ids["column_id"]}),
        ("PATCH", f"/boards/{ids['board_id']}", {"name": "x"}),
        ("PATCH", f"/files/{ids['file_id']}", {"filename": "x"}),
    ]
    for method, path, body in writes:
        answer = await team.member.client.request(method, path, json=body)
        assert answer.status_code in {404, 422}, (method, path, answer.text)
        assert CANARY.lower() not in answer.text.lower()


async def test_t026_every_alias_takes_the_same_way(team: Team) -> None:
    """By id, key, outside name and words: found by its owner, and by nobody else."""
    ids = await _secret(team)
    key = good(await team.owner.client.get(f"/tasks/{ids['hidden']}"))["key"]
    aliases = ({"key": key}, {"external_id": "hidden-1"}, {"text": CANARY},
               {"project_id": ids["project_id"]})  # fmt: skip
    for alias in aliases:
        query = {"workspace_id": team.workspace_id, **alias}
        found = good(await team.owner.client.get("/tasks", params=query))["items"]
        assert [one["id"] for one in found] == [ids["hidden"]], alias
        assert good(await team.viewer.client.get("/tasks", params=query))["items"] == []
        refused(await team.outsider.client.get("/tasks", params=query), 404)
        assert good(await team.outsider.client.get("/tasks", params=alias))["items"] == []
    named = good(await team.viewer.client.get("/projects", params={"name": CANARY}))
    assert named["items"] == []
