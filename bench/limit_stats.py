"""The statement behind the statistics, for the limit's bare drivers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.mysql import asyncmy
from sqlalchemy.dialects.postgresql import asyncpg

from upnext.tasks.stats.queries import figures
from upnext.tasks.stats.ranges import range_of
from upnext.tasks.stats.schemas import StatsQuery
from upnext.tasks.stats.service import Question, parameters

DIALECTS: dict[str, Dialect] = {
    "postgresql": asyncpg.dialect(),  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    "sqlite": sqlite.dialect(),
    "mysql": asyncmy.dialect(),
}


def first_day() -> str:
    """Of a year and a day: about as long as tasks were made for."""
    return (datetime.now(UTC) - timedelta(days=366)).date().isoformat()


def statement(store: str, workspace_id: str) -> tuple[str, tuple[Any, ...]]:
    """SQL and its arguments, as the server has them for a count of everything."""
    now = datetime.now(UTC)
    asked = StatsQuery.model_validate({"from": f"{first_day()}T00:00:00Z"})
    range_ = range_of(asked, ZoneInfo("UTC"), now)
    shape, values = parameters(Question(asked, [workspace_id], [], None, range_, ""), now)
    sql, arguments, _ = figures(shape).for_driver(DIALECTS[store], values)
    return sql, tuple(arguments)
