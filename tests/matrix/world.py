"""Two companies in which everything that an address can be about is there once on each of their jobs.

Acme has the own job and the other one, Globex a third. Everybody of Acme's hiring team is on the own job (and on its
draft) alone; one person stands on both of Acme's jobs, with a file of each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.db.models import Model, Q
from django_q.models import Schedule

from integrations import registry
from integrations.models import Installation
from recruiting.api import scopes
from recruiting.api import services as api
from recruiting.api.models import ApiToken
from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment, Note
from recruiting.candidates.models import Candidate
from recruiting.candidates.services import CandidateDetails
from recruiting.careers import sites as careers
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership, User
from recruiting.foundation import clock
from recruiting.foundation.permissions import Action, CompanyRole, JobRole, allows
from recruiting.jobs.models import Job, JobField, StageGroup
from recruiting.resumes import batches
from recruiting.resumes.models import ResumeBatchItem
from recruiting.webhooks import services as webhooks
from tests import factories
from tests.careers.factories import (
    BoardKeyFactory,
    DataRequestFactory,
    PostingFactory,
    QuestionFactory,
    QuestionSetFactory,
    SourceLinkFactory,
    SubmissionFactory,
)
from tests.connected_apps.factories import ASKING, ClientFactory, ConnectionFactory
from tests.matrix import addresses
from tests.matrix.vendor import Hook, rights

OWN, OTHER, FOREIGN = "own job", "other job", "other company"
PASSWORD = "correct-horse-battery"
PLACES = (OWN, OTHER, FOREIGN)
_COMPANY_WIDE = frozenset({
    "process", "spare process", "department", "location", "stage", "field", "select", "option", "source",
    "candidate field", "candidate select", "candidate option", "colleague",
    "invitation", "my token",
    "their token", "dead link", "my app", "their app", "own client", "own account",
    "webhook", "delivery", "over", "notice", "source link", "board key", "question set", "set question",
    "data request", "run",
})  # fmt: skip
FOUND_THERE = {"id": "a", "name": "A", "email": "a@example.com", "status": "", "created_at": ""}
"""What a vendor may have of a request in doubt."""


def company_wide() -> frozenset[str]:
    """Return the words of the table for what hangs on no job."""
    return _COMPANY_WIDE.union(*(vendor.company_wide for vendor in rights()))


# ── Who asks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Role:
    """Somebody who asks, and what they are."""

    name: str
    company_role: CompanyRole | None = None
    job_role: JobRole | None = None
    at: str = OWN
    """Where they have it."""

    @property
    def is_member(self) -> bool:
        """Whether they belong to a company."""
        return self.company_role is not None

    def sees(self, place: str) -> bool:
        """Return whether the job of a place, and all that hangs on it, is visible to them."""
        return self.may(Action.VIEW_JOB, place)

    def may(self, action: Action, place: str) -> bool:
        """Return what the permissions say of a place's job."""
        if self.company_role is None or (self.at == FOREIGN) != (place == FOREIGN):
            return False
        roles = {self.job_role} if self.job_role and place == self.at else set()
        return allows(action, company_role=self.company_role, job_roles=roles)

    def may_somewhere(self, action: Action) -> bool:
        """Return whether there is a job on which they may."""
        return any(self.may(action, place) for place in PLACES)

    def is_at(self, place: str) -> bool:
        """Return whether a place is of their company."""
        return self.is_member and (self.at == FOREIGN) == (place == FOREIGN)


SIGNED_OUT = Role("signed out")
STAFF = Role("platform staff, view only")
SUPPORT = Role("platform staff, changes accounts")
SUPERUSER = Role("superuser")
MEMBERS = (
    Role("Administrator", CompanyRole.ADMINISTRATOR),
    Role("Staffing", CompanyRole.STAFFING),
    Role("Standard without a job", CompanyRole.STANDARD),
    *(Role(str(role.label), CompanyRole.STANDARD, role) for role in JobRole),
)
STRANGER = Role("other company's Administrator", CompanyRole.ADMINISTRATOR, at=FOREIGN)
ROLES = (*MEMBERS, STRANGER, SIGNED_OUT, STAFF, SUPERUSER)


