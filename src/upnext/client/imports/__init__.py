"""Other programs' task lists, read into records that the API takes. Reading needs no server."""
