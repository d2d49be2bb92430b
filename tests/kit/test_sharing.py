"""Which process gets which tests."""

from itertools import cycle, pairwise

import pytest

from tests.kit.sharing import Place, choice, place_of, scope_of


@pytest.mark.parametrize(
    ("nodeid", "scope", "place"),
    [
        ("tests/a/b/test_c.py::test_d[mysql-7]", "tests/a/b/test_c.py mysql", ("mysql", "tests/a")),
        ("tests/a/test_c.py::TestD::test_e[7-sqlite]", "tests/a/test_c.py sqlite", None),
        ("tests/a/test_mysql.py::test_d[x]", "tests/a/test_mysql.py ", ("", "tests/a")),
    ],
)
def test_a_files_tests_on_one_database(
    nodeid: str, scope: str, place: tuple[str, str] | None
) -> None:
    assert scope_of(nodeid) == scope
    assert place is None or place_of(scope) == place


def test_each_stays_with_a_database_and_in_a_folder() -> None:
    """Three processes at the same pace, until nothing is left."""
    names = ("sqlite", "postgresql", "mysql", "")
    left = {
        f"tests/{folder}/test_{file}.py {name}": 10
        for file in "xyz"
        for folder in "abcd"
        for name in names
    }
    begun: dict[int, list[Place]] = {0: [], 1: [], 2: []}
    for process in cycle(begun):
        others = {place for one, places in begun.items() if one != process for place in places}
        scope = choice(left, begun[process], others)
        begun[process].append(place_of(scope))
        del left[scope]
        if not left:
            break
    for places in begun.values():
        dialects = [place.dialect for place in places]
        assert len({name for name in dialects if name}) == 1
        assert dialects == sorted(dialects, key=lambda name: not name)
        folders = [place.folder for place in places if place.dialect]
        assert sum(one != next_ for one, next_ in pairwise(folders)) == 3
    assert {places[0].dialect for places in begun.values()} == {"sqlite", "postgresql", "mysql"}


def test_whoever_is_done_helps_where_most_is_left() -> None:
    left = {"tests/a/test_x.py mysql": 3, "tests/b/test_x.py postgresql": 9}
    mine = [Place("sqlite", "tests/a"), Place("", "tests/a")]
    others = {Place("mysql", "tests/a"), Place("postgresql", "tests/b")}
    assert choice(left, mine, others) == "tests/b/test_x.py postgresql"
