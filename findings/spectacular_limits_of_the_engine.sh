#!/usr/bin/env bash
# Version: drf-spectacular 0.30.0, djangorestframework 3.18.3, Django 5.2.19, psycopg 3.3.9.
# Behavior: the OpenAPI schema of a ModelSerializer depends on the database that the process is configured for. An
#   IntegerField's greatest number is 2147483647 with PostgreSQL and 9223372036854775807, with `format: int64`, with
#   SQLite, although nothing is asked of a database. A field that is declared in the serializer is described alike.
# Why it surprises: a schema that was committed and is compared on the developer's SQLite differs on PostgreSQL, in CI
#   or in production, and clients generated from either have other types for the same field.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19 djangorestframework==3.18.3 \
    drf-spectacular==0.30.0 "psycopg[binary]==3.3.9"

cat > "$folder/shown.py" <<'PYTHON'
import sys

from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": f"django.db.backends.{sys.argv[1]}", "NAME": "never_opened"}},
    INSTALLED_APPS=["rest_framework", "drf_spectacular"],
    REST_FRAMEWORK={"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"},
    USE_TZ=True,
)
import django

django.setup()
from django.db import models
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from rest_framework import generics, serializers


class Parcel(models.Model):
    tries = models.IntegerField()

    class Meta:
        app_label = "shown"


class ParcelSerializer(serializers.ModelSerializer):
    declared = serializers.IntegerField(source="tries")

    class Meta:
        model = Parcel
        fields = ("tries", "declared")


class Parcels(generics.CreateAPIView):
    queryset = Parcel.objects.none()
    serializer_class = ParcelSerializer
    permission_classes = authentication_classes = ()


schema = SchemaGenerator(patterns=[path("parcels/", Parcels.as_view())]).get_schema(request=None, public=True)
described = schema["components"]["schemas"]["Parcel"]["properties"]
print(described["tries"].get("maximum"), described["tries"].get("format", "no format"), described["declared"])
PYTHON

sqlite=$("$folder/venv/bin/python" "$folder/shown.py" sqlite3)
postgresql=$("$folder/venv/bin/python" "$folder/shown.py" postgresql)
echo "SQLite:     $sqlite"
echo "PostgreSQL: $postgresql"
[ "$sqlite" = "9223372036854775807 int64 {'type': 'integer'}" ] &&
    [ "$postgresql" = "2147483647 no format {'type': 'integer'}" ]
