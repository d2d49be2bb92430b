"""Writes the next migration: what the models say, compared with what the migrations built so far.

`python tools/migration.py "add the colour of a tag"`. Read what it wrote before you commit it.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from upnext.core import migrate


def _write(connection: Connection, message: str) -> None:
    number = int(migrate.newest(default="0000")) + 1
    slug = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")[:40]
    config = migrate.configuration(connection)
    config.set_main_option("file_template", f"%%(rev)s_{slug}")
    command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


async def main(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.db'}"
        if migrate.newest(default="0000") != "0000":
            await migrate.migrate_to(url, "head")
        engine = create_async_engine(url.replace("sqlite", "sqlite+aiosqlite", 1))
        async with engine.connect() as connection:
            await connection.run_sync(_write, message)
        await engine.dispose()


if __name__ == "__main__":
    words = " ".join(sys.argv[1:])
    if not words:
        sys.exit(__doc__)
    asyncio.run(main(words))
