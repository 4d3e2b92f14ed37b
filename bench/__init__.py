"""What we claim, measured beside the alternative in one run: `make bench`."""
