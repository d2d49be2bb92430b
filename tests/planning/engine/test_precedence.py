"""Dependencies: cycles are cut, never followed."""

from itertools import pairwise
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.planning.engine import worlds
from upnext.planning.engine.precedence import Edge, Precedence, build_precedence

Graph = tuple[list[UUID], list[Edge]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    names = draw(st.lists(worlds.ids, min_size=1, max_size=10, unique=True))
    end = st.sampled_from(names)
    return names, draw(st.lists(st.tuples(end, end), max_size=30))


def build(names: list[UUID], edges: list[Edge]) -> Precedence:
    return build_precedence(names, [False] * len(names), edges)


def kept(names: list[UUID], found: Precedence) -> set[Edge]:
    return {
        (names[before], names[after])
        for before, successors in found.successors.items()
        for after in successors
    }


@worlds.properties
@given(graphs())
def test_every_edge_is_kept_or_reported(graph: Graph) -> None:
    names, edges = graph
    found = build(names, edges)
    assert kept(names, found) | set(found.ignored) == set(edges)
    assert not kept(names, found) & set(found.ignored)


@worlds.properties
@given(graphs())
def test_the_order_has_successors_first_and_misses_nobody(graph: Graph) -> None:
    names, edges = graph
    found = build(names, edges)
    place = {row: number for number, row in enumerate(found.order)}
    assert set(place) == set(found.successors)
    for before, successors in found.successors.items():
        assert all(place[after] < place[before] for after in successors if after in place)


@worlds.properties
@given(graphs())
def test_each_ignored_edge_closes_a_cycle(graph: Graph) -> None:
    names, edges = graph
    found = build(names, edges)
    for before, after in found.ignored:
        assert before in reachable(after, kept(names, found))


def reachable(start: UUID, edges: set[Edge]) -> set[UUID]:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        fresh = {after for before, after in edges if before == here} - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


@worlds.properties
@given(graphs(), st.randoms())
def test_the_order_of_rows_does_not_show(graph: Graph, random: Random) -> None:
    names, edges = graph
    shuffled = random.sample(names, len(names))
    first, second = build(names, edges), build(shuffled, random.sample(edges, len(edges)))
    assert kept(names, first) == kept(shuffled, second)
    assert first.ignored == second.ignored


def test_without_cycles_nothing_is_ignored() -> None:
    names = [UUID(int=number) for number in range(2_000)]
    edges = [(names[a], names[b]) for a in range(2_000) for b in (a + 1, a + 7) if b < 2_000]
    assert build(names, edges).ignored == ()


def test_a_ring_of_20_000_tasks_is_cut_once() -> None:
    names = [UUID(int=number) for number in range(20_000)]
    ring = list(zip(names, names[1:] + names[:1], strict=True))
    assert build(names, ring).ignored == ((names[-1], names[0]),)


def test_closed_tasks_neither_block_nor_are_freed() -> None:
    names = [UUID(int=number) for number in range(3)]
    chain = list(pairwise(names))
    found = build_precedence(names, [False, True, False], chain)
    assert not found.successors
    assert not found.predecessors


def test_an_unknown_predecessor_blocks_and_an_unknown_successor_does_not_matter() -> None:
    known, unknown = UUID(int=1), UUID(int=2)
    found = build([known], [(unknown, known), (known, unknown)])
    assert found.outsiders == {0: (unknown,)}
    assert not found.successors
