"""Rules: when something happened to a task and a filter fits it, then do these things to it."""
