"""One pure parser per format: bytes in, items and errors by line out."""
