"""Share links: what they open, and everything that they do not."""
