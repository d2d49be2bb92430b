"""JSON with one reading only: what is refused, and where it says the fault is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.effort import cpu_below
from upnext.core.edge.json import parse
from upnext.core.errors import Invalid

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(codec="ascii", exclude_characters="\0")), inner)
    ),
    max_leaves=30,
)


def refusal(body: bytes) -> tuple[str, str | None]:
    with pytest.raises(Invalid) as caught:
        parse(body)
    assert caught.value.status == 422
    pointers = [error["pointer"] for error in caught.value.errors]
    return caught.value.code, pointers[0] if pointers else None


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_reads_what_the_standard_library_writes(
    value: object, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert parse(text.encode()) == value


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value = parse(body)
    except Invalid:
        return
    assert json.loads(body) == value


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"", "invalid_json", None),
        (b"{", "invalid_json", None),
        (b"{'a': 1}", "invalid_json", None),
        (b'{"a": 1,}', "invalid_json", None),
        (b"[1] 2", "invalid_json", None),
        (b'"a\x00b"', "invalid_json", None),
        (b"\xef\xbb\xbf{}", "invalid_json", None),
        (b'{"a": "\xff"}', "invalid_utf8", None),
        (b'{"a": "\xed\xa0\x80"}', "invalid_utf8", None),
        ('{"a": 1}'.encode("utf-16"), "invalid_utf8", None),
        (b'{"a": 1, "a": 1}', "duplicate_key", "/a"),
        (b'{"a": 1, "\\u0061": 2}', "duplicate_key", "/a"),
        (b'[{"x": {"b/c": 1, "~": 2, "b/c": 3}}]', "duplicate_key", "/0/x/b~1c"),
        (b'{"a": [1, NaN]}', "invalid_number", "/a/1"),
        (b'{"a": Infinity}', "invalid_number", "/a"),
        (b"-Infinity", "invalid_number", ""),
        (b'{"a": 1e999}', "number_out_of_range", "/a"),
        (b'{"a": -1e999}', "number_out_of_range", "/a"),
        (b'{"a": 1.' + b"1" * 5_000 + b"}", "number_out_of_range", "/a"),
        (b'{"a": 9223372036854775808}', "number_out_of_range", "/a"),
        (b'{"a": -9223372036854775809}', "number_out_of_range", "/a"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "number_out_of_range", "/a"),
        (b'{"a": "x\\u0000"}', "invalid_text", "/a"),
        (b'{"a": ["b", "\\u0000"]}', "invalid_text", "/a/1"),
        (b'{"a": {"\\u0000": 1}}', "invalid_text", "/a"),
        (b'{"a": "\\ud800"}', "invalid_text", "/a"),
        (b'{"a": "\\uDFFF\\uD800"}', "invalid_text", "/a"),
        (b'{"a": "\\ud800x"}', "invalid_text", "/a"),
    ],
)
def test_refused(body: bytes, code: str, pointer: str | None) -> None:
    assert refusal(body) == (code, pointer)


def test_the_edges_of_what_fits() -> None:
    assert parse(b"[9223372036854775807, -9223372036854775808]") == [2**63 - 1, -(2**63)]
    assert parse(b'"\\ud83c\\udf89 \\\\u0000 \\u00e4"') == "🎉 \\u0000 ä"
    assert parse(b' {"a": {"a": 1}} ') == {"a": {"a": 1}}


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth(opening: bytes, closing: bytes) -> None:
    parse(opening * 32 + b"1" + closing * 32)
    assert refusal(opening * 33 + b"1" + closing * 33) == ("nested_too_deep", None)
    # Deeper than the parser itself can go.
    assert refusal(opening * 100_000 + b"1" + closing * 100_000) == ("nested_too_deep", None)


def test_brackets_in_texts_and_side_by_side_are_no_depth() -> None:
    assert parse(b'"' + b"[" * 500 + b'"') == "[" * 500
    assert parse(b"[" + b",".join([b"[{}]"] * 500) + b"]") == [[{}]] * 500


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b",".join([b'{"a":1,"a":2}'] * 60_000) + b"]",
        b'{"a":"' + b"\\u0000" * 150_000 + b'"}',
        b"{" + b",".join(b'"%d":1' % n for n in range(90_000)) + b',"5":1}',
        b"[" * 500_000 + b"]" * 500_000,
    ],
    ids=["many repeated keys", "many NULs", "one repeated key of many", "deep"],
)
def test_a_refusal_is_cheap(body: bytes) -> None:
    assert len(body) <= 1_000_000
    # Quadratic work would take minutes; the collector alone takes half a second in a full suite.
    with cpu_below(3):
        refusal(body)
