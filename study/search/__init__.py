"""What is tried next, what is stopped, and what is scored once more."""
