"""Interviews in every state, for the pictures of every page."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from integrations import credentials, installations
from integrations.models import Credential
from integrations.requests import changes
from integrations.requests.lifecycle import Call
from integrations.spark_hire import SLUG, services
from integrations.spark_hire.job_links import services as job_links
from integrations.spark_hire.lifecycle import OPEN, State
from integrations.spark_hire.models import InterviewRequest
from recruiting.outbox import worker
from tests.browser.scene import VendorScene

# Who: what the candidate or the vendor does after the request was sent.
STORIES: Mapping[str, Sequence[str]] = {
    "Ada Lovelace": (),
    "Grace Hopper": ("accept",),
    "Alan Turing": ("accept", "start"),
    "Katherine Johnson": ("complete",),
    "Dorothy Vaughan": ("expire",),
    "Annie Easley": ("cancel",),
    "Hedy Lamarr": ("refused",),
    "Margaret Hamilton": ("queued",),
}


class InterviewScene(VendorScene):
    """On the demo's own job, which is linked."""

    namespace = "spark_hire"
    double = "spark-hire"

    def build(self) -> None:
        """Link the job and build the stories."""
        kim, job = self.demo.kim, self.demo.job
        installation = installations.find(self.demo.company, SLUG)
        assert installation is not None
        mine = credentials.own(installation, kim)
        assert mine is not None
        job_links.link_existing(job=job, vendor_job=job_links.jobs(mine, fresh=True)[0], by=kim)
        job_links.choose_question_set(job=job, question_set=job_links.question_sets(mine, fresh=True)[0], by=kim)
        for name, actions in STORIES.items():
            self._build_story(name, actions)

    def values(self, page: str) -> Mapping[str, Sequence[object]]:
        """Return whom a window is about, and what is behind the lists of the home page."""
        about = self.demo.of("Dorothy Vaughan" if page == "spark_hire:request" else "Ada Lovelace")
        waiting = InterviewRequest.objects.filter(application=self.demo.of("Ada Lovelace"), state__in=OPEN).get()
        key = Credential.objects.get(
            installation__company=self.demo.company, installation__integration=SLUG, membership=self.demo.kim
        )
        return {
            "candidate_id": [about.candidate_id],
            "application_id": [about.pk],
            "request_id": [waiting.pk],
            "credential_id": [key.pk],
            "which": ["failed", "expiring", "to-watch"],
        }

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield a name and an address for the tab in every state, and where nothing can be sent."""
        for person in (*STORIES, "Edsger Dijkstra"):
            application = self.demo.of(person)
            address = f"/candidates/{application.candidate_id}/applications/{application.pk}/video-interview/"
            state = InterviewRequest.objects.filter(application=application).values_list("state", flat=True).first()
            yield f"video-interview-{State(state).label if state else 'blocked'}".lower().replace(" ", "-"), address

    def _build_story(self, name: str, actions: Sequence[str]) -> None:
        if actions == ("refused",):
            fault = {"kind": "status", "parameters": {"status": 400, "reason": "This job has no free slot."}}
            self.control("POST", "faults", {"operation": "create_interview", **fault})
        days = 1 if name == "Alan Turing" else 7
        request = services.request_interview(
            application=self.demo.of(name),
            expires_on=self.demo.company.today() + timedelta(days=days),
            by=self.demo.kim,
        )
        if actions == ("queued",):
            return
        worker.drain()
        request.refresh_from_db()
        for action in actions:
            if request.vendor_id:
                self.control("POST", f"interviews/{request.vendor_id}/{action}", {})
        changes.enqueue(Call.REFRESH, request)
        worker.drain()
