"""What recorded trainings tell of short ones: `python -m bench.short_trainings` writes `study/analysis/recorded/`."""

import json

from bench.replay.recorded import WORLDS, Recording, recording
from ganprune.store import write_whole
from study.analysis.recorded_trainings import FOLDER


def main() -> None:
    for name in WORLDS:
        write_whole(FOLDER / f"{name}.json", written(recording(name)).encode())


def written(known: Recording) -> str:
    """JSON, a line a row: like which studies these trainings are, and how they stood."""
    space = known.space
    like = {
        "features": known.about["features"],
        "model": space.model.model_dump(),
        "train": space.train.model_dump(),
    }
    rows = ",\n".join(json.dumps(row) for row in known.standings())
    return f'{{\n"like": {json.dumps(like)},\n"rows": [\n{rows}\n]}}\n'


if __name__ == "__main__":
    main()
