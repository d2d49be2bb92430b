"""`python -m bench.engine.plots`: the plots of docs/engine.md, from what the benches printed.

    make bench-engine > bench/results/engine.txt
    make bench-durations > bench/results/durations.txt
    make engine-plots

Reads the two files and writes two SVGs, drawn here so that they need no library. The same figures
give the same bytes.
"""

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
MEASURED = ROOT / "bench" / "results"
DRAWN = ROOT / "docs" / "images"
WIDTH, LEFT, RIGHT, ROW, TOP, BOTTOM = 760, 230, 70, 30, 56, 62
INK, PALE, OURS, THEIRS = "#1f2933", "#d9dee4", "#1d6f8a", "#b0563f"
FLOOR = 0.01
"""Percent: the least that is drawn on the logarithmic axis."""


@dataclass(frozen=True)
class Bar:
    """How much more than the best known a method costs over all published problems."""

    name: str
    percent: float
    cpu_ms: float


@dataclass(frozen=True)
class Range:
    """The share of tasks that ended within their range: as learned, and before."""

    name: str
    learned: float
    cold: float


def bars(printed: str) -> list[Bar]:
    """Of the table over all sizes: columns as `judging.Result.row` prints them."""
    _, _, table = printed.partition("\nall sizes\n")
    found = []
    for line in table.splitlines()[1:]:
        if line.startswith("  ") or not line.strip():
            break
        name, cells = line[:32].strip(), line[32:].split()
        found.append(Bar(name, 100 * (float(cells[3]) - 1), float(cells[7])))
    return found


def ranges(printed: str) -> list[Range]:
    """As `bench.durations` prints them."""
    rows = [line.strip("| ").split("|") for line in printed.splitlines() if line.startswith("|")]
    return [Range(row[0].strip(), _share(row[1]), _share(row[2])) for row in rows[2:]]


def _share(cell: str) -> float:
    return float(cell.strip().rstrip("%"))


class Drawing:
    """An SVG of rows under each other, with an axis below."""

    def __init__(self, title: str, rows: int) -> None:
        self.height = TOP + rows * ROW + BOTTOM
        self._rows, self._parts = rows, list[str]()
        self.text(12, 26, title, size=15, weight="600")

    def y(self, row: int) -> float:
        return TOP + (row + 0.5) * ROW

    def text(self, x: float, y: float, words: str, **look: str | int) -> None:
        size, anchor = look.get("size", 12), look.get("anchor", "start")
        weight, fill = look.get("weight", "400"), look.get("fill", INK)
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'font-weight="{weight}" fill="{fill}">{escape(words)}</text>'
        )

    def line(self, x: float, label: str) -> None:
        """A mark of the axis."""
        end = TOP + self._rows * ROW
        self._parts.append(
            f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{end}" stroke="{PALE}"/>'
        )
        self.text(x, end + 18, label, anchor="middle", size=11)

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{fill}"/>'
        )

    def dot(self, x: float, y: float, *, fill: str, stroke: str) -> None:
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{fill}" stroke="{stroke}" '
            'stroke-width="1.5"/>'
        )

    def below(self, words: str) -> None:
        self.text(LEFT, self.height - 16, words, size=12)

    def svg(self) -> str:
        return "\n".join(
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" '
                'font-family="system-ui, sans-serif" role="img">',
                f'<rect width="{WIDTH}" height="{self.height}" fill="#ffffff"/>',
                *self._parts,
                "</svg>\n",
            )
        )


def costs_plot(measured: Sequence[Bar]) -> str:
    """Bars on a logarithmic axis: each mark is ten times the one before."""
    drawing = Drawing("What each order costs above the best known", len(measured))
    lowest, highest = math.log10(FLOOR), math.log10(300)
    wide = WIDTH - LEFT - RIGHT

    def x(percent: float) -> float:
        return LEFT + wide * (math.log10(max(FLOOR, percent)) - lowest) / (highest - lowest)

    for power in range(round(lowest), int(highest) + 1):
        drawing.line(x(10.0**power), f"{10.0**power:g} %")
    for row, bar in enumerate(measured):
        y, planned = drawing.y(row), bar.name.startswith("planner")
        ours = planned or bar.name.startswith("ATC")
        drawing.text(LEFT - 10, y + 4, bar.name, anchor="end")
        drawing.box(LEFT, y - 9, x(bar.percent) - LEFT, 18, OURS if ours else THEIRS)
        drawing.text(x(bar.percent) + 6, y + 4, _percent(bar.percent), size=11)
    drawing.below("Total of weight times lateness over 250 published problems, logarithmic")
    return drawing.svg()


def _percent(value: float) -> str:
    return f"{value:.3g} %" if value >= 0.005 else "below 0.01 %"


def ranges_plot(measured: Sequence[Range]) -> str:
    """A dot for what was learned and an empty one for before; the band is what is promised."""
    drawing = Drawing("How many tasks end within the 80 % range", len(measured))
    wide = WIDTH - LEFT - RIGHT

    def x(share: float) -> float:
        return LEFT + wide * (share - 30) / 70

    drawing.box(x(77), TOP, x(83) - x(77), len(measured) * ROW, "#dcedf2")
    for share in range(30, 101, 10):
        drawing.line(x(share), f"{share} %")
    for row, each in enumerate(measured):
        y = drawing.y(row)
        drawing.text(LEFT - 10, y + 4, each.name, anchor="end")
        drawing.dot(x(each.cold), y, fill="#ffffff", stroke=THEIRS)
        drawing.dot(x(each.learned), y, fill=OURS, stroke=OURS)
    drawing.below(
        "Full: learned. Empty: before anything is known. Band: 77 to 83 %. * see the text"
    )
    return drawing.svg()


def drawn() -> Iterable[tuple[Path, str]]:
    engine = (MEASURED / "engine.txt").read_text(encoding="utf-8")
    durations = (MEASURED / "durations.txt").read_text(encoding="utf-8")
    yield DRAWN / "engine-costs.svg", costs_plot(bars(engine))
    yield DRAWN / "engine-ranges.svg", ranges_plot(ranges(durations))


def main() -> int:
    DRAWN.mkdir(exist_ok=True)
    for path, svg in drawn():
        path.write_text(svg, encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
