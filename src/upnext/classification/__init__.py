"""Derives what people leave out of a task: category, priority, estimated duration.

Owns the embedded classifier, the chain of providers, what a workspace has taught it, and what was
proposed. The provenance itself lies on the task (tasks/deriving.py).
"""
