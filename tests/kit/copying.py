"""A migrated database copied, since building one by migrations takes up to a second each time."""

import asyncio
import re
import shutil
from urllib.parse import unquote, urlsplit

import asyncmy

from tests.kit.probes import execute, in_thread

COUNTER = re.compile(r" AUTO_INCREMENT=\d+")  # where a table starts to count is not its shape


def copy(template: str, target: str) -> None:
    """Makes what `target` names, on the same server as `template`, to which nobody may be
    connected.
    """
    source, name = (urlsplit(url).path.removeprefix("/") for url in (template, target))
    scheme = urlsplit(target).scheme
    if scheme == "sqlite":
        shutil.copyfile(source, name)
    elif scheme == "postgresql":
        server = urlsplit(target)._replace(path="/postgres").geturl()
        execute(server, f"CREATE DATABASE {name} TEMPLATE {source}")
    else:
        in_thread(lambda: asyncio.run(_on_mysql(target, source, name)))


async def _on_mysql(url: str, source: str, name: str) -> None:
    parts = urlsplit(url)
    connection = await asyncmy.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        autocommit=True,
    )
    try:
        async with connection.cursor() as cursor:
            await cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
            await cursor.execute(f"USE {name}")
            await cursor.execute("SET foreign_key_checks = 0")
            await cursor.execute(f"SHOW TABLES FROM {source}")
            for (table,) in await cursor.fetchall():
                await cursor.execute(f"SHOW CREATE TABLE {source}.`{table}`")
                _, statement = await cursor.fetchone()
                await cursor.execute(COUNTER.sub("", statement))
                await cursor.execute(f"INSERT INTO `{table}` SELECT * FROM {source}.`{table}`")
    finally:
        await connection.ensure_closed()
