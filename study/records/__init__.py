"""What happened, on disk: append-only, the truth that all else is made from."""
