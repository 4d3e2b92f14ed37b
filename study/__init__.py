"""The service: search, scheduling, tracking and reports around `ganprune`."""
