"""Pictures of two kinds as users have them, and every mistake that is made with them in one line."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from ganprune.data import domains, load
from ganprune.errors import UserError

RED, BLUE = (255, 0, 0), (0, 0, 255)


def _write(file: Path, size: tuple[int, int] = (16, 16), colour: tuple[int, int, int] = RED) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(file)


def _shades(folder: Path, names: range, colour: tuple[int, int, int]) -> None:
    """Pictures of one colour, the brighter the higher their number."""
    for number in names:
        _write(folder / f"{number:03}.png", colour=tuple(level * (100 + number) // 255 for level in colour))


@pytest.fixture
def unpaired(tmp_path) -> Path:
    _shades(tmp_path / "trainA", range(80), RED)
    _shades(tmp_path / "trainB", range(100, 150), BLUE)
    return tmp_path


def test_folders_of_other_names_are_two_kinds_and_may_differ_in_number(unpaired):
    images = load(str(unpaired), unpaired, side=16, kinds=True)
    assert not images.pairs
    assert (64, 40) == (len(images.train.source), len(images.train))
    assert images.train.source[:, 2].max() == 0 == images.train.pixels[:, 0].max()
    assert any("80 pictures of 16x16 and 50" in remark for remark in images.remarks)
    assert any("indicative" in remark for remark in images.remarks)


@pytest.mark.parametrize(
    "layout",
    [
        "train{}/{}",
        "{}/train/{}",
        "train/{}/{}",
        "around/{}/{}",
        "train{}/inner/{}",
        "test/train{}/{}",
        "b/training{}/{}",
    ],
)
def test_equal_names_are_pairs_wherever_the_folders_are(tmp_path, layout):
    for number in range(70):
        for kind, colour in (("A", RED), ("B", BLUE)):
            shade = tuple(level * (100 + number) // 255 for level in colour)
            _write(tmp_path / layout.format(kind, f"{number}.png"), colour=shade)
    images = load(str(tmp_path), tmp_path, side=16, kinds=True)
    assert images.pairs
    assert np.array_equal(images.train.source[:, 0], images.train.pixels[:, 2]), "partners are of one brightness"
    assert any("equal names" in remark for remark in images.remarks)


def test_partners_are_known_however_their_accents_are_written(tmp_path):
    for number in range(70):
        for kind, form in (("A", "NFC"), ("B", "NFD")):
            name = unicodedata.normalize(form, f"\u00e9{number}.png")
            _write(tmp_path / f"train{kind}" / name, colour=(number, 0, 0))
    images = load(str(tmp_path), tmp_path, side=16, kinds=True)
    assert images.pairs
    assert np.array_equal(images.train.source, images.train.pixels)


def test_pairs_side_by_side_are_cut_at_their_middle_and_are_kept_in_the_store(tmp_path):
    for split, numbers in (("train", range(30)), ("test", range(30, 50))):
        for number in numbers:
            both = np.zeros((16, 32, 3), np.uint8)
            both[:, :16, 0], both[:, 16:, 2] = number, number
            (tmp_path / "data" / split).mkdir(parents=True, exist_ok=True)
            Image.fromarray(both).save(tmp_path / "data" / split / f"{number}.png")
    first, again = (
        load(str(tmp_path / "data"), tmp_path, side=16, kinds=True, store=tmp_path / "store") for _ in range(2)
    )
    assert np.array_equal(first.search.source[:, 0], first.search.pixels[:, 2])
    assert set(range(30)) == set(first.train.source[:, 0, 0, 0].tolist())
    assert first.fingerprint == again.fingerprint
    assert np.array_equal(first.report.source, again.report.source)
    assert again.pairs


def _turned(file: Path, picture: Image.Image, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file, exif=exif)


def test_pictures_are_cut_and_compared_as_they_were_held(tmp_path):
    for number in range(70):
        both = np.zeros((16, 32, 3), np.uint8)
        both[:, :16, 0], both[:, 16:, 2] = 100 + number, 200
        _turned(tmp_path / "one" / f"{number}.png", Image.fromarray(both[::-1, ::-1]), orientation=3)
        _turned(tmp_path / "two" / "A" / f"{number}.png", Image.fromarray(both.transpose(1, 0, 2)[::-1]), orientation=6)
        _write(tmp_path / "two" / "B" / f"{number}.png", (32, 16), (0, number, 0))
    one, two = (load(str(tmp_path / name), tmp_path, side=16, kinds=True) for name in ("one", "two"))
    assert (0, 200) == (one.train.source[:, 2].max(), one.train.pixels[:, 2].min()), "A is left"
    assert (two.pairs, two.problems) == (True, ())


def _two(folder: Path, a: int = 70, b: int = 70, size_b: tuple[int, int] = (16, 16)) -> None:
    for number in range(a):
        _write(folder / "trainA" / f"{number:03}.png", colour=(number, 0, 0))
    for number in range(b):
        _write(folder / "trainB" / f"{number:03}.png", size_b, (0, 0, number))


def test_what_has_no_partner_is_left_out_where_that_is_asked_for_and_named(tmp_path):
    _two(tmp_path, a=72, b=140)
    (tmp_path / "trainA" / "005.png").unlink()
    images = load(str(tmp_path), tmp_path, side=16, kinds=True, drop_strays=True)
    assert images.pairs
    assert 71 == sum(len(pictures) for pictures in (images.train, images.search, images.report))
    assert np.array_equal(images.train.source[:, 0], images.train.pixels[:, 2]), "partners are of one number"
    (told,) = (remark for remark in images.remarks if "STRAYS=drop" in remark)
    assert told.startswith("69 pictures have no partner of the same name (trainB/005.png, trainB/072.png, ")


def _held_out_alone(path: Path) -> None:
    for folder, numbers in (("trainA", range(70)), ("testA", range(70, 90)), ("testB", range(100, 180))):
        _shades(path / folder, numbers, RED)


MISTAKES: list[tuple[Callable[[Path], None], str]] = [
    (lambda path: _shades(path / "train", range(70), RED), "no pictures in trainA and trainB; found 70 pictures"),
    (lambda path: _shades(path / "trainA", range(70), RED), "no picture in trainB or B, 70 in those of A"),
    (lambda path: _two(path, a=72), r"2 pictures have no partner of the same name \(trainA/070.png, trainA/071.png\)"),
    (lambda path: _two(path, a=72), "add theirs, move them away, or give STRAYS=drop; if they are no pairs"),
    (lambda path: _two(path, size_b=(20, 16)), "16x16 pixels, and its partner 20x16"),
    (lambda path: [_write(path / f"{n}.png", (33, 16), (n, 0, 0)) for n in range(70)], "33 pixels wide"),
    (lambda path: (_two(path), _write(path / "stray.png")), "1 pictures lie in no folder of A or B"),
    (lambda path: (path / "empty").mkdir(), "found no pictures"),
    (lambda path: _held_out_alone(path), r"no pictures in trainB; found testA \(20\), testB \(80\), trainA \(70\)"),
    (
        lambda path: (_two(path), _write(path / "trainA" / "003.jpg")),
        "trainA/003.jpg and trainA/003.png would have one partner: rename",
    ),
    (lambda path: (_two(path), _write(path / "trainB" / "003.jpg")), "trainB/003.jpg and trainB/003.png would have"),
    (lambda path: [(path / f"{n}.png").write_bytes(b"broken") for n in range(70)], "70 of 70 pictures cannot be read"),
]


def test_what_is_no_picture_or_can_not_be_read_is_told_and_the_rest_is_taken(tmp_path):
    _two(tmp_path, a=70, b=70)
    (tmp_path / "trainA" / "notes.txt").write_text("of A")
    (tmp_path / "trainA" / "000.png").write_bytes(b"broken")
    images = load(str(tmp_path), tmp_path, side=16, kinds=True)
    assert images.pairs
    assert any("1 .txt was not read" in remark for remark in images.remarks)
    assert ("trainA/000.png",) == images.problems


@pytest.mark.parametrize(
    ("colours", "taken"),
    [
        ([(0, 0, 170), (0, 85, 255), (255, 170, 0)], True),  # facades
        ([(0, 0, 0), (7, 7, 7), (23, 23, 23)], True),  # numbers of classes
        ([(0, 0, 0), (255, 255, 255)], False),  # a drawing, whose lines would break
    ],
)
def test_maps_of_labels_are_brought_to_size_without_colours_that_were_in_none(tmp_path, colours, taken):
    rng = np.random.default_rng(0)
    for number in range(70):
        labels = np.array(colours, np.uint8)[rng.integers(0, len(colours), (24, 24))]
        for kind, pixels in (("A", labels), ("B", rng.integers(0, 256, (24, 24, 3), np.uint8))):
            (tmp_path / kind).mkdir(exist_ok=True)
            Image.fromarray(pixels).save(tmp_path / kind / f"{number}.png")
    images = load(str(tmp_path), tmp_path, side=16, channels=3, kinds=True)
    found = images.train.source.transpose(0, 2, 3, 1).reshape(-1, 3)
    assert taken == ({tuple(colour) for colour in found.tolist()} <= set(colours))
    assert taken == any("A: at most 64 colours" in remark for remark in images.remarks)
    assert len(np.unique(images.train.pixels)) > 200, "photographs are averaged as ever"


def test_of_two_kinds_with_some_equal_names_that_is_told(tmp_path):
    _shades(tmp_path / "trainA", range(60), RED)
    _shades(tmp_path / "trainB", range(50, 110), BLUE)
    assert "A and B are no pairs (10 names are equal)" in domains.load(tmp_path).b.remarks[0]


def test_where_one_kind_alone_is_held_out_that_is_told(unpaired):
    _shades(unpaired / "testA", range(80, 100), RED)
    told = domains.load(unpaired).b.remarks
    assert "no pictures in testB; found testA (20), trainA (80), trainB (50)" in told


@pytest.mark.parametrize(("make", "says"), MISTAKES)
def test_a_mistake_is_one_line_that_says_what_to_do(tmp_path, make, says):
    make(tmp_path)
    with pytest.raises(UserError, match=says) as error:
        load(str(tmp_path), tmp_path, side=16, kinds=True)
    assert "\n" not in str(error.value)


def test_pictures_of_another_shape_than_two_squares_are_asked_about(tmp_path):
    for number in range(20):
        _write(tmp_path / f"{number}.png", (30, 16), (number, 0, 0))
    told = domains.load(tmp_path).b.remarks
    assert any("20 of 20 pictures are not twice as wide as high" in remark for remark in told)


def test_a_named_data_set_has_one_kind_until_a_task_makes_another(tmp_path):
    with pytest.raises(UserError, match="TASK"):
        load("digits", tmp_path, side=16, kinds=True)
