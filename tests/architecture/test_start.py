"""A process imports what it uses: the rest costs seconds and memory at every start."""

import json
import os
import subprocess
import sys

import pytest

from tests.architecture.tree import SOURCE

REPORT = "; import sys, json; print(json.dumps(sorted(sys.modules)))"
LATER = {
    *("strawberry", "mcp", "celery", "icalendar", "alembic", "dateparser"),
    *("PIL", "puremagic", "boto3", "botocore", "sentry_sdk"),
    *("jinja2", "aiosmtplib", "apprise", "pywebpush", "http_ece", "py_vapid", "requests"),
}
DRIVERS = {"sqlite": {"asyncpg", "asyncmy"}}
SERVER = {"fastapi", "starlette", "sqlalchemy", "uvicorn", "numpy", "alembic", "redis"}


def _imported_by(code: str) -> set[str]:
    command = [sys.executable, "-c", code + REPORT]
    environ = {**os.environ, "PYTHONPATH": str(SOURCE.parent)}
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return {name.split(".", 1)[0] for name in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.parametrize("module", ["upnext.main", "upnext.worker"])
def test_a_start_imports_no_more_than_it_uses(module: str) -> None:
    assert _imported_by(f"import {module}") & (LATER | DRIVERS["sqlite"]) == set()


def test_the_command_line_starts_without_the_server() -> None:
    assert _imported_by("import upnext.cli") & (LATER | SERVER) == set()
