"""Kills processes at random while they work, and counts what was lost and what happened twice.

`python -m bench.faults --db sqlite --seed 1 --kills 100 --jobs 5000`. The seed decides who is
killed and when; what a killed process was doing at that moment, only the machine knows.
"""
