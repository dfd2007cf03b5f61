"""Addresses are unique by their keys; later accounts of one address keep it with an empty key."""

from typing import Any

from django.db import migrations, models

from recruiting.foundation import keys, text


def fill(apps: Any, schema_editor: Any) -> None:
    """Compute keys; of several accounts the active and older one has the key, of open invitations the latest."""
    user, invitation = apps.get_model("companies", "User"), apps.get_model("companies", "Invitation")
    keys.fill(user, ["email_key"])
    keys.release_twins(user, key="email_key", scope=[], order=["-is_active", "pk"])
    for account in user._base_manager.exclude(email_key="").only("email"):
        if account.email != text.email(account.email):
            user._base_manager.filter(pk=account.pk).update(email=text.email(account.email))
    keys.fill(invitation, ["email_key"])
    still_open = invitation._base_manager.filter(accepted_at__isnull=True)
    keys.release_twins(invitation, key="email_key", scope=["company_id"], order=["-pk"], of=still_open)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("companies", "0002_email_change"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="invitation",
            name="invitation_one_open_per_email",
        ),
        migrations.RemoveConstraint(
            model_name="user",
            name="user_email_unique",
        ),
        migrations.AddField(
            model_name="invitation",
            name="email_key",
            field=keys.KeyField(key=text.email_key, max_length=255, sources=["email"]),
        ),
        migrations.AddField(
            model_name="user",
            name="email_key",
            field=keys.KeyField(key=text.email_key, max_length=255, sources=["email"]),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(condition=models.Q(("email_key", "")), fields=["email"], name="user_waiting_address"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True), models.Q(("email_key", ""), _negated=True)),
                fields=("company", "email_key"),
                name="invitation_one_open_per_email",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email_key", ""), _negated=True),
                fields=("email_key",),
                name="user_email_unique",
                violation_error_message="This address has an account.",
            ),
        ),
    ]
