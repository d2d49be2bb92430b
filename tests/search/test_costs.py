"""What keeping the index in step costs the writes."""

from tests.kit.app import Person, good, max_queries
from tests.tasks.making import make
from upnext.core.runtime import Runtime


def _of_index(statements: list[str]) -> list[str]:
    return [each for each in statements if "search_document" in each]


async def test_a_new_task_costs_a_row(person: Person, runtime: Runtime, dialect: str) -> None:
    await make(person)
    with max_queries(runtime, 8) as statements:
        await make(person, title="Some words")
    (indexing,) = _of_index(statements)
    # On PostgreSQL it goes along with what is written anyway.
    assert ("INTO change" in indexing) is (dialect == "postgresql")


async def test_what_changes_no_word_costs_nothing(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    with max_queries(runtime, 20) as statements:
        for body in ({"status": "in_progress"}, {"completed": True}, {"priority": "high"}):
            good(await person.client.patch(f"/tasks/{task['id']}", json=body))
    assert _of_index(statements) == []


async def test_other_words_cost_a_row(person: Person, runtime: Runtime, dialect: str) -> None:
    task = await make(person)
    with max_queries(runtime, 8) as statements:
        good(await person.client.patch(f"/tasks/{task['id']}", json={"title": "Other words"}))
    (indexing,) = _of_index(statements)
    assert ("INTO change" in indexing) is (dialect == "postgresql")


async def test_many_at_once_cost_one_statement(person: Person, runtime: Runtime) -> None:
    tasks = [{"title": f"Many words {number}"} for number in range(50)]
    with max_queries(runtime, 15) as statements:
        good(await person.client.post("/tasks/bulk", json={"tasks": tasks}))
    assert len(_of_index(statements)) == 1
