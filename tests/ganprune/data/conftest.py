"""Pictures of two classes."""

from pathlib import Path

import pytest

from tests.ganprune.data.picture_folders import write


@pytest.fixture
def pets(tmp_path) -> Path:
    write(tmp_path / "pets" / "cat", 30)
    write(tmp_path / "pets" / "dog", 20, suffix="bmp")
    return tmp_path / "pets"
