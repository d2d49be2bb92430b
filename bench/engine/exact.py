"""The least cost of small problems, found without the engine: branch and bound over sets.

Dynamic programming over subsets in the manner of L. Schrage and K. R. Baker ("Dynamic programming
solution of sequencing problems with precedence constraints", Operations Research 26, 1978). With
releases a set of finished tasks does not fix the time, so each set keeps its undominated pairs of
(time, cost).
"""

from upnext.planning.engine.problem import Problem

State = tuple[float, float]
"""When the last task of a set ends, and what the set has cost."""


def least_cost(problem: Problem) -> float:
    """For up to about 14 tasks."""
    size = len(problem)
    before = [0] * size
    for row, rows in problem.precedence.predecessors.items():
        before[row] = sum(1 << other for other in rows)
    layer: dict[int, list[State]] = {0: [(0.0, 0.0)]}
    for _ in range(size):
        following: dict[int, list[State]] = {}
        for done, states in layer.items():
            for row in range(size):
                if not done >> row & 1 and before[row] & done == before[row]:
                    ended = [_end(problem, row, state) for state in states]
                    following.setdefault(done | 1 << row, []).extend(ended)
        layer = {done: _undominated(states) for done, states in following.items()}
    return min(cost for _, cost in layer[(1 << size) - 1])


def _end(problem: Problem, row: int, state: State) -> State:
    time, cost = state
    end = max(time, float(problem.release[row])) + float(problem.minutes[row])
    late = max(0.0, end - float(problem.deadline[row]))
    return end, cost + float(problem.weight[row]) * late


def _undominated(states: list[State]) -> list[State]:
    kept: list[State] = []
    for time, cost in sorted(states):
        if not kept or cost < kept[-1][1]:
            kept.append((time, cost))
    return kept
