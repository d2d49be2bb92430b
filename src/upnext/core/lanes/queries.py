"""What tells versions of a row apart, where the database does: to keep what was made of it."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class RowState(FunctionElement[str]):
    """Another text after each change of the row that these columns are of, whichever program made
    it. SQLite tells of the columns alone, if there are several. None where nobody says: there of a
    single one, and on MySQL."""

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
