"""What records mean: front, headline, verdict, how well they hold. Needs neither torch nor Ray."""
