"""The order of work, judged: dispatching rules and planner on problems with known answers."""
