"""Where trials run: Ray on this machine or on a cluster, signals, how many at once."""
