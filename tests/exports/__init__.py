"""What comes out of an instance, and what it is when it has come out."""
