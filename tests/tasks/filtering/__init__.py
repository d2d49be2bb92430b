"""The filter language: its grammar, its errors, and what it finds."""
