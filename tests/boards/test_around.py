"""Cards that come by other ways: quick add, files, another project, repetition, share links."""

from starlette.types import ASGIApp

from tests.boards.making import ask_move, column, make_board, show, titles
from tests.goals.making import make_goal
from tests.kit.app import Person, good, refused
from tests.sharing.opening import share, through
from tests.tasks.making import get, make, make_project, patch

DUE = "2031-01-01T09:00:00Z"


async def test_what_repeats_comes_again_with_all_that_its_project_gives(person: Person) -> None:
    board = await make_board(person)
    project = board["project_id"]
    goal = await make_goal(person, project_id=project, weight=1.5)
    policy = {"resolution_minutes": 60, "starts_from": "due"}
    good(await person.client.post(f"/projects/{project}/sla-policies", json=policy))
    task = await make(
        person, project_id=project, goal_id=goal["id"], due_at=DUE, recurrence="FREQ=DAILY",
        column_id=column(board, "In review")["id"],
    )  # fmt: skip
    done = await patch(person, task, completed=True)
    assert done["sla"]["state"] == "met"
    follower = good(await person.client.get(f"/tasks/{task['id']}/occurrences"))["next_task_id"]
    after = await get(person, {"id": follower})
    assert after["column_id"] == column(board, "To do")["id"]
    assert (after["goal_id"], after["status"]) == (goal["id"], "todo")
    assert after["sla"]["due_at"] == "2031-01-02T10:00:00Z"
    assert (after["sla"]["state"], after["sla"]["breached"]) == ("ok", False)


async def test_into_another_project_all_that_was_the_projects_stays_behind(person: Person) -> None:
    here, there = await make_board(person), await make_board(person, name="There")
    goal = await make_goal(person, project_id=here["project_id"])
    policy = {"resolution_minutes": 60}
    good(await person.client.post(f"/projects/{here['project_id']}/sla-policies", json=policy))
    later = {"resolution_minutes": 600}
    good(await person.client.post(f"/projects/{there['project_id']}/sla-policies", json=later))
    above = await make(person, project_id=here["project_id"], goal_id=goal["id"])
    below = await make(
        person, project_id=here["project_id"], goal_id=goal["id"], parent_id=above["id"],
        status="in_progress",
    )  # fmt: skip
    await patch(person, above, project_id=there["project_id"], status="done")
    for task, name in ((above, "Done"), (below, "In progress")):
        now = await get(person, task)
        assert (now["goal_id"], now["board_id"]) == (None, there["id"])
        assert now["column_id"] == column(there, name)["id"]
    assert now["sla"]["resolution_due_at"] > below["sla"]["resolution_due_at"]
    plain = await make_project(person)
    await patch(person, above, project_id=plain["id"])
    now = await get(person, above)
    assert (now["board_id"], now["column_id"]) == (None, None)


async def test_quick_add_lands_on_the_board_with_its_clock(person: Person) -> None:
    project = await make_project(person, name="Garden")
    board = await make_board(person, project["id"])
    policy = {"resolution_minutes": 60}
    good(await person.client.post(f"/projects/{project['id']}/sla-policies", json=policy))
    body = {"text": "Dig\n  Water", "project_id": project["id"]}
    good(await person.client.post("/tasks/quick", json=body))
    cards = (await titles(person, board))["To do"]
    assert len(cards) >= 1
    for card in column(await show(person, board), "To do")["cards"]:
        assert (await get(person, card))["sla"]["state"] == "ok"


async def test_a_link_shows_the_projects_boards_and_moves_their_cards(
    person: Person, served: ASGIApp
) -> None:
    board = await make_board(person)
    project = board["project_id"]
    doing, other = column(board, "In progress"), await make_board(person)
    task = await make(person, project_id=project)
    goal = await make_goal(person, project_id=project)
    link = await share(person, "projects", project, access="write")
    async with through(served, link) as guest:
        whole = good(await guest.get(f"/boards/{board['id']}"))
        assert column(whole, "To do")["cards"][0]["id"] == task["id"]
        body = {"column_id": doing["id"]}
        moved = good(await guest.post(f"/tasks/{task['id']}/move", json=body))
        assert (moved["status"], moved["blocked_by"]) == ("in_progress", [])
        refused(await guest.get(f"/boards/{other['id']}"), 404)
        stray = {"column_id": column(other, "Done")["id"]}
        refused(await guest.post(f"/tasks/{task['id']}/move", json=stray), 404)
        for path in (
            f"/goals/{goal['id']}",
            "/goals",
            "/search?q=dig",
            "/tasks/stats",
            f"/projects/{project}/activity",
            f"/projects/{project}/sla-policies",
            f"/projects/{project}/stats",
            "/operations",
        ):
            answer = await guest.get(path)
            assert answer.status_code in {403, 404}, path
        refused(await guest.patch(f"/boards/{board['id']}", json={"name": "x"}), 403)
        ids = {"task_ids": [task["id"]], "updates": {"title": "x"}}
        refused(await guest.patch("/tasks/bulk", json=ids), 403, "not_for_links")
    reading = await share(person, "projects", project)
    async with through(served, reading) as guest:
        good(await guest.get(f"/projects/{project}/boards"))
        refused(await guest.post(f"/tasks/{task['id']}/move", json=body), 403)
    assert (await ask_move(person, task, column(board, "To do"))).is_success
