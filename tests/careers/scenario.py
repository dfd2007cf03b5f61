"""A company with a published job, and somebody who applies to it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from recruiting.candidates.models import Source
from recruiting.careers import applying, questions, sites
from recruiting.careers.applying import NewUpload, Sent
from recruiting.careers.models import Posting, Submission
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock
from recruiting.jobs.models import Job
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage
from tests.careers.published import Published

PDF = b"%PDF-1.4\n%fake\n"


@dataclass
class Careers:
    """A company whose careers page is ready, with one public job."""

    company: Company
    administrator: Membership
    job: Job
    posting: Posting
    handle: str
    source: Source
    keys: list[str] = field(default_factory=list)

    @classmethod
    def make(cls, *, handle: str = "acme", title: str = "Senior Buyer", **site: Any) -> "Careers":
        made = Published.make(handle, **site)
        posting = made.publish(title)
        posting.company = made.company
        source = Source.objects.get(company=made.company, name="Careers page")
        return cls(made.company, made.by, posting.job, posting, handle, source)

    def send(
        self, *, token: str = "", resume: bool = True, ago: timedelta = timedelta(minutes=2), **sent: Any
    ) -> Submission:
        """Send an application form that was opened a while ago; the same `token` is the same form."""
        signed = token or applying.new_token(self.posting, now=clock.now() - ago)
        self.keys.append(signed)
        read = applying.read_token(signed, self.posting, now=clock.now())
        assert read is not None
        asked = questions.of_posting(self.posting)
        if resume:
            upload = NewUpload(ContentFile(PDF, name="Ada Lovelace.pdf"))
            assert applying.keep_files(posting=self.posting, token=read, uploads=[upload], asked=asked) == {}
        given = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", **sent}
        site = sites.of_company(self.company)
        return applying.receive(posting=self.posting, token=read, sent=Sent(**given), site=site, asked=asked)


def work() -> None:
    """Do what waits."""
    OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING).update(available_at=clock.machine_now())
    worker.drain()
