"""Columns for the keys by which names and addresses are compared and people are found."""

from django.db import migrations

from recruiting.foundation import keys, text


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0004_attachment_moved"),
        ("companies", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="candidate",
            name="candidate_email_unique",
        ),
        migrations.RemoveConstraint(
            model_name="source",
            name="source_name_unique",
        ),
        migrations.RemoveConstraint(
            model_name="sourcetype",
            name="sourcetype_name_unique",
        ),
        migrations.RemoveConstraint(
            model_name="tag",
            name="tag_name_unique",
        ),
        migrations.AddField(
            model_name="candidate",
            name="email_key",
            field=keys.KeyField(key=text.email_key, max_length=255, sources=["email"]),
        ),
        migrations.AddField(
            model_name="candidate",
            name="search_key",
            field=keys.SearchField(key=text.person_search_key, sources=["first_name", "last_name", "email", "phone"]),
        ),
        migrations.AddField(
            model_name="source",
            name="name_key",
            field=keys.KeyField(key=text.compare_key, max_length=255, sources=["name"]),
        ),
        migrations.AddField(
            model_name="sourcetype",
            name="name_key",
            field=keys.KeyField(key=text.compare_key, max_length=255, sources=["name"]),
        ),
        migrations.AddField(
            model_name="tag",
            name="name_key",
            field=keys.KeyField(key=text.compare_key, max_length=255, sources=["name"]),
        ),
    ]
