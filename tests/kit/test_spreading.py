"""Which database a test runs on."""

from collections.abc import Sequence
from unittest.mock import Mock

import pytest

from tests.kit.spreading import elsewhere

ALL = ["sqlite", "postgresql", "mysql"]


def items(dialects: Sequence[str]) -> list[pytest.Item]:
    """Twenty tests that can run on these."""
    made: list[pytest.Item] = []
    for number in range(20):
        for dialect in dialects:
            item = Mock(spec=pytest.Function, nodeid=f"tests/a/test_b.py::test_{number}[{dialect}]")
            item.callspec = Mock(params={"dialect": dialect}, id=dialect)
            item.iter_markers.return_value = []
            made.append(item)
    return made


def test_each_runs_on_one_and_each_database_runs_some() -> None:
    made = items(ALL)
    others = elsewhere(made, ALL)
    stay = [item.nodeid for item in made if item not in others]
    assert len({node.partition("[")[0] for node in stay}) == len(stay) == 20
    assert all(any(f"[{dialect}]" in node for node in stay) for dialect in ALL)


@pytest.mark.parametrize("able", [["mysql"], ["postgresql", "mysql"]])
def test_what_only_some_can_run_is_left_out_by_none(able: list[str]) -> None:
    made = items(able)
    assert len(made) - len(elsewhere(made, ALL)) == 20
