"""What a workspace taught, and whether that helped: pure."""

from upnext.classification.memory import Lesson, Memory, look_back
from upnext.classification.predictions import Custom


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
