"""This process: when it began, what it keeps for its end, and what it says."""

import time

BEGAN = time.time()  # before what is slow to import: TIME is counted from here
FINISH_SECONDS = 12  # kept back of TIME for the report and MLflow


def say(text: str) -> None:
    print(text, flush=True)
