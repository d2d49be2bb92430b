"""Calendar links: who makes them, what they show, and when they stop."""
