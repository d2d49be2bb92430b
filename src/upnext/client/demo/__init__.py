"""A believable month of one person's work, to look around in before one's own is there."""
