"""What becomes of a deleted account's part in tasks; knows nothing of why it was deleted."""
