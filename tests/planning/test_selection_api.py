"""Of a long list only a few tasks are read: these tests compare with scoring all of them."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.planning.orders import NOW, Order, plain_task
from upnext.planning.queries import SHORT_LIST
from upnext.planning.schemas import Question
from upnext.planning.selection import select_best
from upnext.planning.service import outlook_of

QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"limit": 20},
    {"minutes": 30},
    {"energy": "high"},
    {"context": ["@home"]},
    {"minutes": 45, "energy": "low", "context": ["@work", "@phone"], "limit": 10},
)
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
    async with order.db.read() as session:
        chosen = await select_best(session, outlook)
    assert [task.id for task in chosen.ranking.ordered] == [task.id for task in full.ordered]
    for ours, theirs in zip(chosen.ranking.ordered, full.ordered, strict=True):
        assert ours.score == pytest.approx(theirs.score, abs=1e-9)
        assert [term.term for term in ours.terms] == [term.term for term in theirs.terms]
        assert ours.would_win_if == theirs.would_win_if
    assert chosen.ineligible_count == full.ineligible_count
    return len(full.ordered)


@pytest.mark.parametrize("share", [0, 0.1, 1.5])
async def test_the_first_of_a_long_list_are_those_of_the_full_formula(
    order: Order, share: float
) -> None:
    size = 1_500
    await order.make(order.tasks(size), order.edges(int(size * share), size))
    compared = 0
    for at in LATER:
        for asked in QUESTIONS:
            compared += await compare(order, at, **asked)
    assert compared > len(LATER) * len(QUESTIONS)
