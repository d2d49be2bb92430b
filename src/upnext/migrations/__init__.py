"""The schema's history, for Alembic. A revision is never edited once it has been released."""
