"""Points of which there is a record, with what is too big for it beside."""

from ganprune.point import EpochTrained, Scored
from ganprune.store import write_whole
from study.records.journal import Records
from study.records.paths import StudyPaths


def keep_first(trained: EpochTrained, paths: StudyPaths) -> None:
    """What the first translation that got through an epoch showed then."""
    if trained.triplets and not paths.first_epoch.exists():
        write_whole(paths.first_epoch, trained.triplets)


def keep(scored: Scored, records: Records, paths: StudyPaths) -> bool:
    """Record a point, pictures and weights first: a recorded point has them. False where it was known as well."""
    point = scored.point
    known = records.log.trials[point.trial].points.get(point.id)
    if known and known.n_samples >= point.n_samples:
        return False  # scored before a worker or driver was lost
    write_whole(paths.strip(point.id), scored.strip)
    if scored.weights:
        write_whole(paths.kept(point.id), scored.weights)
    records.point(point)
    return True
