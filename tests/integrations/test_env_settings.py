"""A vendor's own settings: the environment's value, else the double's address in sandbox mode, else the default."""

from io import StringIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import override_settings

from integrations import registry
from integrations.env_settings import EnvSetting

API = EnvSetting("ACME_TEST_URL", "https://api.acme.example", "Where Acme is.", sandbox_path="/acme/v1")


@pytest.mark.parametrize(
    ("sandbox_mode", "environment", "value"),
    [
        (False, {}, "https://api.acme.example"),
        (True, {}, "http://127.0.0.1:8123/acme/v1"),
        (True, {"ACME_TEST_URL": "http://10.0.0.7/v1"}, "http://10.0.0.7/v1"),
        (False, {"ACME_TEST_URL": "http://10.0.0.7/v1"}, "http://10.0.0.7/v1"),
    ],
)
def test_the_environment_wins_then_sandbox_mode_decides(
    monkeypatch: pytest.MonkeyPatch, sandbox_mode: bool, environment: dict[str, str], value: str
) -> None:
    for name, text in environment.items():
        monkeypatch.setenv(name, text)

    with override_settings(SANDBOX_MODE=sandbox_mode, SANDBOX_PORT=8123):  # what is loaded in it is gone after it
        API.load()
        assert API.value == value


def test_one_that_the_sandbox_does_not_play_keeps_its_default() -> None:
    with override_settings(SANDBOX_MODE=True):
        EnvSetting("ACME_TEST_URL", "eu", "Which region.").load()
        assert django_settings.ACME_TEST_URL == "eu"


def test_what_is_set_already_stays(settings: Any) -> None:
    settings.ACME_TEST_URL = "http://elsewhere.example"
    API.load()

    assert API.value == "http://elsewhere.example"


def test_every_vendor_s_settings_are_loaded_and_listed() -> None:
    out = StringIO()
    call_command("vendor_settings", stdout=out)

    declared = [setting for integration in registry.all_integrations() for setting in integration.env_settings]
    assert out.getvalue() == "".join(f"# {one.about}\n#{one.name}={one.default}\n" for one in declared)
    assert len(declared) >= 2
    assert all(hasattr(django_settings, one.name) for one in declared)
