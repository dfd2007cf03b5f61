"""What is sent along with a POST or PATCH of the table: always what would be accepted from somebody who may."""

from collections.abc import Callable
from typing import Any

from integrations import registry
from recruiting.jobs.models import HiringProcess, StageGroup
from tests import factories
from tests.matrix import vendor
from tests.matrix.asking import a_file
from tests.matrix.world import FOREIGN, OWN, PASSWORD, STRANGER, Place, Role, World

Body = dict[str, Any]


def form_of(key: str, *, world: World, role: Role, at: Place) -> Body:
    """Return the fields of a form.

    Args:
        key: the line of the table.
        at: where the object is that the line is about.
    """
    home = world.places[FOREIGN if role == STRANGER else OWN]
    made = (_FORMS | vendor.merged("forms")).get(key)
    return made(world, role, at, home) if made else {}


def json_of(key: str, method: str, *, role: Role, at: Place) -> Body:
    """Return the body of a call to the API."""
    made = (_JSON | vendor.merged("bodies")).get((key, method))
    return made(role, at) if made else {}


def _suggested() -> str:
    found = (one.name for extension in registry.all_integrations() for one in extension.suggestions.job_fields)
    return next(found)


def _source(place: Place) -> Any:
    return place.company.sources.filter(is_active=True).first().pk


def _offer(place: Place) -> Any:
    return factories.stage_of(place.job, StageGroup.OFFER).pk


def _first(place: Place) -> Any:
    return place.rows["an application"].stage_id


def _default_process(place: Place) -> Any:
    return HiringProcess.objects.for_company(place.company).get(is_default=True).pk


def _me(world: World, role: Role, home: Place) -> Any:
    return world.people[role.name].pk if role.name in world.people else home.clerk.pk


REASON = {"reason": "A reason."}
NOTE = {"body": "Something to say.", "visibility": "everyone"}
WEBHOOK = {"url": "https://receiver.example/new", "facts": ["application.moved"]}
QUESTION = {"label": "Why us?", "kind": "long"}
FIELD = {"name": "Cost center", "visibility": "internal", "kind": "text", "category": "job", "is_active": "on"}

