"""Words of the report are explained where they first come, and nothing of a study becomes a tag."""

from ganprune.objective import Objectives
from study.report.words import Reader, glossary


def test_a_word_is_explained_once_where_it_first_comes():
    reader = Reader(glossary(Objectives()))
    first, again = reader.explained("Hypervolume, and hypervolume"), reader.explained("hypervolume")
    assert first.count("<abbr") == 1
    assert first.startswith('<abbr title="The area of skill')
    assert again == "hypervolume"


def test_parts_of_names_are_no_words():
    assert Reader(glossary(Objectives())).explained("fcd_report, fronts") == "fcd_report, fronts"


def test_nothing_becomes_a_tag():
    assert Reader({"a": "<b>"}).explained("<i>a") == '&lt;i&gt;<abbr title="&lt;b&gt;" tabindex="0">a</abbr>'
