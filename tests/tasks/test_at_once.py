"""Many requests at the same time."""

import asyncio
from collections import Counter

import pytest

from tests.kit.app import Person, good
from tests.tasks.making import found, get, make


@pytest.mark.each
async def test_one_of_a_hundred_with_the_same_version_wins(person: Person) -> None:
    task = await make(person)
    answers = await asyncio.gather(
        *(
            person.client.patch(
                f"/tasks/{task['id']}", json={"title": f"By {n}"}, headers={"If-Match": '"1"'}
            )
            for n in range(100)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 99}
    winner = next(good(answer) for answer in answers if answer.status_code == 200)
    assert await get(person, task) == winner
    assert winner["version"] == 2


@pytest.mark.each
async def test_without_a_version_everybody_gets_through(person: Person) -> None:
    task = await make(person)
    answers = await asyncio.gather(
        *(
            person.client.post(f"/tasks/{task['id']}/tags", json={"tags": [f"tag {n}"]})
            for n in range(20)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    after = await get(person, task)
    assert sorted(after["tags"]) == sorted(f"tag {n}" for n in range(20))
    assert after["version"] == 21


@pytest.mark.each
async def test_one_idempotency_key_makes_one_task(person: Person) -> None:
    answers = await asyncio.gather(
        *(
            person.client.post(
                "/tasks", json={"title": "Once"}, headers={"Idempotency-Key": "the same"}
            )
            for _ in range(20)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await found(person)) == 1


@pytest.mark.each
async def test_numbers_without_gaps_or_twins(person: Person) -> None:
    tasks = await asyncio.gather(*(make(person) for _ in range(30)))
    numbers = sorted(int(task["key"].rpartition("-")[2]) for task in tasks)
    assert numbers == list(range(numbers[0], numbers[0] + 30))
