"""Of a long list only a few tasks are read: these tests compare with scoring all of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite

from tests.kit.app import max_queries
from tests.planning.orders import CONTEXT, NOW, Order, plain_task
from upnext.core.ids import new_id
from upnext.core.lanes.many import numbered
from upnext.core.runtime import Runtime
from upnext.core.types import micros
from upnext.planning.asking import Lanes, within
from upnext.planning.keeping.queries import set_rate
from upnext.planning.queries import SHORT_LIST, Shape, before, picks
from upnext.planning.schemas import Question
from upnext.planning.selection import select_best
from upnext.planning.service import next_action, outlook_of
from upnext.tasks.models import Priority, Status

QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"limit": 20},
    {"minutes": 30},
    {"energy": "high"},
    {"context": ["@home"]},
    {"minutes": 45, "energy": "low", "context": ["@work", "@phone"], "limit": 10},
)
# How a database looks at what there is, and how it tells what it would do.
ANALYZED = {
    "mysql": ("ANALYZE TABLE rank_key", "EXPLAIN"),
    "sqlite": ("ANALYZE", "EXPLAIN QUERY PLAN"),
}
LATER = (timedelta(0), timedelta(minutes=50), timedelta(days=1, hours=7), timedelta(days=20))


@pytest.fixture
async def order(database_url: str) -> AsyncIterator[Order]:
    order = Order(database_url)
    yield order
    await order.db.dispose()


async def compare(order: Order, at: timedelta, **asked: Any) -> int:
    """Returns how many tasks were compared."""
    question = Question(**asked)
    outlook = outlook_of(order.actor, question, NOW + at)
    full = await order.in_full(outlook.request, project_id=question.project_id)
    chosen = await select_best(Lanes(order.db.lane, order.db.ordered_lane), outlook)
    assert [task.id for task in chosen.ranking.ordered] == [task.id for task in full.ordered]
    for ours, theirs in zip(chosen.ranking.ordered, full.ordered, strict=True):
        assert ours.score == pytest.approx(theirs.score, abs=1e-9)
        assert [term.term for term in ours.terms] == [term.term for term in theirs.terms]
        assert ours.would_win_if == theirs.would_win_if
    assert chosen.ineligible_count == full.ineligible_count
    return len(full.ordered)


@pytest.mark.parametrize("share", [0, 0.1, 1.0], ids="{} edges per task".format)
async def test_the_first_of_a_long_list_are_those_of_the_full_formula(
    order: Order, share: float
) -> None:
    size = 1_000
    await order.make(order.tasks(size), order.edges(int(size * share), size))
    compared = 0
    for at, asked in zip(cycle(LATER), QUESTIONS, strict=False):
        compared += await compare(order, at, **asked)
    assert compared > len(QUESTIONS)


async def test_of_equal_tasks_the_smaller_ids_come_first(order: Order) -> None:
    """As after an import of titles: nothing tells the tasks apart."""
    await order.make([plain_task(order, number) for number in range(SHORT_LIST + 100)])
    for at in (timedelta(0), timedelta(days=40)):
        for asked in QUESTIONS:
            await compare(order, at, **asked)


async def test_an_urgent_task_behind_a_chain_of_dull_ones_is_not_missed(order: Order) -> None:
    """The first of the chain stands in no listing: it is loaded for what waits for it."""
    tasks = order.tasks(
        SHORT_LIST + 200,
        **{"priority": Priority.MEDIUM, "status": Status.TODO, "start_at": None},
        **{"start_key": micros(None), "estimated_duration": 30},
    )
    chain = range(SHORT_LIST, SHORT_LIST + 4)
    for number in chain:
        tasks[number] |= {"priority": Priority.LOW, "due_at": None, "due_key": micros(None)}
        tasks[number] |= {"created_at": NOW, "estimated_duration": 5}
    last = tasks[chain[-1]]
    last |= {"priority": Priority.URGENT, "due_at": NOW, "due_key": micros(NOW)}
    await order.make(tasks, [(number, number + 1) for number in chain[:-1]])
    assert await compare(order, timedelta(0)) == 5
    outlook = outlook_of(order.actor, Question(), NOW)
    async with order.db.read() as session:
        chosen = await select_best(within(session), outlook)
    assert chosen.ranking.ordered[0].id == tasks[chain[0]]["id"]


async def test_when_all_of_the_best_wait_the_listings_are_read_deeper(order: Order) -> None:
    tasks = order.tasks(SHORT_LIST + 150)
    for task in tasks[100:]:
        task["priority"] = Priority.LOW
    for task in tasks[:100]:
        task |= {"priority": Priority.URGENT, "due_at": NOW, "due_key": micros(NOW)}
    await order.make(tasks, [(200 + number // 10, number) for number in range(100)])
    for asked in QUESTIONS:
        await compare(order, timedelta(0), **asked)


async def test_short_lists_follow_the_same_formula(order: Order) -> None:
    await order.make(order.tasks(SHORT_LIST - 10), order.edges(60, SHORT_LIST - 10))
    for at in LATER:
        for asked in QUESTIONS:
            await compare(order, at, **asked)
    assert await compare(order, timedelta(0), project_id=order.other_project_id)


async def test_one_project_of_a_long_list(order: Order) -> None:
    await order.make(order.tasks(SHORT_LIST + 300), order.edges(100, SHORT_LIST + 300))
    for at in LATER:
        assert await compare(order, at, project_id=order.other_project_id, limit=20)


async def test_another_mean_changes_the_keys_in_place(order: Order) -> None:
    """The short way, by one UPDATE, gives the keys of the long way."""
    await order.make(order.tasks(SHORT_LIST + 50), order.edges(30, SHORT_LIST + 50))
    built = await order.keys()
    await order.shop.run(CONTEXT, lambda session: session.execute(set_rate(order.user_id, 0.5)))
    assert await order.keys() != pytest.approx(built)
    await order.recompute(everything=False)
    assert await order.keys() == pytest.approx(built)
    await compare(order, timedelta(0), limit=20)


@pytest.mark.each
async def test_a_long_list_costs_three_statements_beside_the_actor(
    order: Order, runtime: Runtime
) -> None:
    await order.make(order.tasks(SHORT_LIST + 300))
    async with runtime.db.read() as session:
        with max_queries(runtime, 3):
            await next_action(within(session), order.actor, Question(), NOW)


LEARNED = {"correction": 0.7, "person": 45.0}


async def test_learned_durations_change_nothing_of_that(order: Order) -> None:
    size = 600
    await order.make(order.tasks(size), order.edges(60, size))
    await order.learn({**LEARNED, "projects": {str(order.other_project_id): 15.0}}, None)
    for at in LATER[:2]:
        for asked in QUESTIONS:
            assert await compare(order, at, **asked)


async def test_preferences_choose_among_the_first_two_hundred(order: Order) -> None:
    size = 600
    await order.make(order.tasks(size), order.edges(60, size))
    question = Question(limit=20)
    outlook = outlook_of(order.actor, question, NOW)
    request = replace(outlook.request, limit=size, runners_up=0)
    plain = [task.id for task in (await order.in_full(request)).ordered]
    weights = {"duration": -0.7, "slack": 0.6, "started": 0.5}
    taste = {"weights": weights, "picks": 30, "gains": [0.2, 0.3] * 15, "aside": {}}
    await order.learn(LEARNED | {"correction": 1.0, "person": None}, taste)
    liked = [task.id for task in (await order.in_full(request)).ordered]
    async with order.db.read() as session:
        chosen = await select_best(within(session), outlook)
    expected = [task_id for task_id in liked if task_id in plain[:SHORT_LIST]][:20]
    assert [task.id for task in chosen.ranking.ordered] == expected
    assert expected != plain[:20]


@pytest.mark.only("sqlite")  # the others plan by how much there is
async def test_what_others_wait_for_is_found_by_its_ids(order: Order) -> None:
    """And not by a look at every task there is."""
    outlook = outlook_of(order.actor, Question(), NOW)
    ids = numbered("waiting", [new_id(), new_id()])
    sql, values, _ = before(outlook.shape, 2).for_driver(sqlite.dialect(), outlook.params | ids)
    async with order.db.reader.connect() as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(values))
    steps = [step for *_, step in rows]
    assert "SEARCH task USING INDEX sqlite_autoindex_task_1 (id=?)" in steps, steps
    assert not [step for step in steps if step.startswith("SCAN task")]


@pytest.mark.each
@pytest.mark.only("mysql", "sqlite")  # PostgreSQL is told not to sort
async def test_the_first_of_each_order_are_found_in_its_order(order: Order, dialect: str) -> None:
    """And not by a look at all keys there are."""
    due = [NOW + timedelta(hours=number) for number in range(1_000)]
    deadlines = [{"due_at": one, "due_key": micros(one)} for one in due]
    await order.make([plain_task(order, n) | one for n, one in enumerate(deadlines)])
    params = outlook_of(order.actor, Question(), NOW).params
    params = params | {"reading": 0.0, "gain": 0.0, "depth": 12}
    async with order.db.writer.connect() as connection:  # only it may analyze
        analyze, explain = ANALYZED[dialect]
        await connection.exec_driver_sql(analyze)
        sql, values, _ = picks(Shape()).for_driver(connection.dialect, params)
        rows = await connection.exec_driver_sql(f"{explain} {sql}", tuple(values))
        steps = [tuple(row) for row in rows]
    if dialect == "mysql":
        how = {key: extra for *_, key, _, _, _, extra in steps}
        assert "filesort" not in how["ix_rank_key_a"] + how["ix_rank_key_b"]
    else:
        searched = "SEARCH rank_key USING INDEX ix_rank_key"
        assert {f"{searched}_a (user_id=?)", f"{searched}_b (user_id=? AND b<?)"} <= {
            step for *_, step in steps
        }


async def test_any_task_of_a_long_list_can_be_asked_about(order: Order) -> None:
    """Also one whose weight comes from a task that is not read for the answer."""
    size = 600
    await order.make(order.tasks(size), order.edges(200, size))
    whole = await order.in_full(
        replace(outlook_of(order.actor, Question(), NOW).request, limit=size)
    )
    for place in (1, 2, 90, 300, len(whole.ordered)):
        asked = Question(task_id=whole.ordered[place - 1].id, limit=2)
        outlook = outlook_of(order.actor, asked, NOW)
        async with order.db.read() as session:
            found = (await select_best(within(session), outlook)).ranking.contested
        expected = (await order.in_full(outlook.request)).contested
        assert found is not None
        assert expected is not None
        assert found.place == expected.place == place
        assert found.ranked is not None
        assert expected.ranked is not None
        assert found.ranked.score == pytest.approx(expected.ranked.score, abs=1e-9)
        assert found.ranked.would_win_if == expected.ranked.would_win_if
