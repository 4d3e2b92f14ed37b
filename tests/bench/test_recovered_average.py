"""What averaging is worth: three networks of one recovery, held against the dense one."""

from bench.recovered_average import NAMES, PRUNED, ratios


def test_they_are_the_recovered_the_last_steps_and_the_pruned_one(prepared_digits):
    plan, evaluator = prepared_digits
    settings = plan.space.settings(plan.space.first[0], 1, 0).with_train(epochs=1)
    found = ratios(evaluator, settings.with_prune(**PRUNED | {"recovery_steps": 20}))
    assert set(NAMES) == set(found)
    assert 3 == len(set(found.values()))
