"""What a word is, and where it is marked: rules on texts, without a database."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.search.grammar import Query, Term, parse
from upnext.search.marking import Marker
from upnext.search.words import CODE, LONGEST, code_of, indexed, placed, spelled, words

WORKSPACE = UUID("0198f1d2-0000-7000-8000-0123456789ab")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Größe GROSSE grosse", ["grosse"] * 3),
        ("Łódź Øl æther", ["lodz", "ol", "aether"]),
        ("snake_case e-mail it's 3.14", ["snake", "case", "e", "mail", "it", "s", "3", "14"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("½ m² \ufb01ne", ["12", "m2", "fine"]),
        ("cafe\u0301 café", ["cafe", "cafe"]),
        ("--- ***", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_what_is_indexed_holds_nothing_that_a_database_could_read(text: str) -> None:
    code = code_of(WORKSPACE)
    for word in indexed(text, code).split():
        assert word.isascii()
        assert word.isalnum()
        assert word == word.lower()
        assert word.startswith(code)
        assert CODE < len(word) <= CODE + LONGEST


@given(st.text(min_size=1, max_size=8), st.text(max_size=8))
def test_only_what_begins_a_word_begins_its_spelling(one: str, other: str) -> None:
    for whole in words(one + other):
        for part in words(one):
            ((a,), (b,)) = spelled([whole]), spelled([part])
            assert a.startswith(b) is whole.startswith(part)


@given(st.text())
def test_words_stand_where_they_are_said_to(text: str) -> None:
    end = 0
    for word in placed(text):
        assert end <= word.start < word.end <= len(text)
        assert words(text[word.start : word.end]) == [word.text]
        end = word.end


@given(st.text(alphabet="ab -.*é", max_size=30), st.sampled_from(["a", "b*", '"a b"', "ab a*"]))
def test_both_ways_of_marking_agree(text: str, q: str) -> None:
    """Plain text is searched by an expression, other text word by word."""
    marker = Marker(parse(q))
    plain = text.replace("é", "a")
    assert list(marker.spans(plain)) == [
        (start, end) for start, end in marker.spans(plain + " é") if end <= len(plain)
    ]
    assert "".join(part.text for part in marker.parts(text)) == text


def test_the_grammar_of_a_query() -> None:
    assert parse('repo* "two words" -bad -"so bad*" e-mail') == Query(
        wanted=(Term(("repo",), begins=True), Term(("two", "words")), Term(("e", "mail"))),
        unwanted=(Term(("bad",)), Term(("so", "bad"), begins=True)),
    )
    assert parse("a - b c-d") == Query((Term(("a",)), Term(("b",)), Term(("c", "d"))))
    assert parse("„zwei Worte“ «deux mots") == Query(
        (Term(("zwei", "worte")), Term(("deux", "mots")))
    )
    assert parse("one tw", typing=True).wanted[-1].begins
    assert not parse("one two ", typing=True).wanted[-1].begins
