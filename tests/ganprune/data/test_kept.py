"""Pictures are decoded once, and again whenever their files may have changed."""

import os
import zipfile
from dataclasses import fields

import numpy as np
import pytest
from PIL import Image

import ganprune.data
from ganprune.data import DATASETS, load
from ganprune.data.images import SETS
from ganprune.data.kept import PARTS


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(100):
        file = tmp_path / "letters" / "ab"[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8)).save(file)
    (tmp_path / "letters" / "a" / "note.txt").write_text("left out")
    return tmp_path / "letters"


@pytest.fixture
def packed(folder):
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w") as archive:
        for file in sorted(folder.rglob("*.png")):
            archive.write(file, file.relative_to(folder))
    return folder.with_suffix(".zip")


@pytest.fixture
def decoded(monkeypatch, tmp_path):
    """Loads with a store, and counts how often anything was decoded."""
    times, gather = [], ganprune.data.gather
    monkeypatch.setattr(ganprune.data, "gather", lambda *given, **named: times.append(1) or gather(*given, **named))

    def count(path, side=8, store=tmp_path / "store", data_dir=tmp_path, **named):
        return load(str(path), data_dir, side, store=store, **named), len(times)

    return count


def _same(one, other) -> bool:
    sets = [(getattr(one, name), getattr(other, name)) for name in SETS]
    pairs = [(getattr(a, part), getattr(b, part)) for a, b in sets for part in PARTS]
    pairs = [pair for pair in pairs if pair[0] is not None or pair[1] is not None]  # of what nothing is translated into
    told = [part.name for part in fields(one) if part.name not in SETS]
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in pairs) and all(
        getattr(one, name) == getattr(other, name) for name in told
    )


@pytest.mark.parametrize("kind", ["folder", "packed"])
def test_the_second_time_nothing_is_decoded_and_all_is_the_same(kind, request, decoded):
    path = request.getfixturevalue(kind)
    (first, once), (second, still) = decoded(path), decoded(path)
    assert (1, 1) == (once, still)
    assert _same(first, second)


def test_another_size_or_division_is_another_thing(folder, decoded):
    assert [1, 2, 3, 3] == [decoded(folder, **asked)[1] for asked in ({}, {"side": 16}, {"seed": 1}, {"side": 16})]


def _overwritten(folder):
    """With another picture of the same size, its time set back."""
    file = folder / "a" / "0.png"
    before = file.stat()
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        _overwritten,
        lambda folder: (folder / "a" / "0.png").unlink(),
        lambda folder: (folder / "a" / "0.png").rename(folder / "b" / "0.png"),
        lambda folder: (folder / "a" / "new.png").write_bytes((folder / "a" / "0.png").read_bytes()),
    ],
    ids=["overwritten", "gone", "moved", "new"],
)
def test_a_change_of_any_file_is_noticed(folder, decoded, change):
    decoded(folder)
    change(folder)
    assert 2 == decoded(folder)[1]
    assert 2 == decoded(folder)[1]


def test_a_zip_put_in_anothers_place_is_noticed(packed, decoded, tmp_path):
    decoded(packed)
    other = tmp_path / "other.zip"
    other.write_bytes(packed.read_bytes())
    os.utime(other, ns=(packed.stat().st_atime_ns, packed.stat().st_mtime_ns))
    other.replace(packed)
    assert 2 == decoded(packed)[1]


def test_a_damaged_copy_is_made_anew_and_a_store_that_takes_nothing_stops_nothing(folder, decoded, tmp_path):
    decoded(folder)
    (kept,) = (tmp_path / "store" / "pictures").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert [2, 2] == [decoded(folder)[1] for _ in range(2)]
    (tmp_path / "file").write_text("no folder")
    assert 3 == decoded(folder, store=tmp_path / "file")[1]


@pytest.mark.parametrize("name", DATASETS)
def test_a_named_data_set_is_decoded_once_too(name, small_data, decoded):
    side = 16 if name == "digits" else 32
    (first, once), (second, still) = (decoded(name, side, data_dir=small_data) for _ in range(2))
    assert (1, 1) == (once, still)
    assert _same(first, second)
