"""A line costs well under five milliseconds, and no text can make it cost much more."""

import time

import pytest

from tests.kit.effort import slowness
from tests.tasks.quickadd.reading import TUESDAY, read

LINE = (
    "Pay the rent to the new landlord tomorrow 9am #home @bills @money p1 30m "
    "every month // by bank transfer"
)
NASTY = {
    "days": "monday " * 1_428,
    "quotes": '"a ' * 3_333,
    "spaces": "monday" + " " * 9_980 + "every",
    "spaced": ("every monday" + " " * 300) * 32,
    "lists": "every " + "monday, " * 1_249,
    "dots": "monday" + "." * 9_990 + "x",
    "marks": "!" * 10_000,
    "escapes": "\\#" * 5_000,
    "tags": "@a " * 3_333,
    "braces": "{a} " * 2_500,
    "lines": "\n a" * 3_333,
    "numbers": "1 " * 5_000,
}


def _cost(text: str, times: int) -> float:
    read(text)
    began = time.process_time()
    for _ in range(times):
        read(text)
    return (time.process_time() - began) / times


def test_a_line_is_quick() -> None:
    assert len(LINE) >= 95
    assert _cost(LINE, 100) < 0.005 * slowness()


@pytest.mark.parametrize("name", sorted(NASTY))
def test_a_long_text_is_bounded(name: str) -> None:
    text = NASTY[name][:10_000]
    assert len(text) > 9_000
    assert _cost(text, 1) < 0.5 * slowness()
    assert read(text, now=TUESDAY).title
