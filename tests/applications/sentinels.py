"""Sentinels of the core: people, jobs, notes, files and companies; pages, tokens, the admin, webhooks and mails."""

from collections.abc import Iterator, Mapping
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.core import mail
from django.core.files.base import ContentFile

from newsfeed import facts
from recruiting.api import scopes
from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment, Note
from recruiting.candidates import services as candidates
from recruiting.companies.models import Invitation
from recruiting.foundation import clock
from recruiting.foundation.http import VendorResponse
from recruiting.foundation.tokens import digest
from recruiting.jobs.models import HiringProcess
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage
from recruiting.search import services as search
from recruiting.webhooks import tasks as webhooks
from recruiting.webhooks.models import Subscription
from tests import factories
from tests.connected_apps.factories import AccessTokenFactory, ConnectionFactory
from tests.matrix import addresses, reading, table
from tests.matrix.world import MEMBERS, ROLES, STAFF, STRANGER, Role, World, about
from tests.sentinels import Planted, Reading
from tests.signing_in import session_of

Words = Mapping[str, tuple[str, str]]
TABLE = """
first name, last name | VIEW_JOB | pages search candidates:read applications:read newsfeed:read
e-mail address | VIEW_JOB | pages search candidates:read applications:read
phone | VIEW_JOB | pages search candidates:read
page about them, where they live, employer, title at work, pronouns | VIEW_JOB | pages candidates:read
tag | COMPANY | pages candidates:read
tag | VIEW_JOB | newsfeed:read
internal candidate field | SEE_INTERNAL_FIELDS | pages candidates:read
open candidate field | VIEW_JOB | pages candidates:read
name of a file, name of a file kept with them | VIEW_JOB | pages files:read newsfeed:read
text of a file | VIEW_JOB | pages files:read
name of a file of no place | CREATE_JOB | pages files:read
note for everyone | VIEW_JOB | pages notes:read
note for full access | READ_FULL_ACCESS_NOTES | pages notes:read
note for its author | AUTHOR | pages notes:read
id of a note for full access | READ_FULL_ACCESS_NOTES | pages webhooks notes:read newsfeed:read
id of a note for its author | AUTHOR | pages webhooks notes:read newsfeed:read
id of an application | VIEW_JOB | pages webhooks applications:read newsfeed:read files:read submissions:read
id of an application | MANAGE_COMPANY | webhooks:read
why they were rejected | VIEW_JOB | pages applications:read newsfeed:read
their source | COMPANY | pages candidates:read settings:read
their source | VIEW_JOB | applications:read
name of a row of a batch | ADD_CANDIDATE | pages
internal job field | SEE_INTERNAL_FIELDS | pages jobs:read
title of a draft | VIEW_JOB | pages jobs:read
step | COMPANY | pages jobs:read applications:read settings:read
hiring process | VIEW_JOB | pages
hiring process | COMPANY | jobs:read settings:read
name of a colleague | VIEW_JOB | pages
name of a colleague | CREATE_JOB | settings:read
invited address | MANAGE_COMPANY | pages
address of a webhook | MANAGE_COMPANY | pages webhooks:read
secret of a webhook | NOBODY |
first name, last name, e-mail address, phone, tag, their source, why they were rejected | PLATFORM | admin
internal candidate field, open candidate field, internal job field, title of a draft | PLATFORM | admin
name of a file, name of a file kept with them, id of an application, step, hiring process | PLATFORM | admin
id of a note for full access, id of a note for its author, name of a colleague | PLATFORM | admin
invited address, name of a token, address of a webhook | PLATFORM | admin
"""


