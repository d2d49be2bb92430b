"""What has to hold; `python -m bench.engine` exits with 1 if anything does not."""

from dataclasses import dataclass, field


@dataclass
class Gates:
    """Figures that have a bound, each printed as it is checked."""

    missed: list[str] = field(default_factory=list)

    def at_most(self, what: str, value: float, bound: float) -> None:
        self._check(what, value, "<=", bound, passed=value <= bound)

    def at_least(self, what: str, value: float, bound: float) -> None:
        self._check(what, value, ">=", bound, passed=value >= bound)

    def _check(self, what: str, value: float, sign: str, bound: float, *, passed: bool) -> None:
        print(f"  {'pass' if passed else 'MISS'}  {what}: {value:.4g} {sign} {bound:g}")
        if not passed:
            self.missed.append(what)


AT_BEST_30 = {40: 120, 50: 108, 100: 95}
AT_BEST_100 = {40: 125, 50: 121, 100: 113}
"""Of 125 instances of a size, how many end at the best known cost after so many kicks."""
MEAN_30 = {40: 0.02, 50: 0.15, 100: 0.05}
"""Percent."""
CPU_MS_30 = {40: 60.0, 50: 75.0, 100: 150.0}
