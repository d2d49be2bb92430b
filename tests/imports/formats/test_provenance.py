"""Whose the values of an imported task are: what makes no sense is taken for nobody's word."""

from typing import Any

import pytest

from upnext.imports.formats.provenance import provenance
from upnext.tasks.deriving import begun, brought

USER = {"source": "user", "confidence": 1.0}
RULE = {"source": "rule", "confidence": 0.95, "reason": "says “urgent”"}
GUESS = {"source": "embedded", "confidence": 0.3, "least": 14, "most": 66}
WHOLE = {"state": "completed", "category": USER, "priority": RULE, "estimated_duration": GUESS}


def test_it_is_kept_as_it_was() -> None:
    assert provenance(WHOLE) == WHOLE
    proposal = {"source": "embedded", "confidence": 0.4, "reason": "x", "value": "home"}
    unsure = {**WHOLE, "category": {"source": "default", "confidence": 0.0, "suggestion": proposal}}
    assert provenance(unsure) == unsure


@pytest.mark.parametrize(
    "said",
    [
        None,
        "user",
        [],
        {},
        {"state": "completed"},
        {**WHOLE, "state": "new"},
        {**WHOLE, "priority": {"source": "the boss", "confidence": 1}},
        {**WHOLE, "priority": {"source": "rule", "confidence": 7}},
        {**WHOLE, "priority": {"source": "rule"}},
        {**WHOLE, "priority": None},
    ],
)
def test_what_makes_no_sense_is_dropped(said: Any) -> None:
    assert provenance(said) is None


def test_what_is_too_long_is_cut() -> None:
    found = provenance({**WHOLE, "priority": {**RULE, "reason": "x" * 5_000}})
    assert found is not None
    assert len(found["priority"]["reason"]) == 200
    proposal = {"source": "embedded", "confidence": 0.4, "reason": "", "value": "x" * 51}
    found = provenance({**WHOLE, "category": {**USER, "suggestion": proposal}})
    assert found is not None
    assert "suggestion" not in found["category"]


@pytest.mark.parametrize(
    ("mode", "state", "expected"),
    [
        ("async", "completed", "completed"),
        ("async", "pending", "pending"),
        ("off", "completed", "off"),
    ],
)
def test_what_was_done_there_is_not_begun_again(mode: str, state: str, expected: str) -> None:
    new = begun(mode, {"category"})
    found = brought(new, {**WHOLE, "state": state})
    assert found == {**WHOLE, "state": expected}
    assert brought(new, None) is new
