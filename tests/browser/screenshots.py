"""`make screenshots`: a picture of every page, light and dark, 1280 and 390 wide, into var/screenshots/.

The demo company with requests in every state, made in a folder of its own; nothing of this machine's own site is
touched. The list of pages is that of tests/pages.py. `--board FILE` makes the picture of the README alone.
"""

# ruff: noqa: E402, I001  (the environment that the settings read is set before anything of Django's is imported)
from tests import plugin

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "devtools.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ["EXTRA_INTEGRATION_APPS"] = ""
django.setup()

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, sync_playwright

from devtools import demo
from devtools.sandbox.host.server import SandboxServer
from recruiting.api import services as tokens
from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment
from recruiting.outbox import heartbeat, worker
from recruiting.outbox.models import OutboxMessage
from recruiting.foundation import clock
from recruiting.foundation.permissions import CompanyRole
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Source
from recruiting.candidates.services import CandidateDetails
from recruiting.careers import publishing, questions, sites
from recruiting.careers.questions import QuestionDetails
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.connected_apps import services as connected_apps
from recruiting.company_fields import definitions as fields
from recruiting.jobs import services as jobs
from recruiting.company_fields.definitions import FieldDetails
from recruiting.jobs.models import Job, JobField, Stage
from recruiting.bulk.acts import KINDS
from recruiting.runs import services as runs
from recruiting.webhooks import services as webhooks
from tests import pages, standard, vendors
from tests.browser.scenario import run_doubles
from tests.browser.scene import Demo, VendorScene
from tests.chromium import ARGUMENTS, PACKAGE, find_chromium
from tests.connected_apps.factories import QUESTION, ConnectionFactory
from tests.factories import (
    AttachmentFactory,
    DocumentTextFactory,
    EmailChangeFactory,
    ResumeBatchFactory,
    ResumeBatchItemFactory,
    ServiceAccountFactory,
)

ROOT = Path(__file__).resolve().parents[2]
# The demo company goes into a throw-away folder, never into the site that a developer has here.
assert plugin.ENVIRONMENT["TESTING"] == "true" and Path(settings.VAR_DIR) != ROOT / "var"
THEMES = ("light", "dark")
WIDTHS = (1280, 390)
# Who is on the demo's job beside those whom it brings.
MORE_PEOPLE = (
    "Ada Lovelace", "Grace Hopper", "Alan Turing", "Katherine Johnson", "Dorothy Vaughan", "Annie Easley",
    "Hedy Lamarr", "Margaret Hamilton",
)  # fmt: skip