# ── What they ask about ──────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class Place:
    """A job with its people, and what its company has beside."""

    company: Company
    job: Job
    draft: Job
    clerk: Membership
    """Who made everything here."""
    rows: dict[str, Any] = field(default_factory=dict)
    """Objects by the table's words."""

    def keywords(self, word: str, role: Role) -> dict[str, Any]:
        """Return the parts of an address about an object, by their names in the address."""
        kept = self.rows.get(f"{word} of {role.name}") or self.rows[word]
        return dict(kept)


@dataclass
class World:
    """Everything, and everybody with what they sign in with."""

    places: Mapping[str, Place]
    people: Mapping[str, Membership]
    users: Mapping[str, User]
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    """Tokens by role and scope; "all" has every scope."""
    invitation: str = ""
    """The token of an open invitation."""
    shared: str = ""
    """The token of a link to a file, for the vendor of a request that is under way."""
    hook: Hook | None = None
    """One of Acme's webhooks."""


def build() -> World:
    """Build it all, in one transaction of the caller's."""
    addresses.every_address()  # scopes are there once the addresses are
    acme, globex = factories.CompanyFactory(name="Acme"), factories.CompanyFactory(name="Globex")
    people = {role.name: member_of(acme, role) for role in MEMBERS} | {STRANGER.name: member_of(globex, STRANGER)}
    clerk = named(acme, "Cleo", "Clerk", CompanyRole.ADMINISTRATOR)
    pat = named(globex, "Pat", "Hold", CompanyRole.ADMINISTRATOR)
    recruiter = named(acme, "Rae", "Rowe", CompanyRole.STANDARD)
    shared = factories.CandidateFactory(company=acme, first_name="Both", last_name="Jobs", email="both@example.com")
    ours, theirs = company_rows(acme, clerk), company_rows(globex, pat)
    places = {
        OWN: _place(acme, clerk, ours, "Buyer", shared),
        OTHER: _place(acme, clerk, ours, "Welder", shared),
        FOREIGN: _place(globex, pat, theirs, "Pilot", factories.CandidateFactory(company=globex)),
    }
    for role in MEMBERS:
        if role.job_role:
            for job in (places[OWN].job, places[OWN].draft):
                factories.HiringTeamMemberFactory(job=job, membership=people[role.name], role=role.job_role)
    factories.HiringTeamMemberFactory(job=places[OTHER].job, membership=recruiter, role=JobRole.RECRUITER)
    factories.HiringTeamMemberFactory(job=places[FOREIGN].job, membership=pat, role=JobRole.RECRUITER)
    ClientFactory(client_id=ASKING)
    world = World(places, people, _users(people))
    for role in (*MEMBERS, STRANGER):
        _belongings(world, role)
    ApiToken.objects.update(last_used_at=clock.now())  # used within the minute: no cell need note it
    _, link = companies.invite(company=acme, email="new@example.com", role=CompanyRole.STANDARD, by=clerk)
    world.invitation = link.rstrip("/").rpartition("/")[2]
    vendor = next(vendor for vendor in rights() if vendor.under_way)
    *_, subject_id = places[OWN].rows[vendor.under_way].values()
    file = Attachment.objects.get(pk=places[OWN].rows["file"]["file_id"])
    link = files.share(attachment=file, extension=vendor.slug, label="Vendor", subject_id=subject_id)
    world.shared = link.rstrip("/").rpartition("/")[2]
    factories.HeartbeatFactory()
    world.hook = next(filter(None, (vendor.hook(acme) for vendor in rights())))
    return world


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def member_of(company: Company, role: Role) -> Membership:
    """Return a new member with a role, named after it."""
    assert role.company_role is not None
    return named(company, role.name.title(), "Role", role.company_role)


def named(company: Company, first: str, last: str, role: CompanyRole) -> Membership:
    """Return a new member of this name."""
    made: Membership = factories.MembershipFactory(
        company=company, role=role, user__first_name=first[:80], user__last_name=last
    )
    return made


