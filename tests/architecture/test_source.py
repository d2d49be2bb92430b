"""Rules on the code itself, which ruff and import-linter cannot say."""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, SOURCE, imports, modules, parse, place

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "shared"}
ENGINE = SOURCE / "planning" / "engine"
# Words must follow the code of a lint's or a type checker's waiver, in the same comment.
WAIVER = re.compile(r"#\s*(?:noqa(?::\s*[A-Z0-9, ]+)?|type:\s*ignore(?:\[[^\]]*\])?)(?P<reason>.*)")


def _outside_core() -> list[Path]:
    return [path for path in modules("src/upnext") if not path.is_relative_to(SOURCE / "core")]


def _attributes(path: Path) -> Iterator[ast.Attribute]:
    return (node for node in ast.walk(parse(path)) if isinstance(node, ast.Attribute))


def test_only_core_commits() -> None:
    endings = {"commit", "rollback", "begin", "begin_nested"}
    found = [
        place(path, node)
        for path in _outside_core()
        if not path.is_relative_to(SOURCE / "migrations")
        for node in _attributes(path)
        if node.attr in endings
    ]
    assert found == []


def test_only_core_loads_by_session_get() -> None:
    """`session.get` asks nobody whether the actor may see the row; `load_for` does."""
    found = [
        place(path, node)
        for path in _outside_core()
        for node in _attributes(path)
        if node.attr in {"get", "get_one"}
        and ast.unparse(node.value).rsplit(".", 1)[-1].lstrip("_") in {"session", "db"}
    ]
    assert found == []


# Records of a schema as it was, written by a tool: nobody edits them, and Alembic finds them.
REVISIONS = SOURCE / "migrations" / "versions"


def test_files_stay_small() -> None:
    found = {
        place(path): lines
        for path in modules("src", "tests", "tools", "bench")
        if path.parent != REVISIONS
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MAX_FILE_LINES
    }
    assert found == {}


def test_functions_stay_small() -> None:
    found = {
        place(path, node): lines
        for path in modules("src", "tools", "bench")
        if path.parent != REVISIONS
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert found == {}


def test_no_module_is_a_drawer() -> None:
    paths = modules("src", "tests", "tools", "bench")
    names = {part for path in paths for part in (path.stem, path.parent.name)}
    assert names & DRAWERS == set()


def test_every_package_says_what_it_owns() -> None:
    folders = {path.parent for path in modules("src/upnext")} - {REVISIONS}
    silent = [
        str(folder.relative_to(ROOT))
        for folder in sorted(folders)
        if not (folder / "__init__.py").is_file() or not _docstring(folder / "__init__.py")
    ]
    assert silent == []


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(parse(path))


def test_every_waiver_gives_its_reason() -> None:
    found = [
        f"{place(path)}:{line}"
        for path in modules("src", "tests", "tools", "bench")
        for line, comment in _comments(path)
        if (waiver := WAIVER.search(comment)) and not waiver["reason"].strip(" #()")
    ]
    assert found == []


def _comments(path: Path) -> Iterator[tuple[int, str]]:
    text = path.read_text(encoding="utf-8")
    if not WAIVER.search(text):
        return iter(())
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return ((t.start[0], t.string) for t in tokens if t.type == tokenize.COMMENT)


def test_the_engine_needs_numpy_and_nothing_else() -> None:
    allowed = sys.stdlib_module_names | {"numpy"}
    paths = sorted(ENGINE.rglob("*.py"))
    assert paths
    found = [
        f"{place(path, node)} {name}"
        for path in paths
        for name, node in imports(path)
        if name.split(".", 1)[0] not in allowed and not name.startswith("upnext.planning.engine.")
    ]
    assert found == []


# Everything else that the server calls elsewhere goes through `core.outbound`, which vets it.
CALLERS = (
    SOURCE / "core" / "outbound",
    SOURCE / "client",
    # The bucket that the operator names, through its vendor's library.
    SOURCE / "core" / "storage" / "s3.py",
    # Replaces the way out of Apprise's library by `core.outbound`.
    SOURCE / "notifications" / "elsewhere.py",
)
WAYS_OUT = {"httpx", "httpcore", "requests", "urllib3", "aiohttp", "h11", "pycurl"}
WAYS_OUT_BELOW = ("urllib.request", "http.client", "ftplib", "telnetlib", "xmlrpc.client")


def test_one_way_out() -> None:
    found = [
        f"{place(path, node)} {name}"
        for path in modules("src/upnext")
        if not any(path.is_relative_to(folder) for folder in CALLERS)
        for name, node in imports(path)
        if name.split(".", 1)[0] in WAYS_OUT or name.startswith(WAYS_OUT_BELOW)
    ]
    assert found == []
