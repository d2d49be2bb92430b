"""Tools of the suite: real servers, databases, guards. Knows nothing of any domain."""
