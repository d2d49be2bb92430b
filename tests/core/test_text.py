"""What text may come in, and how it is compared."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from upnext.core.text import TagName, clean, fold, like


@given(st.text())
def test_clean_text_holds_no_control_characters_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert all(c in "\n\t" or unicodedata.category(c) != "Cc" for c in cleaned)
    assert clean(cleaned) == cleaned


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_case_and_accents_do_not_count() -> None:
    assert fold("ÄRGER") == fold("arger") == "arger"
    assert fold("Straße") == fold("STRASSE")


def test_wildcards_are_escaped() -> None:
    assert like(r"50%_\a") == r"%50\%\_\\a%"


@pytest.mark.parametrize("text", ["x" * 50 + " ", "\x07" * 51, " " * 51])
def test_a_limit_counts_what_was_sent(text: str) -> None:
    """As the description says it: a program that obeys it must never be surprised."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(TagName).validate_python(text)
    assert refused.value.errors()[0]["type"] == "string_too_long"


def test_a_limit_counts_what_is_kept() -> None:
    """Composed to two characters each."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(TagName).validate_python("\u0958" * 26)
    assert refused.value.errors()[0]["type"] == "string_too_long"


def test_a_text_is_described_as_it_is_checked() -> None:
    schema = TypeAdapter(TagName).json_schema()
    assert (schema["minLength"], schema["maxLength"]) == (1, 50)
    for text in ("x", " x", "\u0001x", "x\u202e", "\u00e9"):
        assert re.search(schema["pattern"], text)
        assert TypeAdapter(TagName).validate_python(text)
    for text in ("", " ", "\u0001\u202e", "a\0b"):
        assert not re.search(schema["pattern"], text)
        with pytest.raises(ValidationError):
            TypeAdapter(TagName).validate_python(text)
