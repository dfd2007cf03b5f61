"""What each of eight roles sees, written down: every list, feed, count, choice, badge and API answer, to be compared.

    DATABASE_URL=… python -m tests.proofs.visibility build                 the company of tests/matrix/populated.py
    DATABASE_URL=… python -m tests.proofs.visibility record SEEN.json      what everybody sees in it
    python -m tests.proofs.visibility diff BEFORE.json AFTER.json          every difference, by page and kind

Build with the code before a change, copy the database and `$VAR_DIR/files`, `manage.py migrate` the copy with the code
after it, and record both. Time stands still at `NOW`.
"""

import json
import logging
import os
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import time_machine

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_COUNTED = ("tl-count", "tl-badge", "tl-chip", "tl-jobs__count", "tl-figure")
_VOID = {"input", "img", "br", "hr", "meta", "link", "use", "path", "source", "wbr"}
TABS = ("", "details/", "application/", "notes/", "files/")
QUERIES = {
    "/": ("", "?show=mine", "?show=notes", "?show=requests"),
    "/jobs/": ("", "?status=any", "?status=closed", "?status=draft", "?status=any&mine=on", "?status=any&q=e"),
    "/candidates/": ("", "?show=leads", "?show=unmoved", "?q=Welder", "?q=n1"),
    "JOB": ("?view=board", "?view=list", "filters/", "newsfeed/", "newsfeed/?show=notes", "info/", "?view=list&q=n"),
    "FEED": ("?show=notes", "?show=stages", "?show=requests", "?show=files"),
}
LISTS = (
    "/candidates/add/", "/candidates/tags/?q=", "/profile/", "/settings/", "/settings/users/",
    "/settings/hiring-processes/", "/settings/job-fields/", "/settings/candidate-sources/", "/settings/integrations/",
)  # fmt: skip
API_LISTS = ("me", "jobs", "hiring-processes", "sources", "candidates", "applications", "newsfeed")


class Page(HTMLParser):
    """What a page shows: ids, where it leads, what can be chosen, what is counted, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.leads: set[str] = set()
        self.choices: dict[str, list[str]] = {}
        self.counted: list[str] = []
        self.words: list[str] = []
        self._select = ""
        self._counting: list[list[str]] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a tag leads and what it offers."""
        given = {name: value or "" for name, value in attrs}
        if given.get("name") == "csrfmiddlewaretoken":
            return
        self.ids.update(*(_ID.findall(value) for value in given.values()))
        self.leads.update(given[name] for name in ("href", "action", "hx-get", "hx-post") if given.get(name))
        if tag == "select":
            self._select = given.get("name", "")
        if tag == "option" or given.get("type") in ("radio", "checkbox"):
            where = self._select if tag == "option" else given.get("name", "")
            self.choices.setdefault(where, []).append(given.get("value", ""))
        if tag not in _VOID:
            counts = any(word in given.get("class", "") for word in _COUNTED)
            self._open.append(counts)
            if counts:
                self._counting.append([])

    def handle_endtag(self, tag: str) -> None:
        """End what was counted."""
        if tag not in _VOID and self._open and self._open.pop():
            self.counted.append(" ".join(self._counting.pop()))

    def handle_data(self, data: str) -> None:
        """Note words."""
        said = " ".join(data.split())
        if said:
            self.words.append(said)
            if self._counting:
                self._counting[-1].append(said)


def record(path: str) -> None:
    """Write down what each role sees."""
    from django.test import override_settings

    from tests.matrix.asking import Asker
    from tests.matrix.world import MEMBERS

    logging.disable(logging.WARNING)  # whatever a role does not see is one
    seen: dict[str, Any] = {"names": _names()}
    asker = Asker()
    with asker.listening(), override_settings(API_RATE="1000000/min"):
        for role in MEMBERS:
            seen[role.name] = _seen_by(asker, role.name)
            print(role.name, len(seen[role.name]), flush=True)
    with open(path, "w") as file:
        json.dump(seen, file, indent=0, sort_keys=True)


def _names() -> dict[str, str]:
    """Return what the ids are called, so that a difference can be read."""
    from django.apps import apps

    found = {}
    for model in apps.get_models():
        if model._meta.pk.get_internal_type() == "UUIDField":
            for row in model._default_manager.all():
                found[str(row.pk)] = f"{model._meta.model_name} {row}"
    return found


def _seen_by(asker: Any, name: str) -> dict[str, Any]:
    from recruiting.api import scopes
    from recruiting.api import services as api
    from recruiting.companies.models import Membership
    from tests.signing_in import session_of

    me = Membership.objects.select_related("user", "company").get(user__first_name=name.title())
    session = session_of(me.user, me)
    _, token = api.create_token(membership=me, name="All", scopes=scopes.names(), days=30)
    found: dict[str, Any] = {}
    waiting = _addresses()
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer = asker.ask("GET", address, cookie=session)
        found[address] = {"status": answer.status, "location": answer.location}
        if answer.status == 200 and answer.body.lstrip()[:1] == b"<":
            page = Page()
            page.feed(answer.body.decode())
            found[address] |= {
                "ids": sorted(page.ids), "leads": sorted(page.leads), "counted": page.counted, "words": page.words,
                "choices": page.choices,
            }  # fmt: skip
            path = address.partition("?")[0]
            waiting += [one for one in page.leads if re.match(rf"({re.escape(path)})?\?.*(cursor|before|more)=", one)]
        elif answer.status == 200:
            found[address]["words"] = [answer.body.decode(errors="replace")]
    calls = [f"/api/v1/{one}/?page_size=200" for one in API_LISTS] + _api_details()
    while calls:
        address = calls.pop()
        answer = asker.ask("GET", address, token=token)
        body = json.loads(answer.body)
        body.pop("request_id", None)
        if address.endswith("/me/?page_size=200"):
            body.pop("token", None)
        found[address] = {"status": answer.status, "answer": body, "ids": sorted(set(_ID.findall(json.dumps(body))))}
        if following := body.get("next"):
            calls.append(re.sub(r"^https?://[^/]+", "", following))
    return found


