"""What was used last is kept, and no more than there is room for."""

from hypothesis import given
from hypothesis import strategies as some

from upnext.core.recent import Recent

MOST = 100
STEPS = some.lists(some.tuples(some.integers(0, 5), some.integers(0, 60)), min_size=1, max_size=40)


@given(STEPS)
def test_the_newest_that_fit_are_kept(steps: list[tuple[int, int]]) -> None:
    """A size of 0 stands for a look at the value."""
    kept: Recent[int, int] = Recent(MOST, lambda size: size)
    used: dict[int, int] = {}
    for key, size in steps:
        if size:
            kept.put(key, size)
            used.pop(key, None)
            used[key] = size
        elif kept.get(key) is not None:
            used[key] = used.pop(key)
        while sum(used.values()) > MOST:
            del used[next(iter(used))]
        assert len(kept) == len(used)
    assert [kept.get(key) for key in used] == list(used.values())


def test_what_is_larger_than_all_room_is_not_kept() -> None:
    kept: Recent[str, int] = Recent(MOST, lambda size: size)
    kept.put("a", 1)
    kept.put("b", MOST + 1)
    assert (kept.get("a"), kept.get("b"), len(kept)) == (None, None, 0)


def test_without_sizes_values_are_counted() -> None:
    kept: Recent[str, str] = Recent(2)
    for each in "abac":
        kept.put(each, each)
    assert [kept.get(each) for each in "abc"] == ["a", None, "c"]
