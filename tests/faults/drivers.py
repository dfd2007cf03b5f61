"""Each vendor as the fault tests need it: its house, its calls by name, and how its people are played.

A driver asserts nothing. What the tests of all vendors say is in test_sending.py, test_asking.py and test_webhooks.py;
what is true of one vendor alone is in that vendor's own tests.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

from devtools.sandbox.crosschq import CrosschqSandbox
from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.server import SandboxServer
from devtools.sandbox.spark_hire import SparkHireSandbox
from integrations import installations
from integrations.crosschq.remedies import TAB
from integrations.crosschq.settings import connection
from integrations.models import Installation
from integrations.requests import changes
from integrations.requests import services as requests
from recruiting.applications.models import Application
from recruiting.outbox.models import OutboxMessage
from tests.crosschq import house as crosschq_house
from tests.crosschq import pages
from tests.crosschq import topics as crosschq_promises
from tests.crosschq.door import Door as CrosschqDoor
from tests.sandbox.door import Caller
from tests.signing_in import signed_in
from tests.spark_hire import house as spark_hire_house
from tests.spark_hire import topics
from tests.spark_hire.door import Door as SparkHireDoor
from tests.tab_bodies import tab_body


class FaultDriver(ABC):
    """One company that uses a vendor; its candidate is Ada, its sender Kim."""

    slug: str
    """The integration's slug."""
    vendor: str
    """As sentences name it."""
    sandbox: type[VendorSandbox]
    create: str
    read: str
    look_up: str
    """The sandbox's operations that create, read and look for a request."""
    check_key: str
    """The one that tells whether a key is good."""
    cancel_calls: tuple[str, str]
    """Those that a cancel asks for: reading and canceling."""
    create_topic: str
    cancel_topic: str
    refresh_topic: str
    beginning: tuple[str, ...]
    """The sandbox's acts with which a candidate begins."""
    moved_to: tuple[str, str]
    """State and entry's title after `move_on`."""
    failed_title: str
    waits_for_key: tuple[str, list[str]]
    """What a send says while its key does not work: on the request, and in further titles."""
    cancel_needs_key: str
    """What a cancel says while its key does not work."""
    odd_creates: tuple[str, ...]
    odd_reads: tuple[str, ...]
    """Content faults of the sandbox after which an answer still counts."""
    unknown_status: str
    early_delivery: str
    """What becomes of a webhook that comes ahead of our own commit."""
    noted: tuple[Any, str]
    """Module and name of the function that notes what was created."""
    event: str = ""
    """What the vendor puts behind the address."""
    odd_ids: tuple[bytes, ...]
    """Bodies of webhooks whose id is none."""
    house: Any

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.heard: set[int] = set()

    @staticmethod
    @abstractmethod
    def settings(url: str) -> Mapping[str, Any]:
        """Return the settings that lead to the vendor's sandbox."""

    @abstractmethod
    def build(self) -> None:
        """Seed the vendor and make the company."""

    # ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @abstractmethod
    def ask(self, *, application: Application | None = None) -> Any:
        """Ask for one; nothing has left yet."""

    @abstractmethod
    def cancel(self, request: Any) -> None:
        """Cancel it, as Kim."""

    @abstractmethod
    def try_again(self, request: Any) -> int:
        """Press *Try again*; return the status of the answer."""

    @abstractmethod
    def body(self) -> str:
        """Return the markup of the candidate's tab as Kim gets it."""

    def see(self) -> str:
        """Return the words of that tab: entities as characters, blanks as one."""
        return " ".join(unescape(self.body()).split())

    def prepare_canceling(self) -> None:  # noqa: B027
        """Let the vendor take cancels, where that is a choice."""

    def sent(self, **asked: Any) -> Any:
        """Ask for one that the vendor has."""
        return self.house.sent(**asked)

    def now(self, request: Any) -> Any:
        return self.house.now(request)

    def refreshed(self, request: Any) -> Any:
        return self.house.refreshed(request)

    def another(self) -> Application:
        """Return another candidate's application on the job."""
        found: Application = self.house.another()
        return found

    # ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────
    def drain(self) -> int:
        count: int = self.house.drain()
        return count

    def later(self) -> int:
        """Let the pauses pass, and work."""
        count: int = self.house.later()
        return count

    def message(self, topic: str) -> OutboxMessage:
        """Return the newest message of a topic."""
        return OutboxMessage.objects.filter(topic=topic).latest("id")

    def messages(self, topic: str) -> list[str]:
        """Return the states of a topic's messages, oldest first."""
        return list(OutboxMessage.objects.filter(topic=topic).order_by("id").values_list("state", flat=True))

    def feed(self) -> list[str]:
        found: list[str] = self.house.feed()
        return found

    def titles(self) -> list[str]:
        return [line.partition(":")[0] for line in self.feed()]

    # ── The vendor ───────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def door(self) -> Caller:
        """The tester's door of the sandbox."""
        door: Caller = self.house.driver
        return door

    @abstractmethod
    def running(self) -> list[str]:
        """Return the ids of what runs at the vendor."""

    def move_on(self, request: Any) -> None:
        """Let the candidate begin; the request may be given by its id at the vendor."""
        self._play(request, *self.beginning)

    def complete(self, request: Any) -> None:
        """Let the candidate, and whoever else has to, come to the end."""
        self._play(request, "complete")

    def remove(self, request: Any) -> None:
        """Take it away at the vendor, as one of the vendor's users."""
        self._play(request, "delete")

    def _play(self, request: Any, *acts: str) -> None:
        for act in acts:
            answer = self.house.driver.act(request if isinstance(request, str) else request.vendor_id, act)
            assert answer.status == 200, answer.text

    def fault(self, operation: str, kind: str, **more: Any) -> int:
        return self.door.fault(operation, kind, **more)

    def calls(self, operation: str) -> int:
        """Return how often the vendor was asked for this."""
        return len(self.door.control("GET", f"/{self.door.slug}/requests?operation={operation}&limit=500").json)

    def forget_faults(self) -> None:
        self.door.control("DELETE", f"/{self.door.slug}/faults")

    # ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @abstractmethod
    def about(self, vendor_id: str, **claims: Any) -> bytes:
        """Return the body of a webhook about a request."""

    def headers(self, installation: Installation) -> Mapping[str, str]:
        """Return what a webhook carries to be believed."""
        return {}

    def tell(self, body: bytes, *, installation: Installation | None = None, token: str = "") -> HttpResponse:
        """Deliver a webhook as the vendor would, to a connection's address or to one with another token."""
        to = installation or self.house.installation
        return self._post(f"/webhooks/{self.slug}/{token or to.webhook_token}/{self.event}", body, to)

    def hear(self, *, backwards: bool = False, times: int = 1) -> int:
        """Deliver what the vendor wanted to tell since the last time; return how many that were."""
        listed = self.door.control("GET", f"/{self.door.slug}/webhooks/deliveries?limit=500").json
        fresh = sorted((row for row in listed if row["id"] not in self.heard), key=lambda row: int(row["id"]))
        self.heard |= {row["id"] for row in fresh}
        for row in reversed(fresh) if backwards else fresh:
            for _ in range(times):
                answer = self._post(urlsplit(row["url"]).path, row["body"], self.house.installation)
                assert answer.status_code == 200
        return len(fresh)

    def _post(self, path: str, body: bytes | str, to: Installation) -> HttpResponse:
        response: HttpResponse = Client().post(
            path, body, content_type="application/json", headers=dict(self.headers(to))
        )
        return response


