"""The words of activity, one module for each language. Another language is another table."""
