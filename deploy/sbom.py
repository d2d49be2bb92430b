"""A bill of materials (CycloneDX 1.5) of the image it runs in: Python packages, Debian packages."""

import json
import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

DPKG = Path("/var/lib/dpkg/status")


def python_packages() -> Iterator[dict[str, object]]:
    for found in metadata.distributions():
        name, version = found.metadata["Name"], found.version
        licence = found.metadata.get("License-Expression") or found.metadata.get("License")
        component = _component(name, version, f"pkg:pypi/{name.lower()}@{version}")
        if licence and "\n" not in licence:
            component["licenses"] = [{"license": {"name": licence}}]
        yield component


def debian_packages() -> Iterator[dict[str, object]]:
    blocks = DPKG.read_text(encoding="utf-8").split("\n\n") if DPKG.is_file() else []
    for block in blocks:
        pairs = (line.partition(": ") for line in block.splitlines() if line[:1].strip())
        fields = {name: value for name, _, value in pairs}
        if fields.get("Status", "").endswith(" installed"):
            name, version = fields["Package"], fields["Version"]
            purl = f"pkg:deb/debian/{name}@{version}?arch={fields['Architecture']}"
            yield _component(name, version, purl)


def _component(name: str, version: str, purl: str) -> dict[str, object]:
    return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}


def main() -> None:
    components = [*python_packages(), *debian_packages()]
    version = metadata.version("upnext")
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "container", "name": "upnext", "version": version},
            "properties": [{"name": "python", "value": platform.python_version()}],
        },
        "components": sorted(components, key=lambda one: str(one["purl"])),
    }
    json.dump(bill, sys.stdout, indent=1)
    sys.stdout.write("\n")


main()