_FORMS: dict[str, Callable[[World, Role, Place, Place], Body]] = {
    "applications:move": lambda w, r, at, home: {"stage": _offer(at), "seen_stage": _first(at)},
    "applications:reject": lambda w, r, at, home: dict(REASON),
    "applications:withdraw": lambda w, r, at, home: dict(REASON),
    "applications:file-kind": lambda w, r, at, home: {"kind": "offer"},
    "bulk:act#tag": lambda w, r, at, home: {
        "rows": "people", "chosen": home.rows["an application"].candidate_id, "tag": "many", "confirmed": "1",
    },
    "applications:candidate-add": lambda w, r, at, home: {
        "first_name": "New", "email": "new.person@example.com", "job": at.job.pk, "source": _source(home),
        "kind": "applied", "resume": a_file(),
    },
    "applications:candidate-add-to-job": lambda w, r, at, home: {
        "job": home.draft.pk, "source": _source(home), "kind": "applied",
    },
    "applications:candidate-edit": lambda w, r, at, home: {"first_name": "Changed", "email": "changed@example.com"},
    "applications:candidate-owner": lambda w, r, at, home: {"owner": ""},
    "applications:tag-add": lambda w, r, at, home: {"tag": "a new tag"},
    "applications:note-add": lambda w, r, at, home: dict(NOTE),
    "applications:note-add#full-access": lambda w, r, at, home: {**NOTE, "visibility": "full_access"},
    "applications:note-edit": lambda w, r, at, home: {"body": "Changed."},
    "applications:note-edit#theirs": lambda w, r, at, home: {"body": "Changed."},
    "applications:file-add": lambda w, r, at, home: {"file": a_file()},
    "applications:place-file": lambda w, r, at, home: {"to": "person"},
    "resumes:draft": lambda w, r, at, home: {"resume": a_file()},
    "resumes:drop": lambda w, r, at, home: {"resumes": a_file(), "source": _source(home), "kind": "applied"},
    "resumes:row-add": lambda w, r, at, home: {
        f"row{at.rows['a row'].position}-first_name": "New", f"row{at.rows['a row'].position}-email": "row@example.com",
    },
    "jobs:new": lambda w, r, at, home: {"title": "A new job", "process": _default_process(home), "state": "open"},
    "jobs:edit": lambda w, r, at, home: {"title": "Another title"},
    "jobs:team-add": lambda w, r, at, home: {"member": at.clerk.pk, "role": "executive"},
    "jobs:team-remove": lambda w, r, at, home: {"member": _me(w, r, at), "role": "executive"},
    "jobs:process-choose": lambda w, r, at, home: {"process": _default_process(at)},
    "companies:profile": lambda w, r, at, home: {"first_name": "Changed", "last_name": "Name", "time_zone": ""},
    "companies:display": lambda w, r, at, home: {"density": "compact"},
    "companies:change-email": lambda w, r, at, home: {"email": "mine.now@example.com", "password": PASSWORD},
    "companies:switch": lambda w, r, at, home: {"membership": _me(w, r, home)},
    "companies:switch#theirs": lambda w, r, at, home: {"membership": home.clerk.pk},
    "api:token-create": lambda w, r, at, home: {"name": "New", "scopes": ["jobs:read"], "days": "30"},
    "connected_apps:authorize": lambda w, r, at, home: {"answer": "allow"},
    # ── Company Settings ─────────────────────────────────────────────────────────────────────────────────────────────
    "jobs:process-create": lambda w, r, at, home: {"name": "A new process"},
    "jobs:process-duplicate": lambda w, r, at, home: {"name": "A copy"},
    "jobs:process-rename": lambda w, r, at, home: {"name": "Another name"},
    "jobs:choose-locations": lambda w, r, at, home: {"locations": [at.rows["location"]["location_id"]]},
    "jobs:department-create": lambda w, r, at, home: {"name": "A department"},
    "jobs:department-edit": lambda w, r, at, home: {"name": "Another department"},
    "jobs:location-create": lambda w, r, at, home: {"city": "Another city"},
    "jobs:location-edit": lambda w, r, at, home: {"city": "Another city"},
    "jobs:field-create": lambda w, r, at, home: dict(FIELD),
    "jobs:create-suggested-field": lambda w, r, at, home: {"name": _suggested()},
    "jobs:field-edit": lambda w, r, at, home: {"name": "Another name", "visibility": "internal"},
    "jobs:field-move": lambda w, r, at, home: {"direction": "up"},
    "jobs:field-options-add": lambda w, r, at, home: {"values": "One\nTwo"},
    "jobs:field-option-rename": lambda w, r, at, home: {"label": "Another value"},
    "candidates:field-create": lambda w, r, at, home: {**FIELD, "category": ""},
    "candidates:field-edit": lambda w, r, at, home: {"name": "Another name", "visibility": "internal"},
    "candidates:field-move": lambda w, r, at, home: {"direction": "up"},
    "candidates:field-options-add": lambda w, r, at, home: {"values": "One\nTwo"},
    "candidates:field-option-rename": lambda w, r, at, home: {"label": "Another value"},
    "candidates:source-create": lambda w, r, at, home: {"type": "A type", "name": "A source"},
    "candidates:source-rename": lambda w, r, at, home: {"name": "Another source"},
    "careers:site": lambda w, r, at, home: {"name": "Acme", "language": "en", "keep_months": "12"},
    "careers:logo": lambda w, r, at, home: {"remove": "yes"},
    "careers:handle": lambda w, r, at, home: {"handle": "another-word"},
    "careers:notice": lambda w, r, at, home: {"text": "Another notice."},
    "careers:link-create": lambda w, r, at, home: {"source": _source(home), "code": "another-code"},
    "careers:key-create": lambda w, r, at, home: {"name": "A program"},
    "careers:set-create": lambda w, r, at, home: {"name": "A set"},
    "careers:set-rename": lambda w, r, at, home: {"name": "Another set"},
    "careers:set-question-new": lambda w, r, at, home: dict(QUESTION),
    "careers:set-question-edit": lambda w, r, at, home: dict(QUESTION),
    "careers:question-new": lambda w, r, at, home: dict(QUESTION),
    "careers:question-edit": lambda w, r, at, home: dict(QUESTION),
    "careers:publication": lambda w, r, at, home: {"openings": "2"},
    "careers:publish": lambda w, r, at, home: {"publication": "none"},
    "careers:mails": lambda w, r, at, home: {"often": "daily"},
    "webhooks:create": lambda w, r, at, home: dict(WEBHOOK),
    "webhooks:edit": lambda w, r, at, home: dict(WEBHOOK),
    "companies:general": lambda w, r, at, home: {"name": "Another name", "time_zone": home.company.time_zone},
    "companies:invite": lambda w, r, at, home: {"email": "invited@example.com", "role": "standard"},
    "connected_apps:index": lambda w, r, at, home: {"who": "administrators"},
    "connected_apps:client-new": lambda w, r, at, home: {
        "name": "A new app", "redirect_uris": "https://app.example/", "kind": "public",
    },
    "connected_apps:client-edit": lambda w, r, at, home: {
        "name": "Another name", "redirect_uris": "https://app.example/",
    },
    "connected_apps:account-new": lambda w, r, at, home: {"name": "Robot", "role": "standard"},
    "connected_apps:account-edit": lambda w, r, at, home: {"name": "Another robot", "role": "staffing"},
    "connected_apps:account-connect": lambda w, r, at, home: {
        "client": home.rows["own client"]["client_id"], "scopes": ["jobs:read"],
    },
    "companies:change-role": lambda w, r, at, home: {"role": "staffing"},
}  # fmt: skip

