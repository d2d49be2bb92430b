"""Quick add's grammar: examples, properties, speed."""
