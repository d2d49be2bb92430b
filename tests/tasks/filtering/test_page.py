"""The page about the language is right: its examples are filters, and it names every word."""

import re

import pytest

from tests.architecture.tree import ROOT
from upnext.tasks.filtering import FIELDS, parse
from upnext.tasks.filtering.kinds import spellings
from upnext.tasks.filtering.parser import DEEPEST, MOST_CONDITIONS
from upnext.tasks.filtering.shorthands import SHORTHANDS
from upnext.tasks.words import LONGEST_FILTER

PAGE = (ROOT / "docs" / "filters.md").read_text(encoding="utf-8")
NAMES = {name for name, _ in spellings(FIELDS)}
CODE = re.findall(r"`([^`\n]+)`", PAGE)
EXAMPLES = PAGE.partition("```\n")[2].partition("```")[0].splitlines()
# What the page shows of a whole condition, in its sentences and tables.
CONDITIONS = [
    each
    for each in CODE
    if (found := re.match(r"(?:not )?(\w+) (?:=|!=|<|>|<=|>=|like|is|not|in) ", each))
    and found[1] in NAMES
]


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_examples_are_filters(text: str) -> None:
    parse(text, FIELDS)


@pytest.mark.parametrize("text", sorted({*CONDITIONS}))
def test_the_conditions_in_the_text_are_filters(text: str) -> None:
    parse(text, FIELDS)


def test_there_are_some() -> None:
    assert len(EXAMPLES) > 5
    assert len(CONDITIONS) > 10


def test_every_word_is_explained() -> None:
    words = NAMES | SHORTHANDS.keys()
    shown = {word for each in CODE for word in re.findall(r"[\w@]+", each)}
    assert words - shown - {"assignee_ids", "contexts"} == set()
    assert f"{LONGEST_FILTER:,}" in PAGE
    assert f"{MOST_CONDITIONS} conditions" in PAGE
    assert f"{DEEPEST} levels" in PAGE
