"""Writing, reading, editing and deleting comments."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from tests.comments.saying import said, say
from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.tasks.making import make, make_project
from tests.tasks.test_changes import recorded
from tests.workspaces.teams import Team
from upnext.comments.models import Comment
from upnext.core.runtime import Runtime


async def test_what_is_written_is_read(person: Person) -> None:
    task = await make(person)
    path = f"/tasks/{task['id']}/comments"
    answer = await person.client.post(path, json={"body": "  **Paid** on\nMonday  "})
    made = good(answer)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/comments/{made['id']}"
    assert answer.headers["etag"] == '"1"'
    assert made["body"] == "**Paid** on\nMonday"
    assert made["body_html"] == "<p><strong>Paid</strong> on<br>\nMonday</p>\n"
    assert made["author"] == {
        "id": person.id, "kind": "user", "name": person.email.partition("@")[0]
    }  # fmt: skip
    assert (made["thread_id"], made["parent_id"]) == (made["id"], None)
    assert (made["edited_at"], made["deleted_at"], made["mentions"]) == (None, None, [])
    assert good(await person.client.get(f"/comments/{made['id']}")) == made
    assert await said(person, task) == [made]


async def test_bodies_are_checked(person: Person) -> None:
    task = await make(person)
    path = f"/tasks/{task['id']}/comments"
    for body in ("", " \n ", "x" * 10_001, "a\0b", None, 3):
        refused(await person.client.post(path, json={"body": body}), 422)
    refused(await person.client.post(path, json={"body": "x", "author_id": person.id}), 422)
    assert len((await say(person, task, "x" * 10_000))["body"]) == 10_000


async def test_replies_stand_in_their_thread(person: Person) -> None:
    task = await make(person)
    first = await say(person, task, "First")
    other = await say(person, task, "Other")
    reply = await say(person, task, "Reply", first)
    deeper = await say(person, task, "Deeper", reply)
    assert (reply["parent_id"], reply["thread_id"]) == (first["id"], first["id"])
    assert (deeper["parent_id"], deeper["thread_id"]) == (reply["id"], first["id"])
    everything = [first, other, reply, deeper]
    assert await said(person, task) == everything
    assert await said(person, task, sort="-created_at") == everything[::-1]
    assert await said(person, task, thread_id=first["id"]) == [first, reply, deeper]


async def test_t002_a_reply_answers_a_comment_of_its_own_task(
    person: Person, make_user: MakeUser
) -> None:
    task, beside, stranger = await make(person), await make(person), await make_user()
    foreign = await say(stranger, await make(stranger), "Zanzibar")
    for parent in (await say(person, beside, "There"), foreign, {"id": str(uuid4())}):
        data = {"body": "Here", "parent_id": parent["id"]}
        problem = refused(await person.client.post(f"/tasks/{task['id']}/comments", json=data), 404)
        assert "Zanzibar" not in str(problem)
    assert await said(person, task) == []


async def test_pages(person: Person) -> None:
    task = await make(person)
    bodies = [f"Number {number}" for number in range(7)]
    for body in bodies:
        await say(person, task, body)
    for sort, expected in (("created_at", bodies), ("-created_at", bodies[::-1])):
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 3, "sort": sort}
        while True:
            path = f"/tasks/{task['id']}/comments"
            page = good(await person.client.get(path, params=params))
            seen += [one["body"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert seen == expected
    other_way = {"sort": "created_at", "cursor": params["cursor"]}
    refused(await person.client.get(path, params=other_way), 422, "bad_cursor")


async def test_editing_keeps_what_was_said(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    made = await say(person, task, "One")
    path = f"/comments/{made['id']}"
    same = good(await person.client.patch(path, json={"body": "One"}))
    assert (same["version"], same["edited_at"]) == (1, None)
    second = await person.client.patch(path, json={"body": "Two"}, headers={"If-Match": '"1"'})
    assert second.headers["etag"] == '"2"'
    stale = await person.client.patch(path, json={"body": "No"}, headers={"If-Match": '"1"'})
    assert refused(stale, 412)["current_version"] == 2
    third = good(await person.client.patch(path, json={"body": "*Three*"}))
    assert third["body_html"] == "<p><em>Three</em></p>\n"
    assert third["edited_at"] == third["updated_at"] > made["created_at"]
    earlier = good(await person.client.get(f"{path}/history", params={"limit": 1}))
    more = {"limit": 1, "cursor": earlier["next_cursor"]}
    first = good(await person.client.get(f"{path}/history", params=more))
    both = [*earlier["items"], *first["items"]]
    assert [(one["version"], one["body"]) for one in both] == [(2, "Two"), (1, "One")]
    assert both[1]["written_at"] == made["created_at"]
    assert (both[1]["replaced_at"], first["next_cursor"]) == (both[0]["written_at"], None)
    changes = await recorded(runtime, made)
    assert [kind for kind, _, _ in changes] == ["comment.created", *["comment.updated"] * 2]
    assert changes[0][2] == {"task_id": [None, task["id"]], "body": [None, "One"]}
    assert changes[1][2] == {"body": ["One", "Two"]}


async def test_unchanged_is_not_sent_again(person: Person) -> None:
    made = await say(person, await make(person), "One")
    path = f"/comments/{made['id']}"
    tag = (await person.client.get(path)).headers["etag"]
    again = await person.client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_only_the_author_edits_and_managers_may_delete(team: Team) -> None:
    task = await make(team.owner, project_id=await team.project())
    own = {role: await say(team[role], task, role) for role in ("owner", "manager", "member")}
    for role in ("owner", "admin", "manager"):
        path = f"/comments/{own['member']['id']}"
        refused(await team[role].client.patch(path, json={"body": "x"}), 403, "not_author")
    path = f"/comments/{own['owner']['id']}"
    refused(await team.member.client.delete(path), 403, "role_too_low")
    refused(await team.viewer.client.delete(path), 403, "role_too_low")
    good(await team.manager.client.delete(path))
    good(await team.member.client.delete(f"/comments/{own['member']['id']}"))
    assert [one["body"] for one in await said(team.viewer, task)] == ["manager"]


async def test_a_deleted_one_leaves_its_place(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    first = await say(person, task, "Zanzibar")
    reply = await say(person, task, "Reply", first)
    path = f"/comments/{first['id']}"
    refused(await person.client.delete(path, headers={"If-Match": '"7"'}), 412)
    assert (await person.client.delete(path)).status_code == 204
    shown = await said(person, task)
    assert [one["id"] for one in shown] == [first["id"], reply["id"]]
    assert [shown[0][name] for name in ("body", "body_html", "author", "mentions")] == [
        None, None, None, []
    ]  # fmt: skip
    assert shown[0]["deleted_at"]
    for answer in (
        await person.client.get(path),
        await person.client.get(f"{path}/history"),
        await person.client.patch(path, json={"body": "x"}),
        await person.client.delete(path),
        await person.client.post(
            f"/tasks/{task['id']}/comments", json={"body": "x", "parent_id": first["id"]}
        ),
    ):
        refused(answer, 404)
        assert "Zanzibar" not in answer.text
    good(await person.client.delete(f"/comments/{reply['id']}"))
    assert [one["id"] for one in await said(person, task)] == [first["id"]]
    back = good(await person.client.post(f"{path}/restore"))
    assert (back["body"], back["version"]) == ("Zanzibar", 3)
    assert [one["body"] for one in await said(person, task)] == ["Zanzibar"]
    kinds = [kind for kind, _, _ in await recorded(runtime, first)]
    assert kinds == ["comment.created", "comment.deleted", "comment.restored"]


async def test_who_deleted_it_restores_it_in_time(team: Team, runtime: Runtime) -> None:
    task = await make(team.owner, project_id=await team.project())
    made = await say(team.member, task, "Mine")
    restore = f"/comments/{made['id']}/restore"
    refused(await team.member.client.post(restore), 404)
    good(await team.manager.client.delete(f"/comments/{made['id']}"))
    refused(await team.member.client.post(restore), 403, "not_deleter")
    good(await team.manager.client.post(restore))
    good(await team.member.client.delete(f"/comments/{made['id']}"))
    await _deleted(runtime, made, datetime.now(UTC) - timedelta(days=31))
    refused(await team.member.client.post(restore), 409, "too_late")


async def _deleted(runtime: Runtime, comment: Any, at: datetime) -> None:
    async with runtime.db.writer.begin() as connection:
        statement = update(Comment).where(Comment.id == UUID(comment["id"]))
        await connection.execute(statement.values(deleted_at=at))


async def test_comments_go_and_come_with_their_task(person: Person) -> None:
    task = await make(person)
    made = await say(person, task, "One")
    good(await person.client.delete(f"/tasks/{task['id']}"))
    refused(await person.client.get(f"/tasks/{task['id']}/comments"), 404)
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/restore")):
        answer = await person.client.request(
            method, f"/comments/{made['id']}{path}", json={"body": "x"}
        )
        refused(answer, 404)
    good(await person.client.post(f"/tasks/{task['id']}/restore"))
    assert [one["body"] for one in await said(person, task)] == ["One"]


async def test_an_archived_project_takes_no_comments(person: Person) -> None:
    project = await make_project(person)
    task = await make(person, project_id=project["id"])
    made = await say(person, task, "One")
    good(await person.client.patch(f"/projects/{project['id']}", json={"archived": True}))
    path = f"/tasks/{task['id']}/comments"
    refused(await person.client.post(path, json={"body": "x"}), 409, "project_archived")
    changed = await person.client.patch(f"/comments/{made['id']}", json={"body": "x"})
    refused(changed, 409, "project_archived")
    assert len(await said(person, task)) == 1
    good(await person.client.delete(f"/comments/{made['id']}"))


async def test_a_comment_follows_its_task(team: Team) -> None:
    """Into a private project, where others cannot see it any more."""
    task = await make(team.owner, project_id=await team.project())
    made = await say(team.owner, task, "Zanzibar")
    good(await team.viewer.client.get(f"/comments/{made['id']}"))
    hidden = await team.project(private=True)
    good(await team.owner.client.patch(f"/tasks/{task['id']}", json={"project_id": hidden}))
    refused(await team.viewer.client.get(f"/comments/{made['id']}"), 404)
    refused(await team.viewer.client.get(f"/tasks/{task['id']}/comments"), 404)
    refused(await team.member.client.patch(f"/comments/{made['id']}", json={"body": "x"}), 404)
    good(await team.owner.client.get(f"/comments/{made['id']}"))


@pytest.mark.each
async def test_of_many_edits_at_once_one_is_first(person: Person) -> None:
    made = await say(person, await make(person), "0")
    path = f"/comments/{made['id']}"
    answers = await asyncio.gather(
        *(
            person.client.patch(path, json={"body": f"{n + 1}"}, headers={"If-Match": '"1"'})
            for n in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 7]
    assert len(good(await person.client.get(f"{path}/history"))["items"]) == 1


async def test_a_key_makes_it_once(person: Person) -> None:
    task = await make(person)
    path, headers = f"/tasks/{task['id']}/comments", {"Idempotency-Key": str(uuid4())}
    first = await person.client.post(path, json={"body": "Once"}, headers=headers)
    again = await person.client.post(path, json={"body": "Once"}, headers=headers)
    assert (good(first), again.headers["idempotent-replayed"]) == (good(again), "true")
    assert len(await said(person, task)) == 1


@pytest.mark.each
async def test_costs(team: Team, runtime: Runtime) -> None:
    """The session, the actor, the place and the page: however many there are, and whoever wrote."""
    task = await make(team.owner, project_id=await team.project())
    for number in range(6):
        await say(team[("owner", "member")[number % 2]], task, f"Number {number}")
    await said(team.owner, task)
    with max_queries(runtime, 3):
        assert len(await said(team.owner, task)) == 6
    made = await say(team.owner, task, "Last")
    with max_queries(runtime, 2):
        good(await team.owner.client.get(f"/comments/{made['id']}"))
