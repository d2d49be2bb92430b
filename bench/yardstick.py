"""How fast this machine is, beside the one that budgets in milliseconds were measured on.

Such a budget says little on another machine, or at another hour of the same one. So each run also
measures what the budgets were written next to: 50 of 10,000 rows, 16 kB of JSON, by a bare ASGI
app. What that costs here, over what it cost there, is what a millisecond of a budget is worth.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import text

from bench.fleet import Store
from upnext.core.db import Database

NAME: Final = "yardstick"
THERE: Final[Mapping[str, float]] = {"postgresql": 0.56 + 0.28, "sqlite": 0.53}
"""CPU milliseconds of a request, application and database, where the budgets come from. MySQL was
not measured there."""
PEOPLE, THEIRS, OTHERS = 101, 10_000, 100
COLUMNS = "title, description, completed, priority, created_at, due_date, tags, user_id"
QUESTION: Final = (
    f"SELECT id, {COLUMNS} FROM {NAME} WHERE user_id = {{mark}} "
    "ORDER BY created_at DESC, id DESC LIMIT 50"
)
KINDS: Final = {
    "postgresql": ("serial PRIMARY KEY", "timestamptz", "date", "text[]"),
    "sqlite": ("integer PRIMARY KEY", "text", "text", "text"),
}
WORDS = [
    "agree", "answer", "bring", "call", "clean", "draft", "find", "gather", "hand", "invoice",
    "keep", "letter", "measure", "note", "order", "pack", "quote", "report", "sketch", "tidy",
    "update", "visit", "wash", "yearly",
]  # fmt: skip


async def build(db: Database, store: Store) -> None:
    key, instant, day, tags = KINDS[store.dialect]
    made = (
        f"CREATE TABLE {NAME} (id {key}, title text NOT NULL, description text, "
        f"completed boolean NOT NULL, priority text NOT NULL, created_at {instant} NOT NULL, "
        f"due_date {day}, tags {tags} NOT NULL, user_id integer NOT NULL)"
    )
    values = ", ".join(f":{name}" for name in COLUMNS.split(", "))
    async with db.writer.begin() as connection:
        await connection.execute(text(made))
        fill = text(f"INSERT INTO {NAME} ({COLUMNS}) VALUES ({values})")
        await connection.execute(fill, list(_rows(store.dialect)))
        order = f"CREATE INDEX ix_{NAME} ON {NAME} (user_id, created_at DESC, id DESC)"
        await connection.execute(text(order))


def _rows(dialect: str) -> Iterator[dict[str, Any]]:  # of any column
    chance = random.Random(7)
    plain = dialect == "postgresql"
    for person in range(1, PEOPLE + 1):
        for number in range(THEIRS if person == 1 else OTHERS):
            at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
            due = date(2026, 1, 1) + timedelta(days=chance.randrange(600))
            tags = chance.sample(WORDS, 2)
            yield {
                "title": f"{' '.join(chance.choices(WORDS, k=2))} {number}",
                "description": " ".join(chance.choices(WORDS, k=20)),
                "completed": chance.random() < 0.4,
                "priority": chance.choice(["low", "medium", "high"]),
                "created_at": at if plain else at.isoformat(),
                "due_date": due if plain else due.isoformat(),
                "tags": tags if plain else orjson.dumps(tags).decode(),
                "user_id": person,
            }
