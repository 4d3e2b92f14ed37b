"""This process: when it began, and what it says."""

import time

BEGAN = time.time()  # before what is slow to import: TIME is counted from here


def say(text: str) -> None:
    print(text, flush=True)
