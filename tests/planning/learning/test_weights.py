"""Preferences: recovered where there are any, harmless where there are none, bounded always."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning.learning.people import Picker, hits, ordered, taught
from upnext.planning.engine.taste import HEAVIEST, MOST, SCALES, feature
from upnext.planning.learning.weights import (
    FEATURES,
    NO_TASTE,
    REASONS,
    Option,
    Taste,
    after_pick,
    after_skip,
    dump,
    features_of,
    liking,
    load,
    replay,
)

TWO = [
    Option(UUID(int=1), 1.0, 0.0, features_of({"duration": 1.5, "priority": 0.7})),
    Option(UUID(int=2), 0.5, 0.0, features_of({"duration": -1.0, "priority": 2.0})),
]


@pytest.mark.parametrize(
    "prefers",
    [
        {"duration": 0.7, "priority": -0.6},
        {"duration": -0.75, "slack": 0.5},
        {"priority": 0.75, "duration": -0.75},
    ],
    ids=["short before important", "long and urgent", "important before short"],
)
def test_a_preference_is_recovered_after_a_hundred_picks(prefers: Mapping[str, float]) -> None:
    """The real pick is in the first three at least ten points more often."""
    plain, learned = [], []
    for seed in range(3):
        picker = Picker(prefers, seed, noise=0.3)
        taste = taught(picker, 100)
        assert taste.used
        before, after = hits(picker, taste, rounds=250)
        plain.append(before)
        learned.append(after)
    assert sum(learned) / 3 >= sum(plain) / 3 + 0.10


def test_a_preference_is_recovered_where_nothing_is_urgent() -> None:
    picker = Picker({"duration": 0.7, "priority": -0.6}, 1, noise=0.3, slack=60)
    plain, learned = hits(picker, taught(picker, 100), rounds=150)
    assert learned >= plain + 0.10


@pytest.mark.parametrize(("noise", "slack"), [(0.2, 1.2), (0.4, 1.2), (0.8, 1.2), (0.4, 60)])
def test_who_prefers_nothing_loses_nothing(noise: float, slack: float) -> None:
    for seed in range(3):
        picker = Picker({}, seed, noise, slack)
        before, after = hits(picker, taught(picker, 100), rounds=150)
        assert after >= before - 0.01


def test_weights_stay_within_their_bounds_whatever_is_picked() -> None:
    taste = NO_TASTE
    for _ in range(600):
        taste = after_pick(taste, TWO, 1)
    assert all(abs(weight) <= HEAVIEST for weight in taste.weights.values())
    assert taste.weights["duration"] < -0.4
    assert all(abs(liking(one, taste.weights)) <= MOST for one in TWO)
    assert len(taste.gains) == 100


def test_they_are_used_from_twenty_good_predictions_on() -> None:
    taste = replace(NO_TASTE, weights={"duration": 0.3}, gains=(0.2, 0.3) * 9)
    assert taste.applied == {}
    assert replace(taste, gains=(0.2, 0.3) * 10).applied == {"duration": 0.3}
    assert replace(taste, gains=(0.2, -0.2) * 30).applied == {}


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_skip_moves_only_what_its_reason_says(reason: str) -> None:
    taste = after_skip(NO_TASTE, TWO, 1, reason)
    moved = {name for name, weight in taste.weights.items() if weight}
    assert moved <= REASONS[reason]
    assert taste.picks == 0
    if reason == "too_long":
        assert taste.weights["duration"] > 0


def test_one_task_is_no_choice() -> None:
    assert after_pick(NO_TASTE, TWO[:1], 0) == NO_TASTE
    assert after_skip(NO_TASTE, TWO[:1], 0, "too_long") == NO_TASTE


def test_what_was_skipped_comes_back() -> None:
    taste = Taste(aside={str(UUID(int=1)): 50})
    assert taste.put_off(49) == {UUID(int=1): 50}
    assert taste.put_off(50) == {}


def test_a_replay_ends_where_the_picks_led() -> None:
    picker, history, taste = Picker({"duration": 0.7}, 5), [], NO_TASTE
    for _ in range(60):
        shown = ordered(picker.tasks(), {})[:8]
        place = picker.best(shown)
        history.append((shown, place))
        taste = after_pick(taste, shown, place)
    found = replay(history)
    assert found.taste == taste
    assert found.picks == 60
    assert found.learned[1] >= found.plain[1]
    assert replay([]).picks == 0


def test_it_is_stored_and_read_as_it_was() -> None:
    taste = after_pick(Taste(aside={str(UUID(int=1)): 5}), TWO, 0)
    assert load(dump(taste)) == taste
    assert load(None) == NO_TASTE


@given(st.sampled_from(FEATURES), st.floats(-1e6, 1e6))
def test_one_scale_for_numbers_and_arrays(name: str, value: float) -> None:
    place = list(SCALES).index(name)
    assert features_of({name: value})[place] == pytest.approx(float(feature(name, value)))
