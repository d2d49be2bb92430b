"""Numbers that are known without asking, where nobody else adds tasks: not on MySQL.

Elsewhere the same calls are made, and have to end the same.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import found, make, make_project
from upnext.core.context import RequestContext
from upnext.core.ids import new_id
from upnext.core.lanes import Prepared, Row
from upnext.core.runtime import Runtime
from upnext.workspaces.numbering import take_numbers
from upnext.workspaces.numbering.guessing import CALM, LONGEST_CALM, Claim, Known, Run
from upnext.workspaces.numbering.places import ProjectSlot

CONTEXT = RequestContext(request_id="test-guessing")
FIRST = CALM + 2
"""So many are made until one is guessed: the place has to be known too, and where to count from."""


def number_of(task: Mapping[str, Any]) -> int:
    return int(task["key"].rpartition("-")[2])


@pytest.fixture
def asked(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes over the lanes, by its first word."""
    statements: list[str] = []

    def note(name: str) -> None:
        lane = runtime.db.lane
        real: Callable[..., Any] = getattr(lane, name)

        async def noted(prepared: Prepared, *values: Any, **how: Any) -> Sequence[Row] | None:
            statements.append(str(prepared.statement).split()[0])
            rows: Sequence[Row] | None = await real(prepared, *values, **how)
            return rows

        monkeypatch.setattr(lane, name, noted)

    note("fetch")
    note("write")
    return statements


async def calm(person: Person, **fields: Any) -> list[Any]:
    """Tasks one after the other, until the next number is known."""
    return [await make(person, **fields) for _ in range(FIRST)]


async def test_one_statement_is_left(person: Person, asked: list[str], dialect: str) -> None:
    made = await calm(person)
    asked.clear()
    made += [await make(person, title=f"Task {each}") for each in range(3)]
    if dialect == "postgresql":
        assert asked == ["WITH"] * 3
    elif dialect == "sqlite":
        assert asked == ["SELECT"] * 3  # who is asking: the number is taken with the task
    assert [number_of(each) for each in made] == [*range(1, FIRST + 4)]
    kept = await found(person)
    assert {each["key"] for each in kept} == {each["key"] for each in made}


async def test_a_wrong_guess_is_no_harm(person: Person, runtime: Runtime) -> None:
    """Somebody else took numbers: another process, say."""
    made = await calm(person)

    async def elsewhere(session: Any) -> ProjectSlot | None:  # an AsyncSession
        return await take_numbers(session, UUID(person.inbox_id), 3)

    await runtime.workshop.run(CONTEXT, elsewhere)
    made += await calm(person)
    numbers = [number_of(each) for each in made]
    assert numbers == [*range(1, FIRST + 1), *range(FIRST + 4, 2 * FIRST + 4)]


async def test_what_is_refused_takes_no_number(person: Person) -> None:
    made = await calm(person)
    for _ in range(2):
        body = {"title": "No", "goal_id": str(new_id())}
        refused(await person.client.post("/tasks", json=body), 404)
    assert number_of(await make(person)) == number_of(made[-1]) + 1


async def test_whoever_lost_their_role_adds_nothing(person: Person, make_user: MakeUser) -> None:
    workspace = good(await person.client.post("/workspaces", json={"name": "Team"}))
    project = await make_project(person, workspace["id"])
    mate = await make_user()
    path = f"/workspaces/{workspace['id']}/members"
    good(await person.client.post(path, json={"email": mate.email, "role": "member"}))
    made = await calm(mate, project_id=project["id"])
    good(await person.client.patch(f"{path}/{mate.id}", json={"role": "viewer"}))
    body = {"title": "Late", "project_id": project["id"]}
    refused(await mate.client.post("/tasks", json=body), 403)
    good(await person.client.patch(f"{path}/{mate.id}", json={"role": "member"}))
    made.append(await make(mate, project_id=project["id"]))
    assert [number_of(each) for each in made] == [*range(1, FIRST + 2)]
    good(await person.client.delete(f"{path}/{mate.id}"))
    refused(await mate.client.post("/tasks", json=body), 404)
    assert len(await found(person, project_id=project["id"])) == len(made)


