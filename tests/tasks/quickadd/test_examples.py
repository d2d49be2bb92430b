"""What people type, and exactly what becomes of it."""

import pytest

from tests.tasks.quickadd import english, german
from tests.tasks.quickadd.reading import examples, read, spelled, wanted

ENGLISH = examples(english.DATES, english.TIMES, english.SIGNS, english.REPEATS)
GERMAN = examples(german.DATES, german.REPEATS)
TODOIST = examples(german.TODOIST)
VIKUNJA = examples(german.VIKUNJA)


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english(text: str, expected: str) -> None:
    assert spelled(read(text)) == wanted(expected)


@pytest.mark.parametrize(("text", "expected"), GERMAN)
def test_german(text: str, expected: str) -> None:
    assert spelled(read(text, "de")) == wanted(expected)


@pytest.mark.parametrize(("text", "expected"), TODOIST)
def test_todoist(text: str, expected: str) -> None:
    assert spelled(read(text, mode="todoist")) == wanted(expected)


@pytest.mark.parametrize(("text", "expected"), VIKUNJA)
def test_vikunja(text: str, expected: str) -> None:
    assert spelled(read(text, mode="vikunja")) == wanted(expected)


def test_there_are_enough() -> None:
    assert len(ENGLISH) >= 200
    assert len(GERMAN) >= 60
    assert len({text for text, _ in (*ENGLISH, *GERMAN, *TODOIST, *VIKUNJA)}) >= 300
