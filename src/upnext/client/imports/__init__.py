"""Files of other programs on their way to the server, which reads them; and what it tells."""
