"""Comments through the API, on every database."""
