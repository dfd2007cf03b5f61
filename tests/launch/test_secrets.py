"""Keys are made once, for their owner's eyes only, and never replaced."""

import stat
from pathlib import Path

from cryptography.fernet import Fernet

from devtools.launch import secrets
from devtools.launch.environment import read_env_file


def test_the_keys_are_made_once(tmp_path: Path) -> None:
    assert secrets.ensure(tmp_path / "var", {}) == ["SECRET_KEY", "CREDENTIAL_KEYS"]
    path = tmp_path / "var" / "secrets.env"
    first = path.read_text()

    assert secrets.ensure(tmp_path / "var", {}) == []

    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(child.name for child in path.parent.iterdir()) == ["secrets.env"]


def test_the_keys_do_their_work(tmp_path: Path) -> None:
    secrets.ensure(tmp_path, {})

    keys = read_env_file(tmp_path / "secrets.env")

    assert len(keys["SECRET_KEY"]) >= 50
    assert Fernet(keys["CREDENTIAL_KEYS"]).decrypt(Fernet(keys["CREDENTIAL_KEYS"]).encrypt(b"text")) == b"text"


def test_two_installations_share_no_key(tmp_path: Path) -> None:
    for name in ("one", "two"):
        secrets.ensure(tmp_path / name, {})

    one, two = (read_env_file(tmp_path / name / "secrets.env") for name in ("one", "two"))

    assert not set(one.values()) & set(two.values())


def test_a_missing_key_is_added_and_the_other_kept(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("CREDENTIAL_KEYS=kept")

    assert secrets.ensure(tmp_path, {}) == ["SECRET_KEY"]

    keys = read_env_file(tmp_path / "secrets.env")
    assert (sorted(keys), keys["CREDENTIAL_KEYS"]) == (["CREDENTIAL_KEYS", "SECRET_KEY"], "kept")


def test_keys_from_the_environment_are_not_written_down(tmp_path: Path) -> None:
    assert secrets.ensure(tmp_path, {"SECRET_KEY": "given", "CREDENTIAL_KEYS": "given"}) == []

    assert list(tmp_path.iterdir()) == []
