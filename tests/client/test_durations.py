"""Durations as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.client import durations


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30m", 30),
        ("30 min", 30),
        ("45minutes", 45),
        ("90", 90),
        ("2h", 120),
        ("2 hours", 120),
        ("1h30", 90),
        ("1h30m", 90),
        ("1 h 20", 80),
        ("1.5h", 90),
        ("1,5h", 90),
        ("1:30", 90),
        ("PT1H30M", 90),
        ("PT45M", 45),
        ("P1DT2H", 1560),
        ("168h", 10_080),
    ],
)
def test_forms(text: str, minutes: int) -> None:
    assert durations.parse(text) == minutes


@pytest.mark.parametrize("text", ["", " ", "h", "m", "soon", "-5", "1d", "P", "PT", "1h 2h", "½h"])
def test_what_is_no_duration_says_what_is(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write 30m"):
        durations.parse(text)


@pytest.mark.parametrize("text", ["0", "0h", "10081", "169h", "99999999999999999999h"])
def test_out_of_range(text: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        durations.parse(text)


@given(st.integers(1, durations.LONGEST))
def test_what_is_shown_can_be_typed(minutes: int) -> None:
    assert durations.parse(durations.show(minutes)) == minutes


def test_shown_as_read_aloud() -> None:
    assert [durations.show(one) for one in (5, 60, 80, 65, None)] == [
        *("5 min", "1 h", "1 h 20", "1 h 05", ""),
    ]