class SparkHireFaults(FaultDriver):
    """Video interviews: a key per sender, looked for by job."""

    slug = "video-interviewing"
    vendor = "Spark Hire"
    sandbox = SparkHireSandbox
    create, read, look_up = "create_interview", "get_interview", "list_interviews"
    check_key = "me"
    cancel_calls = ("get_interview", "delete_interview")
    create_topic, cancel_topic, refresh_topic = topics.CREATE, topics.CANCEL, topics.REFRESH
    beginning = ("accept",)
    moved_to = ("accepted", "Accepted")
    failed_title = "Request Failed"
    waits_for_key = (
        "Spark Hire needs Kim Ito's User API Key, and it does not work at the moment.",
        ["Request Waiting"],
    )
    cancel_needs_key = "Spark Hire needs Kim Ito's User API Key to cancel, and it does not work."
    odd_creates = ("unknown_status", "extra_fields", "missing_names", "missing_location")
    odd_reads = ("extra_fields", "missing_names", "missing_location")
    unknown_status = "under_moderation"
    early_delivery = "waiting"
    noted = (changes, "created")
    event = "InterviewCompleted/"
    odd_ids = (b'{"uuid": 7}', b'{"uuid": {"uuid": "x"}}')
    house: spark_hire_house.House

    @staticmethod
    def settings(url: str) -> Mapping[str, Any]:
        return {"SPARK_HIRE_BASE_URL": f"{url}/spark-hire/v1.0", "SPARK_HIRE_WEB_URL": f"{url}/spark-hire"}

    def build(self) -> None:
        self.house = spark_hire_house.build(SparkHireDoor(self.server, {}))

    def ask(self, *, application: Application | None = None) -> Any:
        return self.house.ask(application=application)

    def cancel(self, request: Any) -> None:
        self.house.cancel(request)

    def try_again(self, request: Any) -> int:
        return self.house.browser().post(self.house.address("try-again", request.pk)).status_code

    def body(self) -> str:
        return self.house.body()

    def running(self) -> list[str]:
        return [row["uuid"] for row in self.house.at_vendor()]

    def about(self, vendor_id: str, **claims: Any) -> bytes:
        return _json({"uuid": vendor_id, **claims})


