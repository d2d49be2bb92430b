"""Measures the server against what its database and Python allow at best (`make bench`).

Owns the figures that docs and budgets cite. Everything runs on this machine's loopback, in a
folder that is thrown away; only `bench/results/` stays. `bench/faults/` kills processes instead.
"""
