"""`GET /tasks?filter=`: with everything else that a list takes, and for whom it is asked."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.kit.app import MakeUser, Person, good, reading, refused
from tests.tasks.making import block, found, make, make_all, make_project, make_team, patch
from tests.tasks.test_costs import costs
from upnext.core.runtime import Runtime


def titles(tasks: list[Any]) -> set[str]:
    return {task["title"] for task in tasks}


async def test_it_narrows_what_the_other_parameters_leave(person: Person) -> None:
    await make_all(
        person,
        {"title": "a", "priority": "high", "tags": ["x"]},
        {"title": "b", "priority": "urgent", "tags": ["x"], "status": "done"},
        {"title": "c", "priority": "urgent"},
        {"title": "d", "tags": ["x"]},
    )
    asked = {"filter": "priority >= high", "status": "open"}
    assert titles(await found(person, **asked)) == {"a", "c"}
    assert titles(await found(person, **asked, tag="x")) == {"a"}
    assert titles(await found(person, filter="p1 or tag = x and open")) == {"a", "b", "c", "d"}
    assert titles(await found(person, filter="(p1 or tag = x) and open")) == {"a", "c", "d"}


async def test_it_is_paged_and_counted(person: Person) -> None:
    await make_all(person, *({"priority": "high" if n % 3 else "low"} for n in range(30)))
    params: dict[str, Any] = {"filter": "p2", "sort": "title", "limit": 7, "total": True}
    walked: list[str] = []
    while True:
        page = good(await person.client.get("/tasks", params=params))
        assert page["total"] == 20
        walked += [task["title"] for task in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert walked == sorted(f"Number {n}" for n in range(30) if n % 3)


async def test_a_mistake_is_told_with_its_place(person: Person) -> None:
    text = "p1 and prioritty = high"
    problem = refused(await person.client.get("/tasks", params={"filter": text}), 422, "bad_filter")
    assert problem["position"] == 7
    assert (problem["line"], problem["column"], problem["length"]) == (1, 8, 9)
    assert problem["suggestion"] == "priority"
    assert problem["filter"] == text
    [error] = problem["errors"]
    assert error == {
        "pointer": "?filter",
        "detail": "There is no field `prioritty`. Did you mean `priority`?",
    }
    for bad in ("", " ", "(", "x" * 5_000, "due < today+9999y", "gaol = 1"):
        refused(await person.client.get("/tasks", params={"filter": bad}), 422, "bad_filter")
    refused(await person.client.get("/tasks", params={"filter": "x" * 10_000}), 414)


async def test_a_blank_for_a_plus_in_a_url(person: Person) -> None:
    """`filter=due<now+7d` typed into an address bar arrives with a blank."""
    await make(person, title="soon", due_at=datetime.now(UTC).isoformat())
    answer = await person.client.get("/tasks?filter=due<now+7d")
    assert titles(good(answer)["items"]) == {"soon"}


async def test_days_are_those_of_the_reader(make_user: MakeUser) -> None:
    owner, guest = await make_user(), await make_user()
    team = await make_team(owner, member=guest)
    project = await make_project(owner, team)
    await owner.client.patch("/auth/me", json={"timezone": "Pacific/Kiritimati"})
    await guest.client.patch("/auth/me", json={"timezone": "Pacific/Pago_Pago"})
    there = datetime.now(ZoneInfo("Pacific/Kiritimati"))
    noon = there.replace(hour=12, minute=0, second=0, microsecond=0)
    await make(owner, title="noon", due_at=noon.isoformat(), project_id=project["id"])
    assert titles(await found(owner, filter="today")) == {"noon"}
    assert titles(await found(owner, filter=noon.isoformat()[:10])) == {"noon"}
    # There it is still the day before, whatever the hour.
    assert titles(await found(guest, filter=noon.isoformat()[:10])) == set()
    for person in (owner, guest):
        at = noon.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert titles(await found(person, filter=f"due = {at}")) == {"noon"}


async def test_names_are_looked_up(make_user: MakeUser) -> None:
    owner, guest = await make_user(), await make_user()
    team = await make_team(owner, member=guest)
    project = await make_project(owner, team, name="Große Reise", key="TRIP")
    top = await make(owner, title="top", project_id=project["id"], assignee_ids=[guest.id])
    await make(owner, title="below", project_id=project["id"], parent_id=top["id"])
    for text in ("#trip", "#'GROSSE reise'", f"project = {project['id']}", "project in (TRIP)"):
        assert titles(await found(owner, filter=text)) == {"top", "below"}, text
    assert titles(await found(owner, filter=f"parent = {top['key'].lower()}")) == {"below"}
    for text in (f"assignee = {guest.email.upper()}", f"assignee = {guest.id}"):
        assert titles(await found(owner, filter=text)) == {"top"}, text
    assert titles(await found(guest, filter="mine")) == {"top"}
    await make(guest, title="at home")
    assert titles(await found(guest, filter="mine")) == {"top", "at home"}
    assert titles(await found(guest, filter="assignee = me")) == {"top"}
    assert titles(await found(owner, filter="mine")) == set()
    assert titles(await found(guest, filter="reporter = me")) == {"at home"}


UNKNOWN = {
    "#tripp": ("There is no project `tripp`, or you may not see it.", "TRIP"),
    "project = 'Grosse Resie'": ("There is no project `Grosse Resie`", "Große Reise"),
    "assignee = nobody": ("Nobody in your workspaces is called `nobody`.", None),
    "parent = TRIP-99": ("There is no task `TRIP-99`, or you may not see it.", None),
}


@pytest.mark.parametrize("text", UNKNOWN)
async def test_names_that_mean_nothing_are_refused(person: Person, text: str) -> None:
    await make_project(person, name="Große Reise", key="TRIP")
    sentence, suggestion = UNKNOWN[text]
    problem = refused(
        await person.client.get("/tasks", params={"filter": f"p1 or {text}"}), 422, "bad_filter"
    )
    assert sentence in problem["detail"]
    assert problem["suggestion"] == suggestion
    assert problem["position"] in {6, 6 + text.rindex(" ") + 1 if " " in text else 6, 16}


async def test_what_is_hidden_cannot_be_told_from_what_is_not_there(make_user: MakeUser) -> None:
    owner, guest, stranger = await make_user(), await make_user(), await make_user()
    team = await make_team(owner, member=guest)
    secret = await make_project(owner, team, private=True, name="Zanzibar", key="ZAN")
    shown = await make_project(owner, team, name="Shown", key="SHO")
    hidden = await make(owner, title="Zanzibar", project_id=secret["id"], tags=["zzz"])
    await make(owner, title="shown", project_id=shown["id"])
    for person in (guest, stranger):
        for text in ("#zan", "project = Zanzibar", f"parent = {hidden['key']}"):
            real = refused(await person.client.get("/tasks", params={"filter": text}), 422)
            made_up = text.lower().replace("zan", "qua")
            other = refused(await person.client.get("/tasks", params={"filter": made_up}), 422)
            assert real["detail"].lower().replace("zan", "qua") == other["detail"].lower()
            assert (real["suggestion"], other["suggestion"]) == (None, None)
        for text in ("#zanzibat", "#za"):
            problem = refused(await person.client.get("/tasks", params={"filter": text}), 422)
            assert problem["suggestion"] is None
        for text in (
            "title like zanzibar", "tag = zzz", f"project = {secret['id']}", "not p1 or p1",
            f"id = {hidden['id']}", f"key = {hidden['key']}", f"not project = {shown['id']}",
        ):  # fmt: skip
            params: dict[str, Any] = {"filter": text, "total": True}
            page = good(await person.client.get("/tasks", params=params))
            assert "Zanzibar" not in titles(page["items"]), text
            assert page["total"] == len(page["items"])
    by_owner = await found(owner, filter="#zan")
    assert titles(by_owner) == {"Zanzibar"}
    problem = refused(
        await stranger.client.get("/tasks", params={"filter": f"assignee = {owner.email}"}), 422
    )
    assert problem["suggestion"] is None


async def test_people_are_suggested_by_user_name_only(make_user: MakeUser) -> None:
    owner, guest = await make_user(), await make_user()
    await make_team(owner, member=guest)
    name = f"marianne{guest.id[-6:]}"
    good(await guest.client.patch("/auth/me", json={"username": name}))
    suggested = {
        text: refused(
            await owner.client.get("/tasks", params={"filter": f"assignee = {text}"}), 422
        )["suggestion"]
        for text in (name[:-1], guest.email.replace("@", "x@"))
    }
    assert list(suggested.values()) == [name, None]


async def test_what_waits_for_hidden_work_is_blocked_all_the_same(make_user: MakeUser) -> None:
    owner, guest = await make_user(), await make_user()
    team = await make_team(owner, member=guest)
    secret = await make_project(owner, team, private=True)
    shown = await make_project(owner, team, name="Shown")
    waiting = await make(owner, title="waits", project_id=shown["id"])
    await block(owner, waiting, await make(owner, project_id=secret["id"]))
    assert titles(await found(guest, filter="blocked")) == {"waits"}
    await patch(owner, waiting, status="done")
    assert titles(await found(guest, filter="blocked")) == set()


INJECTIONS = [
    "' OR '1'='1", "'; DROP TABLE task; --", "x' UNION SELECT password_hash FROM user_account --",
    "\\' OR 1=1 --", "%' OR title LIKE '%", "1) OR (1=1", ":title", "%(title)s", "{title}", "?",
    "$1", "/* */", "\\", "\\\\' --", "_", "%",
]  # fmt: skip


async def test_no_value_becomes_sql(person: Person) -> None:
    await make(person, title="plain", description="plain", tags=["t"], context=["@c"])
    for value in INJECTIONS:
        quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for name in ("title", "category", "tag", "context", "label", "key", "external_id"):
            assert await found(person, filter=f"{name} = {quoted}") == [], (name, value)
        for name in ("title", "description", "text", "category"):
            assert await found(person, filter=f"{name} like {quoted}") == [], (name, value)
        for name in ("project", "assignee", "reporter", "parent"):
            params = {"filter": f"{name} = {quoted}"}
            refused(await person.client.get("/tasks", params=params), 422, "bad_filter")
    exact = await make(person, title="' OR '1'='1")
    [only] = await found(person, filter="title = \"' OR '1'='1\"")
    assert only["id"] == exact["id"]


async def test_costs(person: Person, runtime: Runtime) -> None:
    """One query for all names and the time zone together, and none without either."""
    good(await person.client.post("/workspaces", json={"name": "Second"}))
    await make(person, tags=["x"])
    asked = {
        "p1 or tag = x or @y or blocked and overdue or 'rent' or mine": 2,
        "due < now+7d": 3,
        "#inbox": 3,
        f"#inbox and assignee = {person.email} and today or reporter = {person.email}": 3,
    }
    for text, statements in asked.items():
        # Where nothing is found, nothing tells along with it who is asking.
        with costs(runtime, statements if "due <" in text else reading(runtime, statements)):
            good(await person.client.get("/tasks", params={"filter": text}))
    with costs(runtime, 3):
        refused(await person.client.get("/tasks", params={"filter": "#inbix"}), 422)
    with costs(runtime, 1):
        refused(await person.client.get("/tasks", params={"filter": "nonsense"}), 422)