def plant(planted: Planted) -> None:
    """Put the words on the place's plain application, what hangs on an application on that of who is on both jobs."""
    place, word = planted.place, planted.word
    job, clerk, plain = place.job, place.clerk, place.rows["an application"]
    both, company = Application.objects.get(pk=place.rows["both jobs"]["application_id"]), {"company": place.company}
    person = plain.candidate
    if planted.is_first:
        every = [kind.name for kind in facts.all_kinds()]
        for role in (*MEMBERS, STRANGER):
            if role.is_at(planted.where):
                factories.SubscriptionFactory(membership=planted.world.people[role.name], facts=every)
    person.write(
        first_name=word("first name"),
        last_name=word("last name"),
        email=f"{word('e-mail address')}@example.com",
        phone=f"+{planted.number('phone')}",
        links=f"https://{word('page about them')}.example/",
        location=word("where they live"),
        current_employer=word("employer"),
        current_title=word("title at work"),
        pronouns=word("pronouns"),
    )
    search.write([person])
    candidates.add_tag(candidate=person, name=word("tag"), by=clerk)
    for visibility, name in (("internal", "internal"), ("public", "open")):
        field = factories.CandidateFieldFactory(**company, visibility=visibility)
        value = {"field": field, "option": None, "text": word(f"{name} candidate field")}
        factories.CandidateFieldValueFactory(candidate=person, **value)
    field = factories.JobFieldFactory(**company)
    factories.JobFieldValueFactory(job=job, field=field, option=None, text=word("internal job field"))
    text = ContentFile(f"{word('text of a file')}\n".encode(), name="cv.txt")
    name = f"{word('name of a file')}.txt"
    file = files.add_file(application=both, upload=text, name=name, by=clerk, kind=Attachment.Kind.RESUME)
    place.rows["file"] = about(both, file_id=file.pk)
    kept, name = ContentFile(b"Words.\n", name="cv.txt"), f"{word('name of a file kept with them')}.txt"
    files.add_file(application=plain, upload=kept, name=name, by=clerk, is_personal=True)
    unplaced = Attachment.objects.get(pk=place.rows["unplaced file"]["file_id"])
    unplaced.write(name=f"{word('name of a file of no place')}.txt")
    for visibility, name in (("everyone", "everyone"), ("full_access", "full access"), ("actor", "its author")):
        note = {"body": word(f"note for {name}"), "visibility": Note.Visibility(visibility)}
        written = applications.write_note(application=both, by=planted.author, **note)
        if visibility != "everyone":
            planted.known(f"id of a note for {name}", str(written.pk))
    planted.known("id of an application", str(both.pk))
    gone = factories.ApplicationFactory(job=job)
    applications.reject(application=gone, reason=word("why they were rejected"), by=clerk)
    place.rows["records"] = [about(each) for each in (plain, both, gone)]
    source = factories.SourceFactory(**company, name=word("their source"))
    for row in (both, both.candidate, plain, person):
        row.write(source=source)
    place.rows["a row"].write(name=f"{word('name of a row of a batch')}.txt")
    place.draft.write(title=word("title of a draft"))
    if planted.is_first:
        place.rows["step"].write(name=word("step"))
        HiringProcess.objects.get(**company, pk=place.rows["process"]["process_id"]).write(name=word("hiring process"))
        place.rows["a colleague"].user.last_name = word("name of a colleague")
        place.rows["a colleague"].user.save()
        invited = Invitation.objects.get(pk=place.rows["invitation"]["invitation_id"])
        invited.write(email=f"{word('invited address')}@example.com")
        factories.ApiTokenFactory(membership=clerk, name=word("name of a token"))
        webhook = Subscription.objects.get(pk=place.rows["webhook"]["webhook_id"])
        webhook.write(url=f"https://{word('address of a webhook')}.example/", secret=word("secret of a webhook"))


# ── Ways out ─────────────────────────────────────────────────────────────────────────────────────────────────────────
MORE: Mapping[str, tuple[str, ...]] = {
    "applications:home": ("?show=mine", "?show=notes", "?show=requests"),
    "applications:jobs": ("?status=any", "?status=draft"),
    "applications:candidates": ("?show=leads", "?show=unmoved"),
    "applications:candidate": ("?show=notes", "?show=stages", "?show=requests", "?show=files"),
    "applications:job-newsfeed": ("?show=notes", "?show=files"),
    "careers:inbox": ("?show=again", "?show=held", "?show=discarded", "?show=requests"),
}
"""What else a page shows."""


