"""Any text is a filter or a FilterError; any tree is written so that it reads back."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Dialect
from sqlalchemy.dialects import mysql, postgresql, sqlite

from tests.tasks.filtering.inventing import PIECES, trees
from upnext.core.auth import Actor, WorkspaceRole
from upnext.tasks.filtering import FIELDS, FilterError, compile_filter, parse, render
from upnext.tasks.filtering.tree import Node

ACTOR = Actor(kind="user", user_id=UUID(int=1), workspaces={UUID(int=2): WorkspaceRole.OWNER})
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DIALECTS: tuple[Dialect, ...] = tuple(module.dialect() for module in (sqlite, postgresql, mysql))


def compiled(text: str) -> None:
    condition = compile_filter(text, actor=ACTOR, now=NOW, zone=BERLIN)
    for dialect in DIALECTS:
        assert str(condition.compile(dialect=dialect))


def complaint(text: str) -> FilterError | None:
    """What is wrong with it, if anything; whatever else is raised fails the test."""
    try:
        compiled(text)
    except FilterError as error:
        return error
    return None


@given(st.text(max_size=80))
@example('due = "')
@example("due = ''")
@example("due=0000-00-00")
@example("due<9999-12-31")
@example("due<now-9999y")
@example("created = 9999-12-30T23:59:59-23:59")
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    error = complaint(text)
    assert error is None or (error.message and 0 <= error.position <= len(text))


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["", " "]))
def test_any_heap_of_pieces_is_a_filter_or_an_error(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    error = complaint(text)
    if error is None:
        node = parse(text, FIELDS)
        assert parse(render(node), FIELDS) == node
    else:
        assert 0 <= error.position <= len(text)


@given(trees())
def test_what_is_written_reads_back(node: Node) -> None:
    text = render(node)
    assert parse(text, FIELDS) == node
    compiled(text)


@pytest.mark.parametrize("value", ["' OR 1=1 --", '"; DROP TABLE task; --', "%' OR '1'='1", "\\'"])
def test_values_travel_as_parameters(value: str) -> None:
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    names = ("title", "category", "tag", "project", "assignee", "parent", "key", "external_id")
    for name in names:
        condition = compile_filter(f"{name} = {quoted}", actor=ACTOR, now=NOW, zone=BERLIN)
        for dialect in DIALECTS:
            statement = str(condition.compile(dialect=dialect))
            assert "DROP" not in statement
            assert "1=1" not in statement
            assert "'1'" not in statement