_JSON: dict[tuple[str, str], Callable[[Role, Place], Body]] = {
    ("api:candidates", "POST"): lambda r, at: {
        "first_name": "New", "email": "new.person@example.com", "job": at.job.pk,
    },
    ("api:file", "PATCH"): lambda r, at: {"kind": "offer"},
    ("webhooks-api:webhooks", "POST"): lambda r, at: dict(WEBHOOK),
    ("webhooks-api:webhook", "PATCH"): lambda r, at: dict(WEBHOOK),
    ("api:candidate", "PATCH"): lambda r, at: {"first_name": "Changed"},
    ("api:applications", "POST"): lambda r, at: {
        "candidate": at.rows["candidate"]["candidate_id"], "job": at.draft.pk,
    },
    ("api:application-move", "POST"): lambda r, at: {"stage": _offer(at), "seen_stage": _first(at)},
    ("api:jobs", "POST"): lambda r, at: {"title": "A new job"},
    ("api:job", "PATCH"): lambda r, at: {"title": "Another title"},
    ("api:job-team", "POST"): lambda r, at: {"membership": at.clerk.pk, "role": "hiring_manager"},
    ("api:candidate-tags", "POST"): lambda r, at: {"name": "fast"},
    ("careers-api:posting", "PATCH"): lambda r, at: {"openings": 2},
    ("api:prospects", "POST"): lambda r, at: {"email": "new.person@example.com", "job": at.job.pk, "tags": ["found"]},
    ("api:application-reject", "POST"): lambda r, at: dict(REASON),
    ("api:application-withdraw", "POST"): lambda r, at: dict(REASON),
    ("api:application-files", "POST"): lambda r, at: {"file": a_file()},
    ("api:application-note", "PATCH"): lambda r, at: {"body": "Changed."},
    ("api:application-note#theirs", "PATCH"): lambda r, at: {"body": "Changed."},
    ("api:application-notes", "POST"): lambda r, at: dict(NOTE),
}  # fmt: skip
