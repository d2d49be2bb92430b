"""`python tools/observability.py`: checks what deploy/observability holds.

Prometheus' own promtool judges rules, alerts and their tests; every metric that a query names has
to be one that the server really has; and each alert leads to a heading of the documentation.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "deploy" / "observability"
DOCS = FOLDER.parents[1] / "docs" / "operations" / "observability.md"
CHECKS = (
    ["check", "rules", "rules.yml", "alerts.yml"],
    ["check", "config", "prometheus.yml"],
    ["test", "rules", "alerts_test.yml"],
)
METRIC = re.compile(r"\b(?:upnext|http|job|webhook|process)_[a-z_]+|\bupnext:[a-z_:0-9]+")
# Given by prometheus_client itself, or by Prometheus.
GIVEN = {"process_resident_memory_bytes", "process_cpu_seconds_total"}
ENDS = ("_total", "_bucket", "_count", "_sum")


def main() -> int:
    promtool = shutil.which("promtool")
    if promtool is None:
        print("promtool is not here (Debian: apt install prometheus)", file=sys.stderr)
        return 2
    for words in CHECKS:
        subprocess.run([promtool, *words], cwd=FOLDER, check=True)
    faults = [*_unknown_metrics(), *_lost_runbooks()]
    print("\n".join(faults) or "every metric is known, every alert has its page")
    return int(bool(faults))


def _unknown_metrics() -> list[str]:
    sources = " ".join(
        path.read_text("utf-8") for path in (FOLDER.parents[1] / "src").rglob("core/**/*.py")
    )
    recorded = set(re.findall(r"record: (\S+)", (FOLDER / "rules.yml").read_text("utf-8")))
    found: set[str] = set()
    for text in _expressions():
        found |= set(METRIC.findall(text))
    return [
        f"unknown metric: {name}"
        for name in sorted(found - recorded - GIVEN)
        if f'"{_bare(name)}"' not in sources
    ]


def _expressions() -> list[str]:
    board = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    rules = (FOLDER / "rules.yml").read_text("utf-8") + (FOLDER / "alerts.yml").read_text("utf-8")
    return [*shown, *re.findall(r"expr: (?:>-\n)?((?:.|\n +(?!- ))*)", rules)]


def _bare(name: str) -> str:
    return next((name.removesuffix(end) for end in ENDS if name.endswith(end)), name)


def _lost_runbooks() -> list[str]:
    headings = {
        line.lstrip("# ").strip().casefold()
        for line in DOCS.read_text("utf-8").splitlines()
        if line.startswith("#")
    }
    wanted = re.findall(r"runbook: \S+#(\S+)", (FOLDER / "alerts.yml").read_text("utf-8"))
    return [f"no heading {name} in {DOCS.name}" for name in wanted if name not in headings]


if __name__ == "__main__":
    sys.exit(main())
