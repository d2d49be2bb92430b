"""The whole instance in one file, and back, also into a database of another kind.

Knows tables by their columns only, and nothing of what is in them: whatever a domain stores is
carried along without saying so here. The format is described in docs/operations/backup.md.
"""