class Scene(Demo):
    """The demo company, running."""

    def __init__(self, url: str, sandbox: SandboxServer) -> None:
        self.url = url
        self.sandbox = sandbox
        self.company = demo.create()
        people = Membership.objects.for_company(self.company).select_related("user", "company")
        self.dana, self.kim, self.sam = (people.get(user__first_name=name) for name in ("Dana", "Kim", "Sam"))
        self.job = Job.objects.get(company=self.company, title="Senior Buyer")
        worker.drain()
        for name in MORE_PEOPLE:
            self._add(name)
        self.vendors = [kind(self) for kind in vendors.classes("browser.scene", VendorScene)]
        self._write()
        self._ask()
        self._publish()
        OutboxMessage.objects.filter(state="waiting").update(available_at=clock.machine_now())
        worker.drain()
        heartbeat.touch()

    def of(self, name: str) -> Application:
        """Return a candidate's application."""
        first, last = name.split()
        return Application.objects.select_related("candidate", "job", "company").get(
            job=self.job, candidate__first_name=first, candidate__last_name=last
        )

    def _add(self, name: str) -> None:
        first, last = name.split()
        if not Application.objects.filter(job=self.job, candidate__last_name=last).exists():
            details = CandidateDetails(first, last, f"{first.lower()}@example.com", "")
            source = Source.objects.for_company(self.company).get(name="LinkedIn")
            applications.add_candidate(job=self.job, details=details, by=self.kim, source=source)

    def _write(self) -> None:
        """Notes, files, tags, a token, an invitation, moves and somebody who was rejected."""
        record = self.of("Katherine Johnson")
        note = "Strong on suppliers; asked about the *forecast*.\n\nNext: references."
        self.note = applications.write_note(application=record, body=note, by=self.dana)
        applications.write_note(application=record, body="Agreed, let us meet her.", by=self.kim)
        upload = SimpleUploadedFile("curriculum vitae.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
        self.file = files.add_file(application=record, upload=upload, name=upload.name or "", by=self.kim)
        # One from before files belonged to applications, for the pages that ask where.
        Attachment.objects.filter(pk=self.file.pk).update(application=None, is_unplaced=True)
        for tag in ("negotiation", "python", "texas"):
            candidates.add_tag(candidate=record.candidate, name=tag, by=self.kim)
        # A résumé that the record opens with, and three that were dropped on the job.
        cv = AttachmentFactory(application=record, kind="resume", name="katherine.txt")
        DocumentTextFactory(
            attachment=cv,
            text="Katherine Johnson",
            blocks=[
                {"kind": "heading", "text": "Katherine Johnson", "level": 1, "cells": []},
                {"kind": "paragraph", "text": "Buyer of instruments", "level": 0, "cells": []},
                {"kind": "list", "text": "Negotiated with forty suppliers", "level": 0, "cells": []},
            ],
            fields={"phone": "+1 757 555 0100", "title": "Senior Buyer", "employer": "Langley"},
        )
        several = Application.objects.filter(job=self.job, state="active").values_list("pk", flat=True)[:3]
        self.run = runs.start(
            kind=KINDS["tag"],
            title="Tag 3 candidates “fast”",
            by=self.dana,
            params={"tag": "fast"},
            subjects=list(Application.objects.filter(pk__in=list(several)).values_list("candidate_id", flat=True)),
        )
        runs.work_now(self.run, until=float("inf"))
        self.batch = ResumeBatchFactory(job=self.job, added_by=self.kim)
        ResumeBatchItemFactory(
            batch=self.batch, state="added", reason="", application=record, candidate=record.candidate
        )
        ResumeBatchItemFactory(batch=self.batch, name="scan.pdf")
        ResumeBatchItemFactory(
            batch=self.batch, name="page.html", state="refused", reason="Choose a PDF file.", file=""
        )
        self.token, _ = tokens.create_token(membership=self.dana, name="Reports", scopes=["jobs:read"], days=90)
        addresses = "https://connector.example/callback\nhttp://127.0.0.1/callback"
        self.client, _ = connected_apps.register_client(
            company=self.company, name="Sourcing", redirect_uris=addresses, is_confidential=True, by=self.dana
        )
        self.connection = ConnectionFactory(membership=self.dana, client=self.client)
        _, link = companies.invite(
            company=self.company, email="new@acme.example", role=CompanyRole.STANDARD, by=self.dana
        )
        self.invitation = link.rstrip("/").rpartition("/")[2]
        self.webhook = webhooks.create(
            url=f"{self.sandbox.url}/hook?source=throughline", facts=["application.moved", "note.added"], by=self.dana
        )
        steps = sorted(Stage.objects.filter(process=self.job.process), key=lambda step: step.order)
        for name, step in (("Dorothy Vaughan", 2), ("Margaret Hamilton", 3), ("Annie Easley", 2)):
            application = self.of(name)
            applications.move(application=application, to=steps[step], seen=application.stage_id, by=self.kim)
        applications.reject(application=self.of("Annie Easley"), reason="Wants to stay in Ohio.", by=self.kim)

    def _ask(self) -> None:
        """Fields of the company, of several kinds, with values on the job."""
        kinds, public = JobField.Kind, JobField.Visibility.PUBLIC
        labels = ("Midwest", "South", "West")
        self.region = fields.create(
            JobField,
            details=FieldDetails("Region", is_required=True, visibility=public),
            kind=kinds.SELECT,
            labels=labels,
            by=self.dana,
        )
        center = fields.create(JobField, details=FieldDetails("Cost center"), kind=kinds.TEXT, by=self.dana)
        remote = fields.create(
            JobField,
            details=FieldDetails("Works remotely", visibility=public),
            kind=kinds.YES_NO,
            category=JobField.Category.ORGANIZATION,
            by=self.dana,
        )
        values = {self.region.pk: self.region.options.get(label="South"), center.pk: "CC 114", remote.pk: True}
        jobs.set_field_values(job=self.job, values=values, by=self.dana)

    def _publish(self) -> None:
        """Source links, a key of the job board, and questions of the job and of a set."""
        source = Source.objects.for_company(self.company).get(name="LinkedIn")
        self.link = sites.add_source_link(source=source, code="linkedin-ad", by=self.dana)
        sites.referral_link(by=self.kim)
        self.key, _ = sites.add_board_key(name="Sourcing", by=self.dana)
        self.questions = questions.save_set(name="Basics", by=self.dana)
        choice = QuestionDetails(
            "one", "Where would you work?", options=("Austin", "Boston"), rule="one_of", rule_value="Austin"
        )
        years = QuestionDetails("number", "How many years have you bought steel?", rule="at_least", rule_value="3")
        for details in (choice, years):
            questions.save_question(place=self.questions, details=details, by=self.dana)
        posting = publishing.saved(job=self.job, by=self.dana)
        why = QuestionDetails("long", "Why us?", hint="A few sentences.", is_required=False)
        self.question = questions.save_question(place=posting, details=why, by=self.dana)
        questions.use_sets(posting=posting, sets=[self.questions], by=self.dana)
        closing = publishing.PostingDetails(
            closes_on="2030-01-31", workplace="hybrid", pay_min="52000", pay_max="61000", pay_currency="USD",
            pay_period="year",
        )  # fmt: skip
        publishing.save(job=self.job, details=closing, by=self.dana)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield a name and an address for every page, and for the tabs of integrations in every state."""
        record = self.of("Katherine Johnson")
        values: dict[str, Sequence[object]] = {
            **standard.nothing_there(),
            "job_id": [self.job.pk],
            "process_id": [self.job.process_id],
            "stage_id": [record.stage_id],
            "candidate_id": [record.candidate_id],
            "application_id": [record.pk],
            "note_id": [self.note.pk],
            "file_id": [self.file.pk],
            "token": [self.invitation],
            "link": [EmailChangeFactory(user=self.dana.user).email],
            "token_id": [self.token.pk],
            "connection_id": [self.connection.pk],
            "client_id": [self.client.pk],
            "account_id": [ServiceAccountFactory(company=self.company).pk],
            "membership_id": [self.sam.pk],
            "tab": ["details", "application", "notes", "files"],
            "uidb36": ["0"],
            "key": ["expired"],
            "field_id": [self.region.pk],
            "option_id": [self.region.options.all()[0].pk],
            "source_id": [record.source_id],
            "notice_id": [sites.current_notice(self.company).pk],  # type: ignore[union-attr]
            "link_id": [self.link.pk],
            "key_id": [self.key.pk],
            "set_id": [self.questions.pk],
            "set_question_id": [self.questions.questions.all()[0].pk],
            "question_id": [self.question.pk],
            "department_id": [self.job.listed_department_id],
            "location_id": [self.job.places.all()[0].location_id],
            "webhook_id": [self.webhook.pk],
            "batch_id": [self.batch.pk],
            "run_id": [self.run.pk],
        }
        for name in pages.PAGES:
            here = values
            for vendor in self.vendors:
                if name.startswith(f"{vendor.namespace}:"):
                    here = {**values, **vendor.values(name)}
            for number, address in enumerate(pages.addresses(name, here)):
                yield f"{name.replace(':', '-')}{f'-{number}' if number else ''}", address
        yield "applications-job-list", f"/jobs/{self.job.pk}/?view=list"
        for vendor in self.vendors:
            yield from vendor.addresses()
        asked = {"client_id": self.client.client_id, "scope": "profile:read candidates:write settings:read"}
        asked["redirect_uri"] = self.client.redirect_uris.partition("\n")[0]
        yield "connected_apps-authorize", f"/oauth/authorize/?{urlencode({**QUESTION, **asked})}"
        yield "404", "/nothing/here/"

    def cookies(self, member: Membership) -> list[dict[str, Any]]:
        """Return a session of this member."""
        client = Client()
        client.force_login(member.user)
        return [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}]


@contextmanager
def running() -> Iterator[Scene]:
    """Make the database, start the site and the sandbox, fill them."""
    folder = Path(settings.VAR_DIR)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    url = f"http://127.0.0.1:{server.port}"
    settings.PUBLIC_BASE_URL = url
    with run_doubles(folder / "sandbox.sqlite3", settings) as sandbox:
        try:
            yield Scene(url, sandbox)
        finally:
            server.terminate()


def photograph(page: Page, url: str, file: Path) -> str:
    """Take a whole page; return what is wrong with it at first sight."""
    answer = page.goto(url)
    page.wait_for_load_state("load")
    page.screenshot(path=file, full_page=True, animations="disabled")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    status = answer.status if answer else 0
    problems = [f"answers {status}"] if status >= 400 and "404" not in file.name else []
    return ", ".join([*problems, f"is {wide} px too wide"] if wide > 0 else problems)


def everything(browser: Browser, scene: Scene, folder: Path, wanted: str) -> int:
    """Photograph every page in every theme and width; return how many pictures were made."""
    made = 0
    list_of_pages = [(name, address) for name, address in scene.addresses() if re.search(wanted, name)]
    for theme in THEMES:
        for width in WIDTHS:
            for signed_in in (True, False):
                context = browser.new_context(viewport={"width": width, "height": 900 if width > 500 else 844})
                context.add_cookies([{"name": "theme", "value": theme, "url": scene.url}])
                if signed_in:
                    context.add_cookies(scene.cookies(scene.dana))  # type: ignore[arg-type]
                page = context.new_page()
                for name, address in list_of_pages:
                    is_outside = any(name.startswith(one.replace(":", "-")) for one in pages.SIGNED_OUT)
                    if is_outside == signed_in:
                        continue
                    file = folder / f"{name}.{width}.{theme}.png"
                    problem = photograph(page, f"{scene.url}{address}", file)
                    made += 1
                    if problem:
                        print(f"{file.name}: {problem}", flush=True)
                context.close()
    return made


def board(browser: Browser, scene: Scene, file: Path) -> None:
    """Photograph the board for the README."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_cookies([{"name": "theme", "value": "light", "url": scene.url}, *scene.cookies(scene.kim)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{scene.url}/jobs/{scene.job.pk}/")
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file, animations="disabled")
    context.close()


def main(arguments: Sequence[str]) -> int:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--board", type=Path, help="only the board, into this file")
    parser.add_argument("--only", default="", help="pages whose name fits this regular expression")
    asked = parser.parse_args(arguments)
    chromium = find_chromium()
    if chromium is None:
        print(f"No Chromium is installed (Debian: apt-get install {PACKAGE}).")
        return 1
    with running() as scene, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        if asked.board:
            board(browser, scene, asked.board)
            return 0
        folder = ROOT / "var" / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        print(f"{everything(browser, scene, folder, asked.only)} pictures in {folder}")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
