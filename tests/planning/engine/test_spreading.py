"""Quantiles of sums, beside drawn ones."""

import numpy as np
import pytest

from upnext.planning.engine.spreading import P80_SCORE, quantile_ends


def test_one_task_ends_at_its_own_quantiles() -> None:
    median, p80 = quantile_ends(np.array([30.0]), 1.4)
    assert median == pytest.approx([30])
    assert p80 == pytest.approx([42])


def test_without_spread_all_is_certain() -> None:
    median, p80 = quantile_ends(np.array([30.0, 10, 5]), 1.0)
    assert median == pytest.approx([30, 40, 45])
    assert p80 == pytest.approx([30, 40, 45])


def test_errors_of_many_tasks_cancel_out_in_part() -> None:
    median, p80 = quantile_ends(np.full(16, 30.0), 1.5)
    shares = p80 / median
    assert (np.diff(shares) < 0).all()
    assert (np.diff(median) > 30).all()  # an average duration is longer than a median one


def test_sums_are_those_of_drawn_durations() -> None:
    random = np.random.default_rng(11)
    minutes = np.array([15.0, 120, 30, 60, 5, 240, 30])
    factor = np.array([1.4, 1.6, 1.3, 1.5, 1.4, 1.37, 1.6])
    drawn = minutes * np.exp(np.log(factor) / P80_SCORE * random.standard_normal((100_000, 7)))
    median, p80 = quantile_ends(minutes, factor)
    assert median == pytest.approx(np.median(np.cumsum(drawn, axis=1), axis=0), rel=0.03)
    assert p80 == pytest.approx(np.quantile(np.cumsum(drawn, axis=1), 0.8, axis=0), rel=0.03)
