"""The bench takes any file in the OR-Library's format, and fails if a gate is missed."""

import sys
from pathlib import Path

import numpy as np
import pytest

from bench.engine.__main__ import main
from bench.engine.gates import Gates
from bench.engine.instances import published, read, sizes
from bench.engine.plots import DRAWN, MEASURED, bars, drawn, ranges


def test_a_file_of_any_name_and_size(tmp_path: Path) -> None:
    file, costs = tmp_path / "mine.dat", tmp_path / "mine.best"
    file.write_text("1 2 3\n 4 5 6\n 7 8 9\n 10 20 30 1 1 1 0 0 0")
    costs.write_text("0 100")
    first, second = read(file, 3, costs)
    assert first.problem.minutes.tolist() == [1, 2, 3]
    assert first.problem.weight.tolist() == [4, 5, 6]
    assert second.problem.deadline.tolist() == [0, 0, 0]
    assert (first.best, second.best) == (0, 100)
    assert np.isnan(read(file, 3)[0].best)
    for wrong in (4, 0):
        with pytest.raises(ValueError, match="no problems of"):
            read(file, wrong)
    costs.write_text("0")
    with pytest.raises(ValueError, match="2 problems, but 1 costs"):
        read(file, 3, costs)


def test_the_published_ones_are_there() -> None:
    assert sizes() == [40, 100]
    assert [len(published(size)) for size in sizes()] == [125, 125]
    with pytest.raises(FileNotFoundError):
        published(50)


def test_a_missed_gate_is_an_error_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One problem whose told cost is below what is possible."""
    file, costs = tmp_path / "one.txt", tmp_path / "costs.txt"
    file.write_text("10 20 30 40 50 60  1 2 3 4 5 6  5 5 5 5 5 5")
    costs.write_text("900")
    options = ["--file", str(file), "--tasks", "6", "--costs", str(costs)]
    monkeypatch.setattr(sys, "argv", ["bench.engine", *options])
    assert main() == 1
    printed = capsys.readouterr().out
    assert "MISS  ATC k=2: sum x" in printed
    assert "planner, 30 kicks" in printed
    monkeypatch.setattr(sys, "argv", ["bench.engine", *options[:-2]])
    main()
    assert "best is that of a long search" in capsys.readouterr().out


def test_gates_are_kept_and_missed() -> None:
    gates = Gates()
    gates.at_most("small", 1, 1)
    gates.at_least("large", 2, 2)
    assert gates.missed == []
    gates.at_most("too much", 1.01, 1)
    gates.at_least("too little", 1.99, 2)
    assert gates.missed == ["too much", "too little"]


def test_the_plots_show_what_was_measured() -> None:
    """`make engine-plots` has been run since the last measurement."""
    for path, svg in drawn():
        assert path.read_text(encoding="utf-8") == svg
    costs = {bar.name: bar.percent for bar in bars((MEASURED / "engine.txt").read_text())}
    assert len(costs) == 9
    assert costs["planner, 30 kicks"] < 0.01
    assert 1 < costs["ATC k=2 (the list)"] < 3
    found = ranges((MEASURED / "durations.txt").read_text())
    assert len(found) == 10
    assert all(77 <= each.learned <= 83 for each in found)


def test_the_page_has_the_exact_output() -> None:
    page = (DRAWN.parent / "engine.md").read_text(encoding="utf-8")
    tables = [
        (MEASURED / name).read_text(encoding="utf-8")
        for name in ("durations.txt", "preferences.txt")
    ]
    _, _, engine = (MEASURED / "engine.txt").read_text(encoding="utf-8").partition("all sizes")
    tables.append(engine.partition("  pass")[0])
    for table in tables:
        assert table.strip() in page
    assert "images/engine-costs.svg" in page
    assert "images/engine-ranges.svg" in page
