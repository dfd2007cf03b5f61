"""Which environment the servers get: the caller's, then `.env`, then what a trial run needs."""

from pathlib import Path

import pytest

from devtools.launch import environment
from devtools.launch.console import LaunchError


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    return tmp_path


def test_a_bare_environment_runs_a_trial_on_port_8000(checkout: Path) -> None:
    site = environment.site({})

    assert (site.port, site.sandbox_port, site.var, site.has_sandbox) == (8000, 8001, checkout / "var", True)
    assert site.public_url == "http://localhost:8000"
    assert site.environment["SANDBOX_PORT"] == "8001"
    assert site.database_url == ""


def test_the_caller_wins_over_the_file_and_the_file_over_the_defaults(checkout: Path) -> None:
    (checkout / ".env").write_text(
        "# a comment\nPORT=8200\nexport PUBLIC_BASE_URL='https://hire.example'\nDATABASE_URL=postgres://a:b@c/d\n"
    )

    site = environment.site({"PORT": "8300"})

    assert (site.port, site.sandbox_port) == (8300, 8301)
    assert site.public_url == "https://hire.example"
    assert site.database_url == "postgres://a:b@c/d"


def test_outside_sandbox_mode_no_fake_vendor_is_named(checkout: Path) -> None:
    site = environment.site({"SANDBOX_MODE": "false"})

    assert site.has_sandbox is False


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1"])
def test_a_wrong_port_is_refused(checkout: Path, text: str) -> None:
    with pytest.raises(LaunchError) as refused:
        environment.site({"PORT": text})

    assert str(refused.value) == (
        f"PORT={text} is not a port number (1 to 65535), so nothing was started. Try PORT=8000."
    )
