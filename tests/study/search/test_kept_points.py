"""What is kept beside the records."""

from ganprune.point import EpochTrained
from study.search.kept_points import keep_first


def test_the_first_translations_first_epoch_is_kept_and_no_other(paths):
    first = EpochTrained(1, 0.7, 0.7, 64, 1.0, b"first")
    for trained in (EpochTrained(1, 0.7, 0.7, 64, 1.0), first, EpochTrained(1, 0.7, 0.7, 64, 1.0, b"other")):
        keep_first(trained, paths)
    assert b"first" == paths.first_epoch.read_bytes()
