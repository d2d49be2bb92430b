"""Tasks through the API, on every database."""
