"""The way out: what may be called, and what comes back from servers that mean harm."""
