"""What a comparison foretells: the work that is left, and what more seeds or pictures would cost."""

from ganprune.pace import Pace
from study.analysis.compared import Compared
from study.commands.compare import in_order
from study.commands.compare_progress import Expected, promise
from tests.study.comparisons import PICTURES, WHOLE, compared

STEPS = WHOLE.train.epochs * WHOLE.train.epoch_steps(PICTURES)
EXPECTED = Expected(Pace(step_seconds=1.0), WHOLE, PICTURES)


def _promised(found: Compared, epochs: int = 3) -> list[str]:
    return promise(in_order(found), found.log, EXPECTED, 2, len(found.seeds), epochs)


def test_what_was_done_before_is_told_and_not_foretold_again(tmp_path):
    done = compared(tmp_path / "records", lambda *_: 9.0, seeds=1)
    more = Compared(done.log, done.comparison, (0, 1), PICTURES)
    each = len(done.comparison.arms)
    assert f"0 trainings, 2 at once; {each} were done before: about 0s" == _promised(done)[0]
    left, bigger = _promised(more)
    assert left.startswith(f"{each} trainings, 2 at once; {each} were done before: about ")
    assert bigger.startswith("bigger: SEEDS=5, about ")


def test_a_training_takes_its_steps_and_a_narrow_one_less():
    assert STEPS == EXPECTED.seconds(WHOLE.with_prune(recovery_steps=0))
    narrow = WHOLE.model_copy(update={"model": WHOLE.model.model_copy(update={"width": 4})})
    assert STEPS / 4 == EXPECTED.seconds(narrow)


def test_twice_the_pictures_are_twice_the_epochs_that_were_asked_for_whatever_an_arm_makes_of_them(tmp_path):
    """Of a tenth of the pictures an arm sees each once an epoch, and has ten times as many epochs."""
    assert (
        "; EPOCHS=6 (another NAME), twice the pictures a point"
        in _promised(compared(tmp_path / "records", lambda *_: 9.0, seeds=1), epochs=3)[1]
    )
