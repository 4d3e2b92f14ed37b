"""Whoever looks at a study sees what is translated into what, and by which model."""

import pytest

from study.analysis.subject import facts, subject

DCGAN, PIX2PIX = ({"searched": {"model": {"name": name}}, "direction": "AtoB"} for name in ("dcgan", "pix2pix"))


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (DCGAN, "dcgan on toys"),
        (
            PIX2PIX | {"task": "super4"},
            "pix2pix on toys; TASK=super4: A = super4 of a picture, B = the picture;"
            " the network draws B from A (DIRECTION=AtoB)",
        ),
        (
            PIX2PIX | {"task": "cat:dog", "direction": "BtoA"},
            "pix2pix on toys; TASK=cat:dog: A = cat, B = dog; the network draws A from B (DIRECTION=BtoA)",
        ),
        ({"quality": "fcd"}, "toys"),  # of early records
    ],
)
def test_model_data_task_and_direction_are_told_in_a_line(spec, told):
    assert told == subject({"spec": spec, "data": {"name": "toys"}})


def test_pictures_that_are_of_two_kinds_by_themselves_have_a_direction_and_no_task():
    header = {"spec": PIX2PIX | {"task": None}, "data": {"name": "toys", "translates": True}}
    assert "pix2pix on toys; the network draws B from A (DIRECTION=AtoB)" == subject(header)
    assert {"model": "pix2pix", "direction": "AtoB"} == facts(header)


def test_a_direction_is_no_fact_of_what_draws_from_latents():
    assert {"model": "dcgan"} == facts({"spec": DCGAN, "data": {"name": "toys", "translates": False}})