def _users(people: Mapping[str, Membership]) -> dict[str, User]:
    staff = factories.UserFactory(is_staff=True, first_name="View", last_name="Only")
    own = Q(content_type__app_label="sessions") | Q(content_type__app_label="contenttypes")
    staff.user_permissions.set(Permission.objects.filter(codename__startswith="view_").exclude(own))
    superuser = factories.UserFactory(is_staff=True, is_superuser=True, first_name="Super", last_name="User")
    users: dict[str, User] = {name: member.user for name, member in people.items()}
    support = factories.UserFactory(is_staff=True, first_name="Changes", last_name="Accounts")
    changes = Permission.objects.filter(codename__in=("change_user", "change_group"))
    support.user_permissions.set([*staff.user_permissions.all(), *changes])
    for user in (*users.values(), staff, support, superuser):
        user.set_password(PASSWORD)
        user.save()
    return {**users, STAFF.name: staff, SUPPORT.name: support, SUPERUSER.name: superuser}


def a_row_of(model: type[Model]) -> Model:
    """Return a row of a model, made where the world has none."""
    found = model._default_manager.first()
    if found is not None:
        return found
    made = {**_MADE, **{label: make for vendor in rights() for label, make in vendor.rows().items()}}
    return made[model._meta.label_lower]()


_MADE: Mapping[str, Callable[[], Model]] = {
    "base.heartbeat": factories.HeartbeatFactory,
    "django_q.schedule": lambda: Schedule.objects.create(func="nothing", name="nothing"),
    "auth.group": lambda: Group.objects.create(name="Support"),
    "mfa.authenticator": lambda: Authenticator.objects.create(
        user=User.objects.create_user("locked.out@example.com"), type=Authenticator.Type.TOTP, data={}
    ),
    "integrations.webhookdelivery": lambda: factories.WebhookDeliveryFactory(
        installation=Installation.objects.earliest("id")
    ),
}


def _belongings(world: World, role: Role) -> None:
    """Give a member their notes and tokens, and what they have of a vendor."""
    me = world.people[role.name]
    for name, place in world.places.items():
        if role.is_at(name):
            note = factories.NoteFactory(application=place.rows["an application"], author=me, body="Mine.")
            place.rows[f"my note of {role.name}"] = about(note.application, note_id=note.pk)
            token = factories.ApiTokenFactory(membership=me)
            place.rows[f"my token of {role.name}"] = {"token_id": token.pk}
            place.rows[f"my app of {role.name}"] = {"connection_id": ConnectionFactory(membership=me).pk}
    for vendor in rights():
        vendor.of_member(me)
    world.tokens[role.name, "all"] = api.create_token(membership=me, name="All", scopes=scopes.names(), days=30)[1]
    for scope in scopes.names():
        world.tokens[role.name, scope] = api.create_token(membership=me, name=scope, scopes=[scope], days=30)[1]


