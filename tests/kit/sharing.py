"""Which process of a run gets which tests.

A process stays with one database as long as that has tests left, and in a folder of it: what the
first test there set up (a database, people, a server) serves the rest. Handed out one by one, each
process makes nearly everything once more, and takes it down again when the next test is on
another database.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from xdist.scheduler import LoadScopeScheduling

from tests.kit.databases import DIALECTS

NONE = ""
ON = re.compile(rf"\[.*?\b({'|'.join(DIALECTS)})\b")


class Place(NamedTuple):
    dialect: str
    folder: str


def scope_of(nodeid: str) -> str:
    """A file's tests on one database, which are handed out together: `path dialect`."""
    path, _, name = nodeid.partition("::")
    found = ON.search(name)
    return f"{path} {found[1] if found else NONE}"


def place_of(scope: str) -> Place:
    path, _, dialect = scope.partition(" ")
    return Place(dialect, "/".join(path.split("/")[:2]))


def choice(left: Mapping[str, int], mine: Sequence[Place], others: Collection[Place]) -> str:
    """Of the scopes that are left, each with its number of tests: which a process gets that began
    `mine` before, while the others began theirs.
    """
    dialect = _dialect(left, mine, others)

    def reluctance(scope: str) -> tuple[bool, bool, bool]:
        place = place_of(scope)
        return place.dialect != dialect, place not in mine[-1:], place in others

    return min(left, key=reluctance)


def _dialect(left: Mapping[str, int], mine: Sequence[Place], others: Collection[Place]) -> str:
    """The one it is at; then one that nobody is at, what needs none, and where most is left."""
    tests: Counter[str] = Counter()
    for scope, number in left.items():
        tests[place_of(scope).dialect] += number
    at = next((place.dialect for place in reversed(mine) if place.dialect), NONE)
    if at in tests and at:
        return at
    taken = {place.dialect for place in others}
    free = [name for name in tests if name and name not in taken] if not at else []
    if not free and NONE in tests:
        return NONE
    return max(free or tests, key=tests.__getitem__)


class ByPlace(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

    def _assign_work_unit(self, node: Any) -> None:  # xdist's WorkerController
        begun = {one: [*map(place_of, scopes)] for one, scopes in self.assigned_work.items()}
        mine = begun.pop(node, [])
        others = {place for places in begun.values() for place in places}
        left = {scope: len(tests) for scope, tests in self.workqueue.items()}
        self.workqueue.move_to_end(choice(left, mine, others), last=False)
        super()._assign_work_unit(node)
