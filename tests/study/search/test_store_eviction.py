"""The store stays within bounds, and no front loses what it stands on."""

import json
import os
from dataclasses import replace

import pytest
import torch

from ganprune.config import TrialSettings
from ganprune.errors import UserError
from ganprune.methods import identity_of
from ganprune.objective import Objectives
from ganprune.point import Finished
from ganprune.rebuild import origin
from ganprune.store import Entry
from study.records.journal import Records
from study.records.study import StudyLog
from study.search.store_eviction import StoreEviction, limit, make_room
from tests.other_user import as_nobody, shared_folder


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


def _save(store, name: str, epoch: int, used: float):
    """A state of 4,000 bytes and a header, last used at this moment."""
    entry = Entry(store, {"name": name})
    entry.save(epoch, {"weight": torch.zeros(1000)}, keep=(epoch,))
    os.utime(entry.file(epoch), (used, used))
    return entry.file(epoch)


def test_what_was_used_longest_ago_goes_first_until_the_rest_fits(store):
    files = [_save(store, name, 1, used) for name, used in (("b", 200.0), ("a", 100.0), ("c", 300.0))]
    make_room(store, 10_000)
    assert [True, False, True] == [file.exists() for file in files]


def test_what_a_killed_process_left_unfinished_goes_and_what_is_being_written_stays(store):
    left, written = (_save(store, "a", 1, 100.0).with_name(f".epoch-00002.safetensors.{name}.tmp") for name in "xy")
    for file in (left, written):
        file.write_bytes(b"half")
    os.utime(left, (100.0, 100.0))
    make_room(store, 10_000)
    assert (False, True) == (left.exists(), written.exists())


def test_to_load_is_to_use(store):
    old, new = _save(store, "old", 1, 100.0), _save(store, "new", 1, 200.0)
    Entry(store, {"name": "old"}).load(1)
    make_room(store, 5_000)
    assert (True, False) == (old.exists(), new.exists())


def test_what_any_study_needs_stays_even_beyond_the_bound(store):
    files = [_save(store, name, 1, 100.0) for name in "abc"]
    for study, file in zip(("one", "two"), files[:2], strict=True):
        _need(store, study, file)
    make_room(store, 0)
    assert [True, True, False] == [file.exists() for file in files]


def test_what_a_study_needed_that_is_gone_goes_and_so_does_its_list(store):
    files = [_save(store, name, 1, 100.0) for name in "ab"]
    for study, file in zip(("here", "deleted"), files, strict=True):
        _need(store, study, file)
    (store.parent / "deleted").rmdir()
    make_room(store, 0)
    assert [True, False] == [file.exists() for file in files]
    assert ["here.json"] == [listed.name for listed in (store / "needed").iterdir()]


def _need(store, study: str, file) -> None:
    for folder in (store.parent / study, store / "needed"):
        folder.mkdir(exist_ok=True)
    (store / "needed" / f"{study}.json").write_text(json.dumps([file.relative_to(store).as_posix()]))


@pytest.fixture
def front_of_one(store, tmp_path, scored):
    """A study whose front is one point, made there of these settings; which epochs of it the store then keeps."""

    def run(settings: TrialSettings, drawn: dict, **made: str) -> list[int]:
        (tmp_path / "toy").mkdir()
        records = Records(tmp_path / "toy" / "records.jsonl")
        records.study(data={"fingerprint": "abc"}, hardware={"gpus": []})
        records.asked(0, settings, drawn)
        point = replace(scored(0, settings, 0.5, None), **made)
        records.point(point)
        entry = Entry(store, identity_of(settings, origin(point, "abc")).key)
        for epoch in (1, settings.train.epochs):
            entry.save(epoch, {"weight": torch.zeros(1000)}, keep=(1, settings.train.epochs))
        StoreEviction(store, records.log, "toy", Objectives()).on_event(0, Finished("completed"))
        make_room(store, 0)
        return entry.epochs()

    return run


def test_a_studys_front_keeps_its_states_when_a_trial_ends(front_of_one, space):
    drawn = dict(space.first[0])
    assert [2] == front_of_one(space.settings(drawn, channels=1, seed=0), drawn)


@pytest.mark.parametrize("made", [{"torch": "1.0.0"}, {"device": "cuda"}])
def test_also_those_that_were_made_on_another_machine_or_with_another_torch(front_of_one, space, made):
    drawn = dict(space.first[0])
    assert [2] == front_of_one(space.settings(drawn, channels=1, seed=0), drawn, **made)


def test_also_those_of_a_method_that_acts_in_the_training(front_of_one, switching):
    drawn = {"method": "switching", "epochs": 4, "recovery_steps": 0}
    assert [4] == front_of_one(switching.settings(drawn, channels=1, seed=0), drawn)


def test_the_bound_leaves_half_of_the_free_disk(store):
    _save(store, "a", 1, 100.0)
    assert 0 < limit(store) <= 20e9


def test_what_a_front_needs_is_one_line_where_it_cannot_be_written_down(tmp_path):
    (tmp_path / "needed").write_text("no folder")
    with pytest.raises(UserError, match=f"cannot write {tmp_path}/needed: "):
        StoreEviction(tmp_path, StudyLog({"data": {"fingerprint": "abc"}}), "toy", Objectives()).pin()


@pytest.mark.parametrize("needed_mode", [0o644, 0o600])
def test_what_another_user_may_not_drop_or_ask_for_stays(needed_mode):
    with shared_folder() as store:
        file = _save(store, "a", 1, 100.0)
        (store / "needed").mkdir()
        (store.parent / "study").mkdir(exist_ok=True)
        (store / "needed" / "study.json").write_text("[]")
        (store / "needed" / "study.json").chmod(needed_mode)
        assert "None" == as_nobody(lambda: make_room(store, 0))
        assert file.exists()
