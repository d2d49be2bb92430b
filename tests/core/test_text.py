"""What text may come in, and how it is compared."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from upnext.core.text import clean, fold, like


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