# ── What a company has ───────────────────────────────────────────────────────────────────────────────────────────────
def company_rows(company: Company, clerk: Membership) -> dict[str, Any]:
    """Return what a company has beside its jobs, by the table's words."""
    process = company.hiring_processes.get()
    select = factories.JobFieldFactory(company=company, name="Level", kind=JobField.Kind.SELECT, visibility="public")
    notice = factories.CandidateFieldFactory(
        company=company, name="Relocates", kind=JobField.Kind.SELECT, visibility="public"
    )
    step = factories.StageFactory(process=process, group=StageGroup.INTERVIEW, name="References")
    factories.StageAutomationFactory(stage=step, action=_an_action(), mode="ask")
    colleague = named(company, "Col", "League", CompanyRole.STANDARD)
    spare = factories.HiringProcessFactory(company=company)
    webhook = webhooks.create(url="https://receiver.example/", facts=["file.added"], by=clerk)
    for group in StageGroup.values:
        factories.StageFactory(process=spare, group=group)
    rows = {
        "clerk": clerk,
        "a colleague": colleague,
        "step": step,
        "process": {"process_id": process.pk},
        "spare process": {"process_id": spare.pk},
        "department": {"department_id": factories.DepartmentFactory(company=company).pk},
        "location": {"location_id": factories.LocationFactory(company=company).pk},
        "stage": {"stage_id": step.pk},
        "field": {"field_id": factories.JobFieldFactory(company=company, name="Shift").pk},
        "select": {"field_id": select.pk},
        "option": {"option_id": [factories.JobFieldOptionFactory(field=select) for _ in "12"][1].pk},
        "candidate field": {"field_id": factories.CandidateFieldFactory(company=company, name="Notice").pk},
        "candidate select": {"field_id": notice.pk},
        "candidate option": {"option_id": [factories.CandidateFieldOptionFactory(field=notice) for _ in "12"][1].pk},
        "source": {"source_id": factories.SourceFactory(company=company).pk},
        "colleague": {"membership_id": colleague.pk},
        "invitation": {"invitation_id": factories.InvitationFactory(company=company).pk},
        "dead link": {"link": "gone"},
        "webhook": {"webhook_id": webhook.pk},
        "delivery": {"webhook_id": webhook.pk, "delivery_id": webhook.deliveries.get().pk},
        "their token": {"token_id": (token := factories.ApiTokenFactory(membership=clerk)).pk},
        "my token": {"token_id": token.pk},
        "run": {"run_id": factories.RunFactory(member=clerk).pk},
        "their app": {"connection_id": (app := ConnectionFactory(membership=clerk)).pk},
        "my app": {"connection_id": app.pk},
        "own client": {
            "client_id": ClientFactory(company=company, client_type="confidential", client_secret="f" * 64).pk
        },
    }
    rows["own account"] = {"account_id": factories.ServiceAccountFactory(company=company).pk}
    over = factories.DeliveryFactory(subscription=webhook, state="skipped", error="Skipped.")
    rows["over"] = {"webhook_id": webhook.pk, "delivery_id": over.pk}
    rows |= _careers_rows(company, clerk)
    for vendor in rights():
        rows |= vendor.in_company(company, clerk, rows)
    return rows


def _careers_rows(company: Company, clerk: Membership) -> dict[str, Any]:
    """Make the careers page ready, with a logo, a link, a key and a set of questions."""
    site = careers.save(details=careers.SiteDetails(name=company.name, contact="Call us."), by=clerk)
    site.write(logo=b"\x89PNG")
    careers.change_handle(handle=company.name.lower(), by=clerk)
    notice = careers.save_notice(words="Only we read it.", by=clerk)
    link = SourceLinkFactory(source=company.sources.filter(is_active=True).first())
    asked = QuestionFactory(company=company, posting=None, question_set=QuestionSetFactory(company=company))
    return {
        "notice": {"notice_id": notice.pk},
        "source link": {"link_id": link.pk},
        "board key": {"key_id": BoardKeyFactory(company=company).pk},
        "question set": {"set_id": asked.question_set_id},
        "set question": {"set_id": asked.question_set_id, "set_question_id": asked.pk},
        "data request": {"request_id": DataRequestFactory(submission__company=company).pk},
    }


def _an_action() -> str:
    """Return the key of something that a step can start."""
    return next(action.key for vendor in registry.all_integrations() for action in vendor.stage_actions)


