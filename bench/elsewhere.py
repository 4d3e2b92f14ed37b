"""Figures of a GPU for a bench that had none: as `python -m bench.gpu` last measured them, each marked as of that run.

`make bench` takes them in at its end; `python -m bench.elsewhere` does so again, after another run on a GPU.
"""

import json
from pathlib import Path

from bench.figure import OF_GPU, RESULTS

ABOUT_RUN = ("hardware", "versions", "command")


def take_in(latest: Path = RESULTS, other: Path = OF_GPU) -> None:
    """What was measured here stays; what was measured nowhere, too."""
    document, run = (json.loads(file.read_text()) for file in (latest, other))
    here = [figure for figure in document["figures"] if figure["value"] is not None and "run" not in figure]
    there = [{"run": other.name} | figure for figure in _without(here, run["figures"])]
    document["figures"] = [*here, *there, *_without([*here, *there], document["figures"])]
    document["runs"] = {other.name: {name: run[name] for name in ABOUT_RUN}} | run.get("runs", {})
    latest.write_text(json.dumps(document, indent=2) + "\n")


def _without(known: list[dict], figures: list[dict]) -> list[dict]:
    names = {figure["name"] for figure in known}
    return [figure for figure in figures if figure["name"] not in names]


if __name__ == "__main__":
    take_in()
