"""A vendor's part of the permission table and of its world: `rights.py` of its tests derives from `VendorRights`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.db.models import Model

from integrations.models import Installation
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.jobs.models import Job
from tests import vendors


@dataclass(frozen=True)
class Hook:
    """A connection's webhook, the headers by which a delivery is believed, and what one could say."""

    installation: Installation
    headers: Mapping[str, str]
    body: Mapping[str, Any]


class VendorRights:
    """One vendor."""

    slug: ClassVar[str]
    """The integration's."""
    under_way: ClassVar[str] = ""
    """The word of a request that runs at the vendor, which may be given links to files."""

    # ── The table (tests/matrix/table.py says how its lines are read) ────────────────────────────────────────────────
    members: ClassVar[str] = ""
    settings: ClassVar[str] = ""
    api: ClassVar[str] = ""
    admin: ClassVar[str] = ""
    words: ClassVar[Mapping[str, str]] = {}
    """The parameter that is named after `#` in the lines of an address."""
    company_wide: ClassVar[Sequence[str]] = ()
    """Words of the table for what hangs on no job."""
    shared: ClassVar[Sequence[str]] = ()
    """Words of objects whose last part is right under another application, too."""
    forms: ClassVar[Mapping[str, Callable[..., dict[str, Any]]]] = {}
    """What is sent by POST, by line: a function as in tests/matrix/bodies.py."""
    bodies: ClassVar[Mapping[tuple[str, str], Callable[..., dict[str, Any]]]] = {}
    """What is sent to the API, by line and method."""
    texts: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Texts that a form takes beside those in `forms`."""
    read_and_kept: ClassVar[Sequence[str]] = ()
    """Addresses where a look is kept."""

    # ── The world ────────────────────────────────────────────────────────────────────────────────────────────────────
    def in_company(self, company: Company, clerk: Membership, rows: Mapping[str, Any]) -> dict[str, Any]:
        """Connect a company; return objects by the table's words, and whatever the functions below need."""
        return {}

    def on_job(self, job: Job, rows: Mapping[str, Any]) -> None:
        """Make requests on a job possible; `rows` are the company's."""

    def about(self, job: Job, rows: Mapping[str, Any], apply: Callable[..., Application]) -> dict[str, Any]:
        """Return requests by the table's words, each on an application that `apply` makes."""
        return {}

    def of_member(self, member: Membership) -> None:
        """Give a member what is theirs."""

    def life(self, number: int, application: Application, rows: Mapping[str, Any], clerk: Membership) -> None:
        """Let something happen to the n-th person's application (tests/matrix/populated.py)."""

    def hook(self, company: Company) -> Hook | None:
        """Return the connection's webhook, where it is believed by its headers alone."""
        return None

    def rows(self) -> Mapping[str, Callable[[], Model]]:
        """Return what makes a row of a model of the admin that the world has none of."""
        return {}

    def answers(self) -> Mapping[type, Mapping[str, Any]]:
        """Return what the methods of a client answer in the vendor's stead."""
        return {}

    def visited(self) -> Iterable[str]:
        """Return addresses of pages and of the API that people see differently (tests/proofs/visibility.py)."""
        return ()


@cache
def rights() -> Sequence[VendorRights]:
    """Return every vendor's part."""
    return [kind() for kind in vendors.classes("rights", VendorRights)]


def merged(what: str) -> dict[Any, Any]:
    """Return what the vendors say by line: `words`, `forms`, `bodies` or `texts`."""
    return {key: said for vendor in rights() for key, said in getattr(vendor, what).items()}
