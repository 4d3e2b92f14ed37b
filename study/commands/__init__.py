"""What a user calls: each command is the story of one file."""
