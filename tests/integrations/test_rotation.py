"""A new key can replace an old one: everything stored is encrypted anew, nothing is lost, nothing is shown."""

from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection

from integrations import rotation
from integrations.models import Credential, Installation
from tests import factories

pytestmark = pytest.mark.both_engines

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def stored(row: Any, column: str) -> str:
    """Return what the database itself holds."""
    with connection.cursor() as cursor:
        pk = row.pk if connection.vendor == "postgresql" else row.pk.hex
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [pk])
        return str(cursor.fetchone()[0])


def test_the_database_holds_no_plain_text(db: None) -> None:
    credential = factories.CredentialFactory(company=factories.CompanyFactory(), secret="a vendor's key")

    held = stored(credential, "secret")

    assert "vendor" not in held and held.startswith("gAAAA")
    assert Credential.objects.get().secret == "a vendor's key"
    assert stored(credential.installation, "webhook_token") != credential.installation.webhook_token


def test_the_same_value_is_never_encrypted_the_same_way(db: None) -> None:
    company = factories.CompanyFactory()
    one = factories.CredentialFactory(company=company, secret="same")
    two = factories.CredentialFactory(installation=one.installation, secret="same")

    assert stored(one, "secret") != stored(two, "secret")


def test_nothing_stays_nothing(db: None) -> None:
    credential = factories.CredentialFactory(
        company=factories.CompanyFactory(), secret="", last4="", secret_digest="", state="missing"
    )

    assert stored(credential, "secret") == ""
    assert Credential.objects.get().secret == ""


def test_both_keys_read_and_the_first_one_writes(db: None, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    credential = factories.CredentialFactory(company=factories.CompanyFactory(), secret="a vendor's key")
    settings.CREDENTIAL_KEYS = [NEW, OLD]

    found = Credential.objects.get()
    assert found.secret == "a vendor's key"
    found.save()

    assert Fernet(NEW).decrypt(stored(credential, "secret").encode()) == b"a vendor's key"


def test_without_its_key_a_secret_is_not_read(db: None, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    factories.CredentialFactory(company=factories.CompanyFactory())
    settings.CREDENTIAL_KEYS = [NEW]

    with pytest.raises(InvalidToken):
        Credential.objects.get()


def test_rotation_encrypts_every_encrypted_column_anew(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    company = factories.CompanyFactory()
    installation = factories.InstallationFactory(company=company)
    credentials = factories.CredentialFactory.create_batch(5, installation=installation)
    factories.CredentialFactory(installation=installation, secret="", last4="", secret_digest="", state="missing")
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    current = factories.CredentialFactory(installation=installation)
    before = stored(current, "secret")
    monkeypatch.setattr(rotation, "BATCH", 2)

    call_command("rotate_credentials")

    assert capsys.readouterr().out == (
        "6 secrets were encrypted anew; 1 had the first key already.\n"
        "Every key but the first can be removed from CREDENTIAL_KEYS now.\n"
    )
    assert stored(current, "secret") == before
    settings.CREDENTIAL_KEYS = [NEW]
    secrets = dict(Credential.objects.values_list("pk", "secret"))
    assert {pk: secrets[pk] for pk in [c.pk for c in credentials]} == {c.pk: c.secret for c in credentials}
    assert Installation.objects.get().webhook_token == installation.webhook_token


def test_rotating_again_changes_nothing(db: None, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    credential = factories.CredentialFactory(company=factories.CompanyFactory())
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    rotation.rotate_all()
    before = stored(credential, "secret")

    outcome = rotation.rotate_all()

    assert (outcome.rotated, outcome.current, outcome.unreadable) == (0, 2, [])
    assert stored(credential, "secret") == before


def test_a_secret_that_no_key_opens_is_named_and_the_others_are_rotated(
    db: None, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    lost = factories.CredentialFactory(company=factories.CompanyFactory())
    settings.CREDENTIAL_KEYS = [OLD]
    Installation.objects.update(webhook_token="token")
    kept = factories.CredentialFactory(installation=lost.installation)
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    before = stored(lost, "secret")

    with pytest.raises(CommandError, match="keep every old key") as caught:
        call_command("rotate_credentials")

    said = capsys.readouterr().out
    assert caught.value.returncode == 1
    assert f"No key opens integrations.Credential {lost.pk}.\n" in said
    assert "2 secrets were encrypted anew" in said
    assert "can be removed" not in said
    assert stored(lost, "secret") == before
    assert Fernet(NEW).decrypt(stored(kept, "secret").encode()).decode() == kept.secret


def test_a_secret_that_changes_meanwhile_is_not_overwritten(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CREDENTIAL_KEYS = [OLD]
    credential = factories.CredentialFactory(company=factories.CompanyFactory(), secret="old")
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    original = rotation._opens

    def somebody_pastes_a_key(key: Fernet, token: str) -> bool:
        Credential.objects.filter(pk=credential.pk).update(secret="pasted meanwhile")
        return original(key, token)

    monkeypatch.setattr(rotation, "_opens", somebody_pastes_a_key)
    rotation.rotate_all()

    assert Credential.objects.get().secret == "pasted meanwhile"
