"""What the databases say in different ways."""

from typing import Any

from sqlalchemy import ColumnElement, String, Update, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from upnext.core.lanes import Prepared


class Returning(Prepared):
    """An UPDATE and what it returns of the row. MySQL returns nothing, and is asked for the row by
    `after` in the same transaction: so it has to meet the condition of `bare` as before."""

    def __init__(self, bare: Update, *columns: ColumnElement[Any]) -> None:
        super().__init__(bare.returning(*columns))
        self.bare = Prepared(bare)
        after = select(*columns)
        self.after = Prepared(after if bare.whereclause is None else after.where(bare.whereclause))


class RowState(FunctionElement[str]):
    """Another text after each change of the row that these columns are of, whichever program made
    it. SQLite and MySQL tell of the columns alone, if there are several. None where nobody says:
    there of a single one."""

    inherit_cache = True
    type = String()
    name = "row_state"


@compiles(RowState)
def _untold(element: RowState, compiler: SQLCompiler, **options: Any) -> str:  # SQLAlchemy's own
    del element, compiler, options
    return "NULL"


@compiles(RowState, "postgresql")
def _writer(element: RowState, compiler: SQLCompiler, **options: Any) -> str:  # as above
    """The number of the transaction that wrote it."""
    table, _, _ = compiler.process(next(iter(element.clauses)), **options).rpartition(".")
    return f"CAST({table}.xmin AS TEXT)"


@compiles(RowState, "sqlite")
def _columns(element: RowState, compiler: SQLCompiler, **options: Any) -> str:  # as above
    columns = [compiler.process(each, **options) for each in element.clauses]
    return " || ".join(f"quote({each})" for each in columns) if columns[1:] else "NULL"


@compiles(RowState, "mysql")
def _digest(element: RowState, compiler: SQLCompiler, **options: Any) -> str:  # as above
    """Of the same: with ids among them it would be no text."""
    columns = [compiler.process(each, **options) for each in element.clauses]
    quoted = ", ".join(f"QUOTE({each})" for each in columns)
    return f"SHA2(CONCAT({quoted}), 256)" if columns[1:] else "NULL"