def _addresses() -> list[str]:
    """Return every address about every object of the company, seen or not."""
    from recruiting import extensions
    from recruiting.applications.models import Application
    from recruiting.candidates.models import Candidate, Source
    from recruiting.jobs.models import Job, Stage

    tabs = (*TABS, *(f"{tab.slug}/" for tab in extensions.candidate_tabs()))
    found = [f"{path}{query}" for path in ("/", "/jobs/", "/candidates/") for query in QUERIES[path]]
    found += LISTS
    for job in Job.objects.all():
        found += [f"/jobs/{job.pk}/{more}" for more in QUERIES["JOB"]]
        found += [f"/jobs/{job.pk}/{more}/" for more in ("edit", "open", "close", "process")]
        found.append(f"/candidates/?job={job.pk}")
    found += [f"/candidates/?source={source.pk}" for source in Source.objects.all()]
    found += [f"/waiting/{stage.pk}/" for stage in Stage.objects.all()]
    for person in Candidate.objects.prefetch_related("applications", "attachments"):
        found += [f"/candidates/{person.pk}/", f"/candidates/{person.pk}/add-to-job/"]
        for application in person.applications.all():
            record = f"/candidates/{person.pk}/applications/{application.pk}/"
            found += [f"{record}{tab}" for tab in tabs] + [f"{record}{more}" for more in QUERIES["FEED"]]
            found += [f"{record}{more}/" for more in ("edit", "owner", "move", "tags/suggestions")]
            for file in person.attachments.all():
                found += [f"{record}files/{file.pk}/", f"{record}files/{file.pk}/remove/"]
            for note in application.notes.all():
                found.append(f"{record}notes/{note.pk}/edit/")
    assert Application.objects.exists()
    return found + _of_vendors(api=False)


def _of_vendors(*, api: bool) -> list[str]:
    from tests.matrix.vendor import rights

    found = (address for vendor in rights() for address in vendor.visited())
    return [address for address in found if address.startswith("/api/") is api]


def _api_details() -> list[str]:
    from recruiting.applications.models import Application
    from recruiting.candidates.models import Candidate
    from recruiting.jobs.models import Job

    def of(model: Any, *shapes: str) -> list[str]:
        return [f"/api/v1/{shape.format(row.pk)}" for row in model.objects.all() for shape in shapes]

    return [
        *of(Job, "jobs/{}/", "jobs/{}/stages/", "newsfeed/?job={}", "applications/?job={}"),
        *of(Candidate, "candidates/{}/", "newsfeed/?candidate={}"),
        *of(Application, "applications/{}/", "applications/{}/notes/", "newsfeed/?application={}"),
        *_of_vendors(api=True),
    ]


def diff(before: str, after: str) -> int:
    """Print every difference; return how many cells there were."""
    with open(before) as one, open(after) as other:
        old, new = json.load(one), json.load(other)
    names = new.pop("names") | old.pop("names")

    def named(text: str) -> str:
        return _ID.sub(lambda found: f"<{names.get(found[0], found[0])}>", text)

    kinds: Counter[str] = Counter()
    cells = 0
    for role in old:
        for address in sorted(old[role].keys() | new[role].keys()):
            was, now = old[role].get(address, {}), new[role].get(address, {})
            cells += len(was.keys() | now.keys())
            for part in sorted(was.keys() | now.keys()):
                if was.get(part) == now.get(part):
                    continue
                kind = _ID.sub("…", address.partition("?")[0])
                kinds[f"{kind} {part}"] += 1
                gone, come = Counter(_lists(was.get(part))), Counter(_lists(now.get(part)))
                print(f"{role} {named(address)} {part}:")
                for sign, lines in (("-", gone - come), ("+", come - gone)):
                    for line in lines.elements():
                        print(f"  {sign} {named(line)[:300]}")
                if gone == come:
                    print("  in another order")
    print(f"\n{sum(kinds.values())} of {cells} cells differ:")
    for kind, count in kinds.most_common():
        print(f"{count:>6} {kind}")
    return sum(kinds.values())


def _lists(value: Any) -> list[str]:
    """Return what a part says, line by line."""
    if isinstance(value, dict):
        return [f"{key}: {line}" for key, inner in value.items() for line in _lists(inner)]
    if isinstance(value, list):
        return [line if isinstance(line, str) else json.dumps(line) for line in value]
    return [str(value)]


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    if arguments[0] == "diff":
        diff(*arguments[1:])
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
    import django

    django.setup()
    with time_machine.travel(NOW, tick=False):
        if arguments[0] == "record":
            record(arguments[1])
        else:
            from tests.matrix import populated

            populated.build()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
