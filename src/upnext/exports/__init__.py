"""Taking work out: everything somebody may see, as JSON, CSV or iCalendar.

Owns the formats and how they stream. Knows nothing of what reads them, but `reading.py` says what
the JSON format means, and the tests hold it to that.
"""
