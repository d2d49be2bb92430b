"""What a change of one occurrence means for the others."""

from tests.kit.app import Person, good, refused
from tests.tasks.making import make, patch
from tests.tasks.repeating import change, finish, open_ones, repeating


async def test_a_change_holds_from_now_on(person: Person) -> None:
    task = await repeating(person, title="Old")
    await patch(person, task, title="New", priority="high")
    good(await person.client.post(f"/tasks/{task['id']}/tags", json={"tags": ["x"]}))
    following = await finish(person, task)
    assert (following["title"], following["priority"], following["tags"]) == ("New", "high", ["x"])


async def test_but_a_moved_date_is_of_this_one_only(person: Person) -> None:
    task = await repeating(person, start_at="2030-05-06T07:00:00Z")
    await patch(person, task, due_at="2030-05-09T15:00:00Z", start_at="2030-05-09T07:00:00Z")
    following = await finish(person, task)
    assert following["due_at"] == "2030-05-14T07:00:00Z"
    assert following["start_at"] == "2030-05-13T07:00:00Z"


async def test_moved_beyond_the_next_date_it_counts_from_there(person: Person) -> None:
    task = await repeating(person)
    await patch(person, task, due_at="2030-05-16T15:00:00Z")
    assert (await finish(person, task))["due_at"] == "2030-05-21T07:00:00Z"


async def test_a_change_of_this_one_only(person: Person) -> None:
    task = await repeating(person, title="Always", priority="high", energy="low")
    await change(person, task, "this", title="Once", energy=None)
    changed = await change(person, task, "this", title="Once more", priority="low")
    assert (changed["title"], changed["priority"]) == ("Once more", "low")
    following = await finish(person, task)
    assert (following["title"], following["priority"]) == ("Always", "high")
    assert following["energy"] == "low"
    assert (await finish(person, following))["title"] == "Always"


async def test_a_later_change_of_all_that_follow_wins(person: Person) -> None:
    task = await repeating(person, title="Always")
    await change(person, task, "this", title="Once")
    await change(person, task, "following", title="From now on")
    assert (await finish(person, task))["title"] == "From now on"


async def test_a_tag_that_is_added_stays_after_tags_for_once(person: Person) -> None:
    task = await repeating(person, tags=["always"])
    await change(person, task, "this", tags=["once"])
    good(await person.client.post(f"/tasks/{task['id']}/tags", json={"tags": ["new"]}))
    assert (await finish(person, task))["tags"] == ["once", "new"]


async def test_dates_of_all_that_follow(person: Person) -> None:
    task = await repeating(person, recurrence="FREQ=WEEKLY")
    moved = {"due_at": "2030-05-09T15:00:00Z", "start_at": "2030-05-09T14:00:00Z"}
    await change(person, task, "following", **moved)
    following = await finish(person, task)
    assert following["due_at"] == "2030-05-16T15:00:00Z"
    assert following["start_at"] == "2030-05-16T14:00:00Z"


async def test_a_change_of_all_that_are_open(person: Person) -> None:
    task = await repeating(person, title="Old")
    following = await finish(person, task)
    await patch(person, task, status="todo")
    await change(person, following, "all", title="New")
    assert {one["title"] for one in await open_ones(person)} == {"New"}
    await change(person, following, "all", recurrence=None)
    assert {one["recurrence"] for one in await open_ones(person)} == {None}


async def test_a_new_rule_begins_a_new_series(person: Person) -> None:
    task = await repeating(person, recurrence="FREQ=WEEKLY;COUNT=2")
    second = await finish(person, task)
    await patch(person, second, recurrence="FREQ=DAILY;COUNT=2")
    third = await finish(person, second)
    assert third["due_at"] == "2030-05-15T07:00:00Z"
    assert await finish(person, third) is None


async def test_the_same_rule_again_changes_nothing(person: Person) -> None:
    task = await repeating(person)
    assert await patch(person, task, recurrence="rrule:freq=weekly;byday=tu") == task


async def test_no_longer(person: Person) -> None:
    task = await repeating(person)
    assert (await patch(person, task, recurrence=None))["recurrence"] is None
    await patch(person, task, status="done")
    assert await open_ones(person) == []


async def test_in_the_trash_nothing_follows(person: Person) -> None:
    task = await repeating(person)
    path = f"/tasks/{task['id']}"
    good(await person.client.delete(path))
    assert await open_ones(person) == []
    good(await person.client.post(f"{path}/restore"))
    assert (await finish(person, task))["due_at"] == "2030-05-14T07:00:00Z"


async def test_deleting_one_of_a_series(person: Person) -> None:
    task = await repeating(person)
    await make(person, title="Below", parent_id=task["id"])
    key = {"Idempotency-Key": "once"}
    for _ in range(2):
        answer = await person.client.delete(
            f"/tasks/{task['id']}", params={"scope": "this"}, headers=key
        )
        good(answer)
        after = answer.links["next"]["url"].removeprefix("/api/v1")
        assert good(await person.client.get(after))["due_at"] == "2030-05-14T07:00:00Z"
    dated = [one for one in await open_ones(person) if one["due_at"]]
    assert [one["due_at"] for one in dated] == ["2030-05-14T07:00:00Z"]
    assert len(await open_ones(person)) == 2
    good(await person.client.delete(f"/tasks/{dated[0]['id']}", params={"scope": "following"}))
    assert await open_ones(person) == []


async def test_deleting_all_that_are_open(person: Person) -> None:
    task = await repeating(person)
    following = await finish(person, task)
    await patch(person, task, status="todo")
    good(await person.client.delete(f"/tasks/{following['id']}", params={"scope": "all"}))
    assert await open_ones(person) == []
    refused(await person.client.get(f"/tasks/{task['id']}"), 404)


async def test_scopes_that_make_no_sense(person: Person) -> None:
    task, plain = await repeating(person), await make(person)
    path, params = f"/tasks/{task['id']}", {"scope": "this"}
    for body in ({"recurrence": None}, {"recurrence": "FREQ=DAILY"}, {"parent_id": plain["id"]}):
        refused(await person.client.patch(path, json=body, params=params), 422)
    path = f"/tasks/{plain['id']}"
    answer = await person.client.patch(path, json={"title": "x"}, params=params)
    refused(answer, 409, "not_recurring")
    refused(await person.client.delete(path, params=params), 409, "not_recurring")
    refused(await person.client.delete(path, params={"scope": "some"}), 422)
