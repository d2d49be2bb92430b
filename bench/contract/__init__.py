"""Schemathesis against a running server: every operation, every check, with real data to hit."""
