"""A migration says whether it only adds, and one that says so does (docs/operations)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import SOURCE, parse

VERSIONS = sorted((SOURCE / "migrations" / "versions").glob("[0-9]*.py"))
# Older ones were written before versions ran beside each other.
FIRST = "0023"
# What a program that does not know of it never meets.
ADDS = {"create_table", "create_index", "add_column", "batch_alter_table", "execute", "get_bind"}


def _mark(module: ast.Module) -> bool | None:
    """The value of `expands`; None where a migration does not say."""
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "expands":
            return bool(ast.literal_eval(node.value))
    return None


def _offences(module: ast.Module) -> Iterator[str]:
    """What upgrade() does, itself or by a function of the file, besides adding."""
    functions = [n for n in module.body if isinstance(n, ast.FunctionDef) and n.name != "downgrade"]
    for call in (n for one in functions for n in ast.walk(one) if isinstance(n, ast.Call)):
        if not isinstance(call.func, ast.Attribute):
            continue
        owner, name = ast.unparse(call.func.value), call.func.attr
        if owner not in {"op", "batch", "batch_op"} or name == "f":
            continue
        if name not in ADDS:
            yield name
        if name == "add_column" and not _may_be_left_out(call):
            yield "add_column that the program before does not fill"
        if name == "create_index" and _says(call, "unique", "True"):
            yield "a unique index, which the program before may break"


def _may_be_left_out(added: ast.Call) -> bool:
    columns = [n for n in ast.walk(added) if isinstance(n, ast.Call) and n is not added]
    return any(
        _says(one, "nullable", "True") or any(k.arg == "server_default" for k in one.keywords)
        for one in columns
    )


def _says(call: ast.Call, name: str, value: str) -> bool:
    return any(k.arg == name and ast.unparse(k.value) == value for k in call.keywords)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_that_expands_only_adds(path: Path) -> None:
    module = parse(path)
    mark = _mark(module)
    assert mark is not None or path.stem < FIRST, "say `expands = True` or `expands = False`"
    assert not mark or list(_offences(module)) == []


@pytest.mark.parametrize(
    ("line", "adds"),
    [
        ("op.add_column('task', sa.Column('x', sa.Integer(), nullable=True))", True),
        ("op.add_column('task', sa.Column('x', sa.Integer(), server_default='0'))", True),
        ("op.add_column('task', sa.Column('x', sa.Integer(), nullable=False))", False),
        ("op.create_index('ix', 'task', ['x'])", True),
        ("op.create_index('ix', 'task', ['x'], unique=True)", False),
        ("op.create_table('x', sa.Column('id', sa.Integer(), nullable=False))", True),
        ("op.drop_column('task', 'x')", False),
        ("op.alter_column('task', 'x', nullable=False)", False),
        ("batch_op.create_unique_constraint('uq', ['x'])", False),
        ("op.rename_table('task', 'tasks')", False),
    ],
)
def test_what_only_adds(line: str, *, adds: bool) -> None:
    assert (list(_offences(ast.parse(f"def upgrade():\n    {line}"))) == []) is adds