# ── What a job has ───────────────────────────────────────────────────────────────────────────────────────────────────
def _place(company: Company, clerk: Membership, beside: dict[str, Any], title: str, person: Candidate) -> Place:
    where = {"city": "Austin", "region": "TX", "country": "US"}
    job = factories.JobFactory(company=company, title=title, **where)
    draft = factories.JobFactory(company=company, title=f"{title} later", state=Job.State.DRAFT, **where)
    place = Place(company, job, draft, clerk, dict(beside))
    for vendor in rights():
        vendor.on_job(job, beside)

    def apply(**more: Any) -> Application:
        made: Application = factories.ApplicationFactory(job=job, **more)
        return made

    both = factories.ApplicationFactory(job=job, candidate=person)
    plain, moved, asked = apply(), apply(), apply(stage=beside["step"])
    tag = factories.TagFactory(company=company)
    factories.CandidateTagFactory(candidate=plain.candidate, tag=tag)
    before = moved.stage_id
    transition = applications.move(
        application=moved, to=factories.stage_of(job, StageGroup.OFFER), seen=before, by=clerk
    )
    assert transition is not None
    task = factories.StageTaskFactory(application=asked, transition=asked.transitions.get(), action=_an_action())
    note = factories.NoteFactory(application=plain, author=clerk, body="Theirs.", visibility=Note.Visibility.EVERYONE)
    file = attached(both, clerk)
    pdf = attached(plain, clerk, ending="pdf", content=b"%PDF-1.7 words")
    email = {"email": f"found.{job.pk.hex}@example.com"}
    cv = factories.AttachmentFactory(application=plain, kind="resume")
    factories.DocumentTextFactory(attachment=cv, fields=email)
    row = factories.ResumeBatchItemFactory(batch=factories.ResumeBatchFactory(job=job))
    known = factories.ResumeBatchItemFactory(batch=row.batch, candidate=plain.candidate)
    batches.add(
        item=factories.ResumeBatchItemFactory(batch=row.batch), by=clerk, details=CandidateDetails("Added", "Row")
    )
    added = ResumeBatchItem.objects.get(batch=row.batch, state="added")
    member = factories.HiringTeamMemberFactory(job=job, membership=clerk, role=JobRole.EXECUTIVE)
    posting = PostingFactory(job=job)
    sent = SubmissionFactory(posting=posting, state="taken", application=plain, has_other_name=True)
    place.rows |= {
        "an application": plain,
        "job": {"job_id": job.pk},
        "draft": {"job_id": draft.pk},
        "question": {
            "job_id": job.pk,
            "question_id": QuestionFactory(company=company, posting=posting).pk,
        },
        "sent": {"submission_id": sent.pk},
        "held": {"submission_id": SubmissionFactory(posting=posting, state="held", hold_reason="Odd.").pk},
        "discarded": {
            "submission_id": SubmissionFactory(
                posting=posting, state="discarded", hold_reason="Odd.", discarded_at=clock.now()
            ).pk
        },
        "team member": {"job_id": job.pk, "team_id": member.pk},
        "candidate": {"candidate_id": plain.candidate_id},
        "application": about(plain),
        "card": {"job_id": job.pk, "application_id": plain.pk},
        "lead": about(factories.lead(job=job)),
        "rejected": about(apply(state=Application.State.REJECTED)),
        "transition": {"transition_id": transition.pk},
        "task": {"task_id": task.pk},
        "tag": about(plain, tag_id=tag.pk),
        "their note": about(plain, note_id=note.pk),
        "my note": about(plain, note_id=note.pk),
        "file": about(both, file_id=file.pk),
        "pdf": about(plain, file_id=pdf.pk),
        "a row": row,
        "batch": {"job_id": job.pk, "batch_id": row.batch_id},
        "row": {"job_id": job.pk, "batch_id": row.batch_id, "item_id": row.pk},
        "known row": {"job_id": job.pk, "batch_id": row.batch_id, "item_id": known.pk},
        "added row": {"job_id": job.pk, "batch_id": row.batch_id, "item_id": added.pk},
        "unplaced file": {"file_id": factories.AttachmentFactory(candidate=plain.candidate, is_unplaced=True).pk},
        "both jobs": about(both),
    }
    for vendor in rights():
        place.rows |= vendor.about(job, beside, apply)
    any_vendor = next(vendor for vendor in rights() if vendor.under_way)
    *_, request_id = place.rows[any_vendor.under_way].values()
    place.rows["a request"] = {"request_id": request_id}
    return place


def attached(application: Application, by: Membership, *, ending: str = "txt", content: bytes = b"Words.\n") -> Any:
    """Return a new file of an application, named after its job."""
    name = f"{application.job.title} file.{ending}"
    return files.add_file(application=application, upload=ContentFile(content, name=name), name=name, by=by)


def about(application: Application, **more: Any) -> dict[str, Any]:
    """Return the parts of an address about an application."""
    return {"candidate_id": application.candidate_id, "application_id": application.pk, **more}
