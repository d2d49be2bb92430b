"""The bench takes any file in the OR-Library's format, and fails if a gate is missed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.engine.gates import Gates
from bench.engine.instances import published, read, sizes

ROOT = Path(__file__).parents[3]


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


def test_a_missed_gate_is_an_error_of_the_command(tmp_path: Path) -> None:
    """One problem whose told cost is below what is possible."""
    file, costs = tmp_path / "one.txt", tmp_path / "costs.txt"
    file.write_text("10 20 30 40 50 60  1 2 3 4 5 6  5 5 5 5 5 5")
    costs.write_text("900")
    options = ["--file", str(file), "--tasks", "6", "--costs", str(costs)]
    run = subprocess.run(
        [sys.executable, "-m", "bench.engine", *options],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        check=False,
    )
    assert run.returncode == 1
    assert "MISS  ATC k=2: sum x" in run.stdout
    assert "planner, 30 kicks" in run.stdout


def test_gates_are_kept_and_missed() -> None:
    gates = Gates()
    gates.at_most("small", 1, 1)
    gates.at_least("large", 2, 2)
    assert gates.missed == []
    gates.at_most("too much", 1.01, 1)
    gates.at_least("too little", 1.99, 2)
    assert gates.missed == ["too much", "too little"]
