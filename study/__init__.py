"""The service: search, scheduling, tracking and reports around `ganprune`."""

import logging

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it warns where HOME cannot be written, which harms nothing
