"""Fetches the programs behind /docs and /redoc from npm into the package, compressed.

    python tools/vendor_docs_assets.py

To take another version, change it below with the integrity that `npm view NAME dist.integrity`
prints, run this, look at both pages in a browser (the tests can too), and commit the result.
"""

import base64
import gzip
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ASSETS = Path(__file__).parent.parent / "src" / "upnext" / "api" / "assets"

README = """# The programs behind /docs and /redoc

Served from our own origin, so that the pages work without the internet and under a strict
Content-Security-Policy. `tools/vendor_docs_assets.py` writes everything here except `docs.css`,
`docs.js`, `redoc.js` and `icon.svg`, which are ours; do not edit the rest.

| npm package | version | licence | integrity of the package |
|---|---|---|---|
{packages}
Changed in what is served, by exact text:

{changes}"""


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    license: str
    integrity: str
    # What is served, and what only has to lie beside it.
    served: tuple[str, ...]
    notices: tuple[str, ...]
    # Exact text by exact text, each found once: kept as few as possible.
    changes: dict[bytes, bytes] = field(default_factory=dict)


PACKAGES = (
    Package(
        "swagger-ui-dist",
        "5.35.0",
        "Apache-2.0",
        "sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==",
        ("swagger-ui-bundle.js", "swagger-ui.css"),
        ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"),
    ),
    Package(
        # Not 3.x: twice the size, and it reports its use to its makers unless told not to.
        "redoc",
        "2.5.4",
        "MIT",
        "sha512-M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==",
        ("bundles/redoc.standalone.js",),
        ("LICENSE", "bundles/redoc.standalone.js.LICENSE.txt"),
        {
            # The logo beside "API docs by Redocly" comes from their server: here it is not shown.
            b'src:"https://cdn.redoc.ly/redoc/logo-mini.svg"': b'src:"data:,"',
            # It takes a nonce for its styles as an option, after having made the first of them:
            # the nonce of its own <script> is there from the beginning.
            b"r.nc=void 0": b"r.nc=document.currentScript.nonce",
        },
    ),
)


def main() -> None:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not on the path.")
    with tempfile.TemporaryDirectory() as name:
        for package in PACKAGES:
            unpack(package, fetch(npm, package, Path(name)))
    (ASSETS / "README.md").write_text(readme(), encoding="utf-8")


def fetch(npm: str, package: Package, directory: Path) -> Path:
    wanted = f"{package.name}@{package.version}"
    subprocess.run([npm, "pack", "--silent", wanted], cwd=directory, check=True)
    archive = directory / f"{package.name}-{package.version}.tgz"
    digest = hashlib.sha512(archive.read_bytes()).digest()
    found = "sha512-" + base64.b64encode(digest).decode()
    if found != package.integrity:
        sys.exit(f"{wanted} has the integrity {found}, not the one written here.")
    return archive


def unpack(package: Package, archive: Path) -> None:
    with tarfile.open(archive) as files:
        for member in (*package.served, *package.notices):
            handle = files.extractfile(f"package/{member}")
            if handle is None:
                sys.exit(f"{package.name} has no {member}.")
            store(package, Path(member).name, handle.read(), served=member in package.served)


def store(package: Package, name: str, content: bytes, *, served: bool) -> None:
    if not served:
        clash = name in {"LICENSE", "NOTICE"}
        (ASSETS / (f"{package.name}.{name}" if clash else name)).write_bytes(content)
        return
    for old, new in package.changes.items():
        if content.count(old) != 1:
            sys.exit(f"{old.decode()} is not found once in {name}: see what replaced it.")
        content = content.replace(old, new)
    # Without a time in it the same content gives the same file.
    (ASSETS / f"{name}.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


def readme() -> str:
    packages = [f"| {p.name} | {p.version} | {p.license} | `{p.integrity}` |\n" for p in PACKAGES]
    changes = [
        f"- {p.name}: `{old.decode()}` is `{new.decode()}`\n"
        for p in PACKAGES
        for old, new in p.changes.items()
    ]
    return README.format(packages="".join(packages), changes="".join(changes))


if __name__ == "__main__":
    main()
