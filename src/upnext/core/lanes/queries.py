"""What tells versions of a row apart, where the database does: to keep what was made of it."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class RowState(FunctionElement[str]):
    """Another text after each change of the row that this column is of, whichever program made it.
    None where the database does not say: SQLite and MySQL."""

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
    table, _, _ = compiler.process(element.clauses, **options).rpartition(".")
    return f"CAST({table}.xmin AS TEXT)"