class CrosschqFaults(FaultDriver):
    """Reference checks: one key for the company, looked for by the candidate's address."""

    slug = "reference-checks"
    vendor = "Crosschq"
    sandbox = CrosschqSandbox
    create, read, look_up = "create_request", "get_request", "list_requests"
    check_key = "config"
    cancel_calls = ("get_request_v2", "cancel_request")
    create_topic, cancel_topic, refresh_topic = (
        crosschq_promises.CREATE,
        crosschq_promises.CANCEL,
        crosschq_promises.REFRESH,
    )
    beginning = ("references", "self_reference")
    moved_to = ("progress", "Started")
    failed_title = "Failed"
    waits_for_key = ("", [])
    cancel_needs_key = "Crosschq no longer accepts the partner key, or there is none."
    odd_creates = ("extra_fields", "id_only")
    odd_reads = ("extra_fields", "progress_text")
    unknown_status = "awaiting_moderation"
    # It carries the candidate's address, so that a lost answer is looked for at once.
    early_delivery = "processed"
    noted = (changes, "created")
    odd_ids = (b'{"id": null}', b'{"id": true}', b'{"id": {"id": "x"}}', b'{"id": ["x"]}', b'{"progress": 100}')
    house: crosschq_house.House

    @staticmethod
    def settings(url: str) -> Mapping[str, Any]:
        return {"CROSSCHQ_BASE_URL": f"{url}/crosschq", "CROSSCHQ_WEB_URL": f"{url}/crosschq"}

    def build(self) -> None:
        driver = CrosschqDoor(self.server, {})
        self.house = crosschq_house.build(driver)
        driver.organisation(
            "webhook",
            url=installations.webhook_url(self.house.installation),
            method="POST",
            auth="token",
            token=self.house.told.webhook_secret,
        )

    def prepare_canceling(self) -> None:
        self.house.configure(api_version="v2")

    def ask(self, *, application: Application | None = None) -> Any:
        return self.house.send(application=application)

    def cancel(self, request: Any) -> None:
        requests.cancel(request=self.now(request), by=self.house.kim)

    def try_again(self, request: Any) -> int:
        address = pages.act(self.house, "try-again", request.pk)
        return signed_in(self.house.kim).post(address).status_code

    def body(self) -> str:
        return tab_body(self.house.application, self.house.kim, TAB)

    def running(self) -> list[str]:
        return [row["id"] for row in self.house.at_vendor() if row["status"].lower() not in ("canceled", "cancelled")]

    def about(self, vendor_id: str, **claims: Any) -> bytes:
        return _json({"id": vendor_id, "candidate": {"email": "ada@example.com"}, **claims})

    def headers(self, installation: Installation) -> Mapping[str, str]:
        return {"Authorization": f"Token {connection.of(installation).webhook_secret}"}


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()


FAULT_DRIVERS: dict[str, type[FaultDriver]] = {kind.slug: kind for kind in (SparkHireFaults, CrosschqFaults)}
