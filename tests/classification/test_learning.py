"""What a workspace taught, and whether that helped: pure."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from upnext.classification.judging import is_due
from upnext.classification.memory import NEAR, Lesson, Memory, Shelf, look_back
from upnext.classification.predictions import Custom

BAGS = st.frozensets(st.sampled_from("abcdef"), max_size=4)


def lesson(text: str, value: str) -> Lesson:
    return Lesson(text, "category", value)


def test_a_near_repeat_is_known() -> None:
    memory = Memory([lesson("Water the office plants", "facilities")])
    found = memory.category("Water the plants in the office")
    assert found is not None
    assert (found.value, found.source) == ("facilities", "memory")
    assert memory.category("Call the bank") is None
    assert Memory().category("Anything") is None


def test_a_category_of_ones_own_is_known_by_its_examples() -> None:
    memory = Memory(custom=[Custom("bees", "hives and honey", ("Feed the bees", "Order frames"))])
    found = memory.category("Feed bees")
    assert found is not None
    assert found.value == "bees"


def test_the_usual_priority_takes_a_habit() -> None:
    few = [Lesson("x", "priority", "low")] * 4
    assert Memory(few).priority() is None
    found = Memory([*few, Lesson("x", "priority", "low")]).priority()
    assert found is not None
    assert found.value == "low"
    assert Memory([*few, *[Lesson("x", "priority", "high")] * 4]).priority() is None
    assert Memory([Lesson("x", "priority", "urgent")] * 9).priority() is None, "no model says so"


def test_durations_are_those_of_similar_tasks_or_the_category() -> None:
    near = Memory([Lesson("Write weekly report", "estimated_duration", "90", "work")])
    found = near.duration("Write the weekly report", "work")
    assert found is not None
    assert found.value == 90
    assert near.duration("Call the bank", "work") is None
    same = [Lesson(f"thing{n} other{n}", "estimated_duration", "120", "work") for n in range(5)]
    shrunk = Memory(same).duration("Call the bank", "work")
    assert shrunk is not None
    assert shrunk.value == 60, "half way between 30 and 120, in logarithms"


def test_looking_back_predicts_each_by_those_before() -> None:
    good = look_back([lesson(f"Sync the flux capacitor {n}", "lab") for n in range(12)])
    assert (good.examples, good.without, good.with_memory) == (12, 0, 11)
    assert good.helps
    # Somebody changed their mind: what was learned stands in the way.
    values = ["work"] * 4 + ["home"] * 8
    bad = look_back([lesson("Clean the kitchen floor", value) for value in values])
    assert bad.with_memory < bad.without
    assert not bad.helps


@given(st.lists(st.tuples(BAGS, st.sampled_from("xy")), max_size=30), BAGS)
def test_the_near_ones_are_those_that_share_half_of_all_words(
    put: list[tuple[frozenset[str], str]], asked: frozenset[str]
) -> None:
    shelf: Shelf[str] = Shelf()
    for bag, value in put:
        shelf.put(bag, value)
    by_hand: dict[frozenset[str], Counter[str]] = {}
    for bag, value in put:
        by_hand.setdefault(bag, Counter())[value] += 1
    shares = [
        (len(asked & bag) / len(asked | bag), values) for bag, values in by_hand.items() if bag
    ]
    assert list(shelf.near(asked)) == [each for each in shares if each[0] >= NEAR]


def test_looking_back_comes_the_less_often_the_more_there_is() -> None:
    looks = [count for count in range(1, 20_001) if is_due(count - 1, count)]
    assert looks[:8] == [20, 40, 60, 80, 100, 125, 156, 195]
    assert all(after - before == max(20, before // 4) for before, after in pairwise(looks))
    assert not is_due(21, 39)
    assert is_due(19, 20_000)
