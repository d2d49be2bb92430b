"""Deleting for good what lay in the trash for long enough.

Knows tasks and saved filters. Projects and workspaces follow when nothing is left in them.
"""
