"""What is asked of the API alone, and the webhooks that are told of its moves.

DATABASE_URL=… python -m tests.benchmarks.api        makes tokens and webhooks, and prints what is asked as JSON
"""

import dataclasses
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
if __name__ == "__main__":
    django.setup()

from django.urls import reverse

from recruiting.webhooks.models import Subscription
from tests import factories
from tests.benchmarks.client import Ask
from tests.benchmarks.pages import Loaded, Reader

READERS = ("Administrator", "Standard")
TOLD = 3
"""So many webhooks are told of moves."""


def asked() -> dict[str, dict[str, list[Ask]]]:
    """Return what is asked, by name and reader."""
    site = Loaded()
    pages: dict[str, dict[str, list[Ask]]] = {}
    for name in READERS:
        reader = Reader(site, name)
        api = reader.asks()
        one, ids = site.records[0], [record.pk for record in site.records]
        addresses = {
            "trivial": ["/api/v1/trivial/"],
            "list candidates": [reverse("api:candidates")],
            "list applications": [reverse("api:applications")],
            "read candidate": [reverse("api:candidate", args=[each.candidate_id]) for each in site.records],
            "read application": [reverse("api:application", args=[pk]) for pk in ids],
            "read job": [reverse("api:job", args=[one.job_id])],
        }
        asks = {kind: [Ask(each, headers=reader.token) for each in several] for kind, several in addresses.items()}
        for kind, several in {**asks, "move": api["API move"]}.items():
            pages.setdefault(kind, {})[name] = several
    member = site.members["Administrator"]
    factories.SubscriptionFactory.create_batch(TOLD, membership=member, state=Subscription.State.PAUSED)
    return pages


def main() -> int:
    """Print everything that a measurement needs to know."""
    plain = {
        name: {reader: [dataclasses.asdict(ask) for ask in asks] for reader, asks in readers.items()}
        for name, readers in asked().items()
    }
    print(json.dumps(plain))
    return 0


if __name__ == "__main__":
    sys.exit(main())
