"""From what happened to what is learned of it: reads and keeps what `learning` computes."""
