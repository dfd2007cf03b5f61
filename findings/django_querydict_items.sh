#!/usr/bin/env bash
# Version: Django 5.2.19.
# Behavior: in a template `query.items` of a QueryDict is the parameter that is called "items", when there is one, and
#   the method only otherwise. So {% for name, value in query.items %} raises ValueError for ?items=book, and for
#   ?items=&page=2 it renders nothing at all, not even page.
# Why it surprises: the loop is the usual way to repeat a query in hidden inputs and works until a visitor or another
#   page brings a parameter of that name. That keys win over attributes is documented; but here the keys are the
#   visitor's, and no template can name the method. Calling items() in the view avoids it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19

"$folder/venv/bin/python" - <<'PYTHON'
import sys

import django
from django.conf import settings
from django.http import QueryDict
from django.template import Context, Template

settings.configure(TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}])
django.setup()

EXPECTED = {
    "page=2&sort=name": "page=2 sort=name ",
    "items=book": "ValueError: Need 2 values to unpack in for loop; got 1. ",
    "items=&page=2": "",
}

print("Django", django.__version__)
template = Template("{% for name, value in query.items %}{{ name }}={{ value }} {% endfor %}")
changed = False
for query, expected in EXPECTED.items():
    try:
        seen = template.render(Context({"query": QueryDict(query)}))
    except ValueError as error:
        seen = f"ValueError: {error}"
    print(f"?{query:<17} items(): {list(QueryDict(query).items())}  rendered: {seen!r}")
    if seen != expected:
        print(f"  changed: it was {expected!r}")
        changed = True
sys.exit(1 if changed else 0)
PYTHON
