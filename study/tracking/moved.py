"""Results that were moved: MLflow names files by the folder they were logged to, and is told where they are now."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ganprune.errors import UserError
from study.records.paths import Out

LOCATIONS = {"experiments": "artifact_location", "runs": "artifact_uri", "logged_models": "artifact_location"}


def follow_artifacts(out: Out) -> None:
    """Have the database in OUT name the artifacts beside it, wherever both were when they were logged."""
    if not out.mlflow_db.exists():
        return
    here = out.mlflow_artifacts.resolve().as_uri()
    with closing(sqlite3.connect(out.mlflow_db)) as database, database:
        for there in _elsewhere(database, out.mlflow_artifacts.name, here):
            for table, column in LOCATIONS.items():
                moved = f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?"
                database.execute(moved, (here, len(there) + 1, len(there), there))


def _elsewhere(database: sqlite3.Connection, name: str, here: str) -> list[str]:
    places = "SELECT DISTINCT artifact_location FROM experiments WHERE artifact_location LIKE ?"
    known = database.execute("SELECT name FROM sqlite_master").fetchall()
    if not LOCATIONS.keys() <= {table for (table,) in known}:
        return []  # of another version: MLflow will say so, or bring it up to date
    return [place for (place,) in database.execute(places, (f"file://%/{name}",)) if place != here]


def check_artifacts(location: str, experiment: str) -> None:
    """Raises UserError where another MLflow keeps an experiment's files in a folder that is not there."""
    address = urlsplit(location)
    folder = Path(url2pathname(address.path))
    if address.scheme in ("", "file") and not folder.exists():
        raise UserError(
            f"MLflow keeps the files of {experiment} in {folder}, which is not there; where they were moved,"
            f" link them: ln -s WHERE_THEY_ARE {folder}"
        )
