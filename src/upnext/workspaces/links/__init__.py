"""What a share link opens at this moment: the resolver's part for principals that are no user."""
