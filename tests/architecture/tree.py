"""The project's files, read once."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "upnext"
ADAPTERS = ("router", "graphql", "jobs", "cli")
LEFT_OUT = {".git", ".venv", "build", "data", "node_modules", "__pycache__"}


def modules(*folders: str) -> list[Path]:
    """Every Python file below these folders; never none, or a rule would hold by accident."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, f"no Python file in {folders}"
    return found


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if isinstance(node, ast.stmt | ast.expr) else ""
    return f"{path.relative_to(ROOT)}{line}"


def imports(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Full names of what a file imports: `from a.b import c` gives `a.b.c`."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def adapter_modules() -> list[str]:
    """`upnext.tasks.router` and its like: how the outside reaches a domain."""
    paths = [path for name in ADAPTERS for path in SOURCE.glob(f"*/{name}.py")]
    return sorted(f"upnext.{path.parent.name}.{path.stem}" for path in paths)


def tracked() -> list[Path]:
    """What git keeps or would keep; without git, every file that is not made by a tool."""
    if (ROOT / ".git").exists() and (git := shutil.which("git")):
        command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        paths = [ROOT / name for name in names.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not LEFT_OUT & set(path.parts)]
    return [path for path in paths if path.is_file() and not LEFT_OUT & set(path.parts)]
