"""Where the figures look for real pictures."""

from bench import cifar10


def test_data_are_looked_for_where_the_user_says_first(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "cifar10.zip").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cifar10, "ROOT", tmp_path / "repository")
    monkeypatch.setenv("GANPRUNE_DATA_DIR", str(tmp_path / "mine"))
    assert tmp_path / "mine" == cifar10.data_dir()
    monkeypatch.delenv("GANPRUNE_DATA_DIR")
    assert cifar10.data_dir() is None
    (tmp_path / "shared" / "data" / "cifar10").mkdir(parents=True)
    assert tmp_path / "shared" / "data" == cifar10.data_dir()
    (tmp_path / "repository" / "data" / "cifar10").mkdir(parents=True)
    assert tmp_path / "repository" / "data" == cifar10.data_dir()
