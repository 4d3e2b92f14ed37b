"""MLflow's database is there whole, whoever is killed while it is made and however many begin at once."""

from multiprocessing import get_context
from pathlib import Path

import pytest

from study.tracking.client import connect

ALEMBIC = "mlflow.store.db.utils._upgrade_db"


class Killed(BaseException):
    """As the driver is: nothing of ours catches it."""


def _die(engine) -> None:
    raise Killed


def test_one_whose_making_was_interrupted_is_made_anew(tmp_path, monkeypatch):
    database = tmp_path / "mlflow.db"
    monkeypatch.setattr(ALEMBIC, _die)
    with pytest.raises(Killed):
        connect(f"sqlite:///{database}")
    monkeypatch.undo()
    assert not database.exists()
    assert connect(f"sqlite:///{database}").search_experiments()
    assert ["mlflow.db"] == [path.name for path in tmp_path.iterdir()]


def _experiments(database: Path) -> int:
    return len(connect(f"sqlite:///{database}").search_experiments())


@pytest.mark.slow
def test_two_who_begin_at_once_share_one(tmp_path):
    with get_context("spawn").Pool(2) as both:
        assert [1, 1] == both.map(_experiments, [tmp_path / "mlflow.db"] * 2, chunksize=1)
