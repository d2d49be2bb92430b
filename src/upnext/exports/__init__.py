"""Taking work out: everything somebody may see, as JSON, CSV or iCalendar.

Owns the formats and how they stream. Knows nothing of what reads them: `imports` takes the JSON and
the CSV in again, and the tests hold the two together.
"""
