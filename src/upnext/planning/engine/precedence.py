"""Who waits for whom: the open dependencies, made acyclic, in the order the chain merge needs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

Edge = tuple[UUID, UUID]
"""(predecessor, successor): the successor waits until the predecessor is done."""

Rows = tuple[int, ...]
RowEdge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Precedence:
    """Open dependencies by row number. Closed tasks neither block nor are freed."""

    successors: Mapping[int, Rows]
    """Of each task that something open waits for: those tasks, smaller ids first."""
    order: Rows
    """The keys of `successors`, each after all of its own successors."""
    predecessors: Mapping[int, Rows]
    """Of each task that waits for a row: those rows, smaller ids first."""
    outsiders: Mapping[int, tuple[UUID, ...]]
    """Of each task that waits for a task which has no row: the ids of those."""
    ignored: tuple[Edge, ...]
    """Dependencies left out because they close a cycle."""


def build_precedence(
    ids: Sequence[UUID], closed: Sequence[bool], edges: Iterable[Edge]
) -> Precedence:
    """O(V + E) but for sorting by id, which makes the result the same for any order of rows.

    A predecessor that is not among the rows still blocks: it is taken to be open.
    """
    inside, outsiders = _by_row(ids, closed, list(edges))
    kept, ignored, order = _acyclic(inside, ids)
    return Precedence(
        successors=_adjacency(kept, ids),
        order=order,
        predecessors=_adjacency({(after, before) for before, after in kept}, ids),
        outsiders={row: tuple(sorted(blockers)) for row, blockers in outsiders.items()},
        ignored=tuple(sorted((ids[before], ids[after]) for before, after in ignored)),
    )


def _by_row(
    ids: Sequence[UUID], closed: Sequence[bool], edges: Sequence[Edge]
) -> tuple[set[RowEdge], dict[int, set[UUID]]]:
    """The edges between open rows, and the unknown predecessors of open rows."""
    inside: set[RowEdge] = set()
    outsiders: dict[int, set[UUID]] = defaultdict(set)
    row_of = {task.int: row for row, task in enumerate(ids)} if edges else {}
    for before, after in edges:
        predecessor, successor = row_of.get(before.int), row_of.get(after.int)
        if successor is None or closed[successor]:
            continue
        if predecessor is None:
            outsiders[successor].add(before)
        elif not closed[predecessor]:
            inside.add((predecessor, successor))
    return inside, outsiders


def _acyclic(edges: set[RowEdge], ids: Sequence[UUID]) -> tuple[set[RowEdge], set[RowEdge], Rows]:
    """The edges without those that close a cycle, those, and the successors-first order."""
    order, stuck = _successors_first(edges)
    if not stuck:
        return edges, set(), order
    tangled = {edge for edge in edges if stuck.issuperset(edge)}
    ignored = _back_edges(_adjacency(tangled, ids), ids)
    kept = edges - ignored
    return kept, ignored, _successors_first(kept)[0]


def _successors_first(edges: Iterable[RowEdge]) -> tuple[Rows, set[int]]:
    """Kahn's algorithm from the sinks: (tasks with successors in order, tasks in a tangle)."""
    waiting: dict[int, int] = defaultdict(int)
    predecessors: dict[int, list[int]] = defaultdict(list)
    for before, after in edges:
        waiting[before] += 1
        predecessors[after].append(before)
    ready = [row for row in predecessors if row not in waiting]
    order = []
    while ready:
        for before in predecessors.get(ready.pop(), ()):
            waiting[before] -= 1
            if not waiting[before]:
                order.append(before)
                ready.append(before)
    return tuple(order), {row for row, count in waiting.items() if count}


def _back_edges(successors: Mapping[int, Rows], ids: Sequence[UUID]) -> set[RowEdge]:
    """Edges into the path that depth-first search stands on, from the smallest id on.

    The path is kept by hand: a chain of 10,000 tasks would exhaust Python's call stack.
    """
    on_path: set[int] = set()
    seen: set[int] = set()
    found = set()
    for root in sorted(successors, key=lambda row: ids[row].int):
        path = [] if root in seen else [(root, iter(successors[root]))]
        on_path.update(row for row, _ in path)
        while path:
            row, following = path[-1]
            successor = next(following, None)
            if successor is None:
                seen.add(row)
                on_path.discard(row)
                path.pop()
            elif successor in on_path:
                found.add((row, successor))
            elif successor not in seen:
                on_path.add(successor)
                path.append((successor, iter(successors.get(successor, ()))))
    return found


def _adjacency(edges: Iterable[RowEdge], ids: Sequence[UUID]) -> dict[int, Rows]:
    def by_id(row: int) -> int:
        return ids[row].int

    successors: dict[int, list[int]] = defaultdict(list)
    for before, after in edges:
        successors[before].append(after)
    return {row: tuple(sorted(rows, key=by_id)) for row, rows in successors.items()}