async def test_boards_made_meanwhile_take_the_task(person: Person) -> None:
    """What is known of the project is as old as the last number that was asked for."""
    project = await make_project(person)
    await calm(person, project_id=project["id"])
    body = {"name": "Board"}
    board = good(await person.client.post(f"/projects/{project['id']}/boards", json=body))
    task = await make(person, project_id=project["id"])
    assert task["board_id"] == board["id"]


@pytest.mark.each
async def test_many_at_once_after_a_calm_time(person: Person) -> None:
    made = await calm(person)
    made += await asyncio.gather(*(make(person, title=f"One of {n}") for n in range(20)))
    made += await calm(person)
    numbers = [number_of(each) for each in made]
    assert len(set(numbers)) == len(numbers) == len(await found(person, limit=100))


@pytest.mark.each
async def test_one_key_twice_at_once_makes_one_task(person: Person) -> None:
    await calm(person)
    headers, body = {"Idempotency-Key": f"twice {new_id()}"}, {"title": "Once"}
    asking = (person.client.post("/tasks", json=body, headers=headers) for _ in range(2))
    told = await asyncio.gather(*asking)
    assert {each.status_code for each in told} <= {201, 409}
    titles = [each["title"] for each in await found(person)]
    assert titles.count("Once") == 1


@pytest.mark.each
async def test_tags_and_people_come_along(person: Person) -> None:
    """Rows of other tables, which may need the session."""
    made = await calm(person)
    for _ in range(3):
        made.append(await make(person, tags=["red", "blue"], assignee_ids=[person.id]))
    assert set(made[-1]["tags"]) == {"red", "blue"}
    assert [number_of(each) for each in made] == [*range(1, FIRST + 4)]


# The arithmetic behind it

KNOWN = Known(
    ProjectSlot(new_id(), new_id(), "KEY", 0, archived=False, trashed=False, layout=None), 1
)


def settled(run: Run, number: int) -> None:
    run.took(number, KNOWN).settle(held=True)


def guessed(run: Run) -> Claim:
    guess = run.guess()
    assert guess is not None
    return guess[0]


def test_it_takes_a_while_until_a_number_is_guessed() -> None:
    run = Run()
    for number in range(7, 8 + CALM):
        assert run.guess() is None
        settled(run, number)
    for number in range(8 + CALM, 20 + CALM):
        claim = guessed(run)
        assert claim.number == number
        claim.settle(held=True)


def test_while_a_task_is_being_written_nothing_is_guessed() -> None:
    run, numbers = Run(), count(1)
    for _ in range(CALM + 1):
        settled(run, next(numbers))
    held = guessed(run)
    assert run.guess() is None, "the same number would be given twice"
    held.settle(held=True)
    assert run.guess() is None, "it was not calm"
    claim = None
    for _ in range(3 * CALM):
        # The one before is still being written.
        assert run.guess() is None
        claim = run.took(next(numbers), KNOWN)
    assert claim is not None


def test_a_claim_that_nobody_has_is_over() -> None:
    run = Run()
    for number in range(1, CALM + 2):
        settled(run, number)
    assert guessed(run).number == CALM + 2
    assert guessed(run).number == CALM + 2, "nothing came of the first"


def test_each_wrong_guess_doubles_the_wait() -> None:
    run, numbers = Run(), count(1)
    waits = []
    for _ in range(12):
        waited = 0
        while (guess := run.guess()) is None:
            settled(run, next(numbers))
            waited += 1
        guess[0].settle(held=False)
        waits.append(waited)
        next(numbers)
    assert waits[:3] == [CALM + 1, 2 * CALM + 1, 4 * CALM + 1]
    assert max(waits) == LONGEST_CALM + 1
