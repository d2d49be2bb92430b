"""Figures about tasks: counted by the database, and kept for as long as nothing changes."""
