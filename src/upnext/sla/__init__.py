"""Promises about tasks: when somebody answers, and when it is done; kept by clocks that can pause.

Owns policies, the business calendar of a workspace, and the clocks. A task carries a copy of what
its clocks say, so that lists need no other table. Knows comments only by being told of them.
"""
