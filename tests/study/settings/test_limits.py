"""A limit is read to the last bit as it is written, and what is none is told how to write it."""

import pytest

from ganprune.errors import UserError
from study.settings.arguments import asked
from study.settings.limits import KINDS, limit


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("MAX_LOSS", "10%", 0.1),
        ("MAX_LOSS", "7 %", 0.07),
        ("MAX_LOSS", "0.1", 0.1),
        ("MAX_LOSS", "150%", 1.5),
        ("MAX_LOSS", "0%", 0),
        ("MAX_FCD", "5.5", 5.5),
        ("MAX_BYTES", "500k", 500_000),
        ("MAX_BYTES", "1.001kB", 1001),
        ("MAX_BYTES", "2M", 2_000_000),
        ("MAX_BYTES", "512", 512),
        ("MAX_LATENCY", "2ms", 2),
        ("MAX_LATENCY", "800us", 0.8),
        ("MAX_LATENCY", "0.002s", 2),
        ("MIN_SPARSITY", "0.8", 0.8),
        ("MIN_SPARSITY", "87.5%", 0.875),
    ],
)
def test_units_are_read(variable, text, value):
    (given,) = asked({variable: text}).limits
    assert (value, f"{variable}={text}") == (given.value, str(given))


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("MAX_LOSS", "10"),  # a tenth, or ten times as bad?
        ("MAX_LOSS", "-5%"),
        ("MAX_LOSS", "10k"),
        ("MAX_FCD", "5,5"),
        ("MAX_FCD", "0"),
        ("MAX_BYTES", "5oo"),
        ("MAX_BYTES", "500 Kib"),
        ("MAX_BYTES", "0"),
        ("MAX_LATENCY", "2"),
        ("MAX_LATENCY", "2mss"),
        ("MIN_SPARSITY", "80"),
        ("MIN_SPARSITY", "100%"),
        ("MIN_SPARSITY", "nan"),
    ],
)
def test_what_is_no_limit_is_one_line_with_an_example(variable, text):
    with pytest.raises(UserError) as refused:
        asked({variable: text})
    assert str(refused.value) == f"{variable}={text}: give {KINDS[variable].give}"


@pytest.mark.parametrize("variable", KINDS)
def test_its_own_value_keeps_a_limit_and_the_next_worse_one_does_not(variable):
    example = {"MAX_FCD": "5.5", "MAX_LATENCY": "2ms"}.get(variable, "0.5")
    border = limit(variable, example)
    worse = border.value + (-1e-9 if border.kind.least else 1e-9)
    assert border.keeps(border.value)
    assert not border.keeps(worse)
    assert not border.keeps(None)
    assert border.excess(border.value) == 1 < border.excess(worse)


def test_limits_of_different_units_compare_by_how_many_times_too_much():
    assert limit("MAX_BYTES", "100k").excess(200_000) == 2
    assert limit("MIN_SPARSITY", "75%").excess(0.5) == 2  # twice the weights
    assert limit("MAX_LOSS", "0%").excess(1.0) == 2  # twice dense's score
