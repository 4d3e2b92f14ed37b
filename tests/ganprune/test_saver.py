"""Where saving takes longer than training, states go into the store beside it; the store ends up the same."""

import pytest

from ganprune import saver
from ganprune.run import train_upto
from ganprune.store import Entry
from ganprune.train import DivergedError, Training


@pytest.fixture
def training(settings) -> Training:
    return Training(settings.model, settings.train)


@pytest.fixture
def entry(training, evaluator) -> Entry:
    return Entry(evaluator.store, training.identity(evaluator.origin).key)


@pytest.fixture
def beside(monkeypatch):
    """As on a GPU, with copies that are there at once."""

    class Done:
        def synchronize(self) -> None: ...

    monkeypatch.setattr(saver, "is_beside", lambda training: True)
    monkeypatch.setattr(saver, "_copied", lambda state: ({name: each.clone() for name, each in state.items()}, Done()))


def test_on_a_cpu_every_epoch_is_there_as_soon_as_it_is_told(training, entry, evaluator):
    for trained in train_upto(3, training, entry, evaluator.training_set, evaluator.grid):
        assert trained.epoch in entry.epochs()


def test_beside_the_training_grid_epochs_and_the_last_are_saved(beside, training, entry, evaluator):
    list(train_upto(5, training, entry, evaluator.training_set, evaluator.grid))
    assert [2, 4, 5] == entry.epochs()


def test_what_is_left_midway_is_saved(beside, training, entry, evaluator):
    story = train_upto(5, training, entry, evaluator.training_set, keep=())
    next(story), next(story), next(story)
    story.close()
    assert [3] == entry.epochs()


def test_after_some_time_the_newest_is_saved_and_the_one_before_goes(beside, training, entry, evaluator, monkeypatch):
    monkeypatch.setattr(saver, "SECONDS", 0.0)
    story = train_upto(5, training, entry, evaluator.training_set, keep=())
    next(story), next(story)
    story.close()
    assert [2] == entry.epochs()


def test_a_state_that_an_error_left_is_not_saved(beside, training, entry, evaluator, monkeypatch):
    story = train_upto(5, training, entry, evaluator.training_set, keep=())
    next(story)

    def diverges(*_, **__) -> None:
        training.epoch += 1
        raise DivergedError

    monkeypatch.setattr(training, "train_epoch", diverges)
    with pytest.raises(DivergedError):
        next(story)
    assert [] == entry.epochs()
