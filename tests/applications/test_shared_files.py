"""Links to a file for a vendor's server: what they answer, what kills them, and what is noted of them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client

from recruiting import extensions
from recruiting.applications import files
from recruiting.applications.models import Attachment, SharedFile
from recruiting.candidates.models import Candidate
from recruiting.extensions import Extension
from recruiting.foundation import ids
from recruiting.foundation.errors import Conflict
from recruiting.foundation.tokens import digest
from tests import factories
from tests.refusals import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
SUBJECT = ids.uuid7()


class Sharing(Extension):
    """Shares as long as it is told to."""

    slug, name = "sharing", "Sharing"
    is_on = True
    shares: Any = True

    def is_enabled_for(self, company: Any) -> bool:
        return self.is_on

    def still_shares(self, shared: SharedFile) -> bool:
        if isinstance(self.shares, Exception):
            raise self.shares
        return shared.subject_id == SUBJECT and self.shares is True


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """Hold the time at noon until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sharing() -> Iterator[Sharing]:
    """Register an extension that shares files."""
    extension = Sharing()
    extensions.register(extension)
    yield extension
    extensions.unregister("sharing")


@pytest.fixture
def resume() -> Attachment:
    """Return a file of an application, with a name that no header takes as it is."""
    company = factories.CompanyFactory()
    made: Attachment = factories.AttachmentFactory(
        application=factories.ApplicationFactory(company=company), name="Résumé.pdf", content_type="application/pdf"
    )
    return made


@pytest.fixture
def link(resume: Attachment, sharing: Sharing) -> str:
    """Return the path of a link to it."""
    return share(resume)


def share(resume: Attachment, subject_id: Any = SUBJECT) -> str:
    url = files.share(attachment=resume, extension="sharing", label="Acme", subject_id=subject_id)
    assert url.startswith(f"{settings.PUBLIC_BASE_URL}/")
    return url.removeprefix(settings.PUBLIC_BASE_URL)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def head(client: Client, link: str) -> Any:
    answer: Any = client.head(link)
    for close in answer._resource_closers:  # as a server does
        close()
    return answer


def test_a_stranger_s_server_opens_the_file_and_it_is_noted(
    client: Client, link: str, resume: Attachment, noon: time_machine.Traveller
) -> None:
    answer = client.get(link)

    assert (answer.status_code, body(answer)) == (200, b"A curriculum vitae.\n")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''R%C3%A9sum%C3%A9.pdf"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert not answer.cookies
    noon.move_to(NOON + timedelta(days=6))
    body(client.get(link))
    shared = SharedFile.objects.get()
    assert (shared.opened_count, shared.first_opened_at, shared.last_opened_at) == (2, NOON, NOON + timedelta(days=6))
    assert (shared.attachment, shared.company, shared.label) == (resume, resume.company, "Acme")
    assert shared.expires_at == NOON + timedelta(days=7)


def test_head_answers_like_get_and_opens_nothing(client: Client, link: str) -> None:
    answer = head(client, link)

    assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Content-Length"]) == (
        200,
        "application/pdf",
        "20",
    )
    assert SharedFile.objects.get().opened_count == 0


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_reading_is_allowed(client: Client, link: str, method: str) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert getattr(strict, method)(link).status_code == 405
    assert SharedFile.objects.get().opened_count == 0


def test_the_token_is_kept_nowhere_and_each_link_has_its_own(link: str, resume: Attachment) -> None:
    token = link.split("/")[2]
    assert len(token) == 43
    assert SharedFile.objects.get().token_digest == digest(token)
    assert token not in repr(SharedFile.objects.values().get())

    assert share(resume) != link
    assert SharedFile.objects.count() == 2


def test_every_dead_link_is_answered_alike(client: Client, resume: Attachment, sharing: Sharing, noon: Any) -> None:
    def stop(**changed: Any) -> None:
        for name, value in changed.items():
            setattr(sharing, name, value)

    dead: dict[str, Callable[[], object]] = {
        "too old": lambda: SharedFile.objects.update(expires_at=NOON),
        "revoked": lambda: files.revoke(extension="sharing", subject_id=SUBJECT),
        "the request is over": lambda: stop(shares=False),
        "nobody can say": lambda: stop(shares=RuntimeError("broken")),
        "not enabled": lambda: stop(is_on=False),
        "no such extension": lambda: SharedFile.objects.update(extension="gone"),
        "not stored": lambda: default_storage.delete(str(resume.file.name)),
        "the file was removed": lambda: Attachment.objects.get(pk=resume.pk).delete(),
        "the candidate is gone": lambda: Candidate.objects.all().delete(),
    }
    unknown = client.get("/shared-files/unknown/")
    assert (unknown.status_code, unknown.content) == (404, b"There is nothing at this address.\n")
    for why, kill in dead.items():
        stop(is_on=True, shares=True)
        SharedFile.objects.all().delete()
        if why == "the candidate is gone":
            resume = factories.AttachmentFactory(application=factories.ApplicationFactory(company=resume.company))
        link = share(resume)
        before = head(client, link)
        kill()
        answer = client.get(link)
        assert (why, before.status_code, answer.status_code, answer.content) == (why, 200, 404, unknown.content)
        kept = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
        assert kept == {name: value for name, value in unknown.headers.items() if name != "X-Request-ID"}, why
        assert not SharedFile.objects.filter(opened_count__gt=0).exists()
        if why == "not stored":
            resume = factories.AttachmentFactory(application=resume.application)
    assert unknown.headers["X-Robots-Tag"] == "noindex" and unknown.headers["Cache-Control"] == "private, no-store"


def test_revoking_ends_the_links_of_one_subject_only(client: Client, link: str, resume: Attachment) -> None:
    share(resume)
    other = factories.SharedFileFactory(attachment=resume, extension="sharing")

    assert files.revoke(extension="sharing", subject_id=SUBJECT) == 2
    assert files.revoke(extension="other", subject_id=other.subject_id) == 0

    assert client.get(link).status_code == 404
    assert SharedFile.objects.get(revoked_at=None) == other


@pytest.mark.parametrize(
    "typed", ["../", "%2e%2e%2f", "..%2f..%2fetc%2fpasswd", "%00", "%0d%0aSet-Cookie:%20a=b", "x" * 5000, "%ff"]
)
def test_no_word_in_the_address_leads_to_a_file(client: Client, link: str, typed: str) -> None:
    for path in (f"/shared-files/{typed}/", f"{link}{typed}", f"{link}{typed}/"):
        answer = client.get(path)
        assert answer.status_code in (404, 301), path
        assert "Set-Cookie" not in answer.headers


def test_an_unplaced_file_is_not_shared(resume: Attachment, sharing: Sharing) -> None:
    unplaced = factories.AttachmentFactory(candidate=resume.candidate, is_unplaced=True)

    with refuses(Conflict, "Nobody has said where"):
        share(unplaced)


def test_platform_staff_see_for_whom_and_how_often_and_no_way_in(client: Client, link: str) -> None:
    body(client.get(link))
    shared = SharedFile.objects.get()
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))

    for url in ("/admin/applications/sharedfile/", f"/admin/applications/sharedfile/{shared.pk}/change/"):
        page = client.get(url).content.decode()
        assert "Acme" in page and "Résumé.pdf" in page
        assert shared.token_digest not in page and link not in page
