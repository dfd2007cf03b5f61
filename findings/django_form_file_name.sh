#!/usr/bin/env bash
# Version: Django 5.2.19 (beside Werkzeug 3.1.9; sent by requests 2.34.2 with urllib3 2.8.0).
# Behavior: a file with a quotation mark in its name, sent in a form, arrives as `UploadedFile.name` with %22 in its
#   place. The standard of forms (WHATWG, "Multipart form data") has senders write " as %22 in a name, and nothing else
#   like that but line ends; browsers, fetch and requests do. Django takes the name as it stands; Werkzeug turns %22 back.
# Why it surprises: nothing fails, and the file is called something else from then on, for whoever sees or downloads it.
#   `upload.name.replace("%22", '"')` mends it; a name that really had %22 in it cannot be told apart, for any receiver.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    Django==5.2.19 Werkzeug==3.1.9 requests==2.34.2 urllib3==2.8.0

"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys

import django
import requests
from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from werkzeug.formparser import parse_form_data

settings.configure()
given = 'Report "final".pdf'
sent = requests.Request("POST", "http://localhost/", files={"file": (given, b"text")}).prepare()
environ = {"CONTENT_TYPE": sent.headers["Content-Type"], "CONTENT_LENGTH": str(len(sent.body)), "REQUEST_METHOD": "POST"}
line = next(line for line in sent.body.split(b"\r\n") if line.startswith(b"Content-Disposition")).decode()


def by_django():
    _, files = MultiPartParser(environ, io.BytesIO(sent.body), [MemoryFileUploadHandler()]).parse()
    return files["file"].name


def by_werkzeug():
    _, _, files = parse_form_data({**environ, "wsgi.input": io.BytesIO(sent.body)})
    return files["file"].filename


print(f"{'given':<16} {given}\n{'sent':<16} {line}")
changed = False
for name, version, read, expected in [
    ("Django", django.__version__, by_django, "Report %22final%22.pdf"),
    ("Werkzeug", "3.1.9", by_werkzeug, given),
]:
    found = read()
    print(f"{f'{name} {version}':<16} {found}")
    if found != expected:
        print(f"  changed: it was {expected}")
        changed = True
sys.exit(1 if changed else 0)
PYTHON