def asked(line: reading.Line, role: Role, world: World) -> Iterator[str]:
    """Yield the addresses of a line of the permission table, about each object there is."""
    parts = addresses.parts_of(line.key)
    for where in reading.places_of(line, role):
        at = world.places[where]
        known = [at.keywords(line.word, role)] if line.word else [{}]
        if "application_id" in parts and {*parts} <= {"candidate_id", "application_id"}:
            known += at.rows["records"]
        for keywords in known:
            address = addresses.address_of(line.key, {part: keywords[part] for part in parts})
            if line.door == reading.API_DOOR and not parts:
                address += "?page_size=200"
            yield from (address, *(f"{address}{more}" for more in MORE.get(line.key, ())))
        if not parts:
            break


def pages(world: World, asker: Any, words: Words) -> Iterator[Reading]:
    """Ask every role for every page."""
    there = [line for line in reading.lines() if line.door != reading.API_DOOR and line.rule("GET")]
    for role in ROLES:
        user = world.users.get(role.name)
        cookie = session_of(user, world.people.get(role.name)) if user else ""
        for address in dict.fromkeys(address for line in there for address in asked(line, role, world)):
            answer = asker.ask("GET", address, cookie=cookie)
            text = f"{answer.location} {answer.body.decode(errors='replace')}"
            yield Reading("pages", role.name, address, text, role=role)


def tokens(world: World, asker: Any, words: Words) -> Iterator[Reading]:
    """Ask the API with tokens of every scope, of one scope, and as an app that a member let in."""
    there = [line for line in reading.lines() if line.door == reading.API_DOOR and line.rule("GET")]
    callers = [(role, "all", role.name, world.tokens[role.name, "all"]) for role in (*MEMBERS, STRANGER)]
    for role in (role for role in MEMBERS if role.name in table.WITH_ONE_SCOPE):
        callers += [(role, scope, role.name, world.tokens[role.name, scope]) for scope in scopes.names()]
        every = " ".join(scopes.names())
        connection, secret = ConnectionFactory(membership=world.people[role.name], scope=every), f"tlo_{role.name}"
        AccessTokenFactory(connection=connection, scope=every, token_checksum=digest(secret))
        callers.append((role, "all", f"an app of {role.name}", secret))
    for role, way, reader, token in callers:
        for address in dict.fromkeys(address for line in there for address in asked(line, role, world)):
            answer = asker.ask("GET", address, token=token)
            yield Reading(way, reader, address, answer.body.decode(errors="replace"), role=role)


def admin(world: World, asker: Any, words: Words) -> Iterator[Reading]:
    """Have platform staff look at every list and every row of the Django admin."""
    cookie = session_of(world.users[STAFF.name], None)
    for label, _ in reading.admin_models():
        path = f"/admin/{label.replace('.', '/')}/"
        rows = apps.get_model(label)._default_manager.values_list("pk", flat=True)
        for address in (path, *(f"{path}{row}/change/" for row in rows)):
            answer = asker.ask("GET", address, cookie=cookie)
            yield Reading("admin", STAFF.name, address, answer.body.decode(), who="PLATFORM")


def told(world: World, asker: Any, words: Words) -> Iterator[Reading]:
    """Let the worker do what waits; read what every member's webhook is sent, and what members are mailed."""
    sent: list[tuple[Any, str, bytes]] = []

    def post(delivery: Any) -> VendorResponse:
        sent.append((delivery.subscription.membership_id, delivery.fact, webhooks.body_of(delivery)))
        return VendorResponse(204, {}, b"")

    with patch.object(webhooks, "_post", post):
        for _ in range(4):  # what waits makes more that waits
            OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING).update(available_at=clock.machine_now())
            worker.drain()
    roles = {world.people[role.name].pk: role for role in (*MEMBERS, STRANGER)}
    for member, fact, body in sent:
        if role := roles.get(member):
            yield Reading("webhooks", role.name, fact, body.decode(), role=role)
    mailed = {world.users[role.name].email: role for role in (*MEMBERS, STRANGER)}
    for message in mail.outbox:
        if role := mailed.get(message.to[0]):
            text = f"{message.subject} {message.body}"
            yield Reading("mail", role.name, message.subject, text, role=role)


READERS = (told, pages, tokens, admin)
