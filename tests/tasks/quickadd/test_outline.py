"""Several lines: what lies below what."""

from typing import Any

import pytest

from tests.tasks.quickadd.reading import read
from upnext.tasks.quickadd import Understood


def tree(task: Understood) -> Any:  # titles, nested
    return [task.title, *(tree(child) for child in task.children)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ["a"]),
        ("\n\n  a\n", ["a"]),
        ("a\n  b", ["a", ["b"]]),
        ("a\n  b\n  c", ["a", ["b"], ["c"]]),
        ("a\n  b\n    c\n  d", ["a", ["b", ["c"]], ["d"]]),
        ("a\n\tb\n\t\tc\n\td", ["a", ["b", ["c"]], ["d"]]),
        ("a\n    b\n  c", ["a", ["b"], ["c"]]),
        ("a\n- b\n- c", ["a", ["b"], ["c"]]),
        ("a\n- b\n  - c\n- d", ["a", ["b", ["c"]], ["d"]]),
        ("a\n* [ ] b\n• c", ["a", ["b"], ["c"]]),
        ("- a\n  - b", ["a", ["b"]]),
        ("a\r\n  b\r\n", ["a", ["b"]]),
        ("a\n\n  b", ["a", ["b"]]),
        ("a\n- ", ["a"]),
    ],
)
def test_what_lies_below_what(text: str, expected: Any) -> None:
    assert tree(read(text)) == expected


def test_lines_beside_the_first_describe_it() -> None:
    root = read("a // one\ntwo #x\n  b // three\nfour")
    assert root.note == "one\ntwo #x\nfour"
    assert tree(root) == ["a", ["b"]]
    assert root.children[0].note == "three"
    assert "project" not in root.fields


def test_each_line_is_read_by_itself() -> None:
    text = "Trip friday p1\n  - Pack @home 30m"
    (pack,) = read(text).children
    assert pack.fields == {"tags": ["home"], "estimated_duration": 30}
    assert [(span.kind, text[span.start : span.end]) for span in pack.spans] == [
        ("bullet", "- "),
        ("tag", "@home"),
        ("duration", "30m"),
    ]
