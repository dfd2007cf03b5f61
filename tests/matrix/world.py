"""Two companies in which everything that an address can be about is there once on each of their jobs.

Acme has the own job and the other one, Globex a third. Everybody of Acme's hiring team is on the own job (and on its
draft) alone; one person stands on both of Acme's jobs, with a file of each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.db.models import Model, Q
from django_q.models import Schedule

from integrations.crosschq import SLUG as REFERENCE_CHECKS
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.services import SendCheck
from integrations.models import Credential, Installation
from integrations.requests.lifecycle import State as CheckState
from integrations.spark_hire import SLUG as VIDEO_INTERVIEWING
from integrations.spark_hire.lifecycle import State
from integrations.spark_hire.models import InterviewRequest, JobLink, WebhookSubscription
from recruiting.api import services as api
from recruiting.api.models import ApiToken
from recruiting.api.scopes import Scope
from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment, Note
from recruiting.candidates.models import Candidate
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership, User
from recruiting.foundation import clock
from recruiting.foundation.permissions import Action, CompanyRole, JobRole, allows
from recruiting.jobs.models import Job, JobField, StageGroup
from tests import factories
from tests.crosschq import factories as checks

OWN, OTHER, FOREIGN = "own job", "other job", "other company"
PASSWORD = "correct-horse-battery"
PLACES = (OWN, OTHER, FOREIGN)
COMPANY_WIDE = frozenset({
    "process", "spare process", "stage", "field", "select", "option", "source", "colleague", "invitation", "key",
    "template", "my token", "their token", "dead link",
})  # fmt: skip
"""Words of the table for what hangs on no job."""


FOUND_THERE = {"id": "a", "name": "A", "email": "a@example.com", "status": "", "created_at": ""}
"""What a vendor may have of a request in doubt."""


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
    """The token of a link to a file, for the vendor of an interview that is under way."""
    webhook: str = ""
    """The token of Acme's webhook, and the secret that its vendor proves itself with."""
    secret: str = ""


def build() -> World:
    """Build it all, in one transaction of the caller's."""
    acme, globex = factories.CompanyFactory(name="Acme"), factories.CompanyFactory(name="Globex")
    people = {role.name: _member(acme, role) for role in MEMBERS} | {STRANGER.name: _member(globex, STRANGER)}
    clerk = _named(acme, "Cleo", "Clerk", CompanyRole.ADMINISTRATOR)
    pat = _named(globex, "Pat", "Hold", CompanyRole.ADMINISTRATOR)
    recruiter = _named(acme, "Rae", "Rowe", CompanyRole.STANDARD)
    shared = factories.CandidateFactory(company=acme, first_name="Both", last_name="Jobs", email="both@example.com")
    ours, theirs = _company(acme, clerk), _company(globex, pat)
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
    world = World(places, people, _users(people))
    for role in (*MEMBERS, STRANGER):
        _belongings(world, role)
    ApiToken.objects.update(last_used_at=clock.now())  # used within the minute: no cell need note it
    _, link = companies.invite(company=acme, email="new@example.com", role=CompanyRole.STANDARD, by=clerk)
    world.invitation = link.rstrip("/").rpartition("/")[2]
    asked, file = (places[OWN].rows[word] for word in ("interview", "file"))
    link = files.share(
        attachment=Attachment.objects.get(pk=file["file_id"]),
        extension=VIDEO_INTERVIEWING,
        label="Vendor",
        subject_id=asked["request_id"],
    )
    world.shared = link.rstrip("/").rpartition("/")[2]
    installation = Installation.objects.get(company=acme, integration=REFERENCE_CHECKS)
    factories.HeartbeatFactory()
    world.webhook, world.secret = installation.webhook_token, installation.crosschq.webhook_secret
    return world


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _member(company: Company, role: Role) -> Membership:
    assert role.company_role is not None
    return _named(company, role.name.title(), "Role", role.company_role)


def _named(company: Company, first: str, last: str, role: CompanyRole) -> Membership:
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
    return found if found is not None else _MADE[model._meta.label_lower]()


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
    "spark_hire.webhooksubscription": lambda: WebhookSubscription.objects.create(
        credential=(key := Credential.objects.earliest("id")), installation=key.installation, company=key.company,
        event="changed", vendor_id="1",
    ),
}  # fmt: skip


def _belongings(world: World, role: Role) -> None:
    """Give a member their notes, tokens and key."""
    me = world.people[role.name]
    for name, place in world.places.items():
        if role.is_at(name):
            note = factories.NoteFactory(application=place.rows["an application"], author=me, body="Mine.")
            place.rows[f"my note of {role.name}"] = _about(note.application, note_id=note.pk)
            token = factories.ApiTokenFactory(membership=me)
            place.rows[f"my token of {role.name}"] = {"token_id": token.pk}
    installation = Installation.objects.get(company=me.company, integration=VIDEO_INTERVIEWING)
    factories.CredentialFactory(installation=installation, membership=me, account_email=me.user.email)
    world.tokens[role.name, "all"] = api.create_token(membership=me, name="All", scopes=Scope.values, days=30)[1]
    for scope in Scope.values:
        world.tokens[role.name, scope] = api.create_token(membership=me, name=scope, scopes=[scope], days=30)[1]


# ── What a company has ───────────────────────────────────────────────────────────────────────────────────────────────
def _company(company: Company, clerk: Membership) -> dict[str, Any]:
    for slug in (VIDEO_INTERVIEWING, REFERENCE_CHECKS):
        factories.CompanyFeatureFactory(company=company, feature=slug)
    interviews = factories.InstallationFactory(company=company, integration=VIDEO_INTERVIEWING)
    key = factories.CredentialFactory(installation=interviews, membership=clerk, account_name=clerk.name)
    Installation.objects.filter(pk=interviews.pk).update(primary_credential=key)
    references = factories.InstallationFactory(company=company, integration=REFERENCE_CHECKS)
    whole = factories.CredentialFactory(installation=references, membership=None)
    Installation.objects.filter(pk=references.pk).update(primary_credential=whole)
    checks.ConnectionFactory(installation=references, api_version="v2")
    checks.SurveyFactory(installation=references, codename="survey-0", name="Survey")
    template = checks.TemplateFactory(company=company, installation=references, name="Engineering", tag="engineering")
    checks.AskedReferenceFactory(template=template)
    export = checks.ProspectExportFactory(company=company, installation=references)
    checks.ProspectRunFactory(export=export, state="done", finished_at=clock.now())
    process = company.hiring_processes.get()
    carried = factories.JobFieldFactory(company=company, name="Crosschq tag")
    select = factories.JobFieldFactory(company=company, name="Level", kind=JobField.Kind.SELECT)
    step = factories.StageFactory(process=process, group=StageGroup.INTERVIEW, name="References")
    factories.StageAutomationFactory(stage=step, action=SendCheck.key, mode="ask")
    colleague = _named(company, "Col", "League", CompanyRole.STANDARD)
    colleagues_key = factories.CredentialFactory(installation=interviews, membership=colleague)
    spare = factories.HiringProcessFactory(company=company)
    for group in StageGroup.values:
        factories.StageFactory(process=spare, group=group)
    return {
        "installations": (interviews, references),
        "template": {"template_id": template.pk},
        "a template": template,
        "carried": carried,
        "step": step,
        "process": {"process_id": process.pk},
        "spare process": {"process_id": spare.pk},
        "stage": {"stage_id": step.pk},
        "field": {"field_id": carried.pk},
        "select": {"field_id": select.pk},
        "option": {"option_id": [factories.JobFieldOptionFactory(field=select) for _ in "12"][1].pk},
        "source": {"source_id": factories.SourceFactory(company=company).pk},
        "colleague": {"membership_id": colleague.pk},
        "invitation": {"invitation_id": factories.InvitationFactory(company=company).pk},
        "key": {"credential_id": colleagues_key.pk},
        "dead link": {"link": "gone"},
        "without a key": _named(company, "Kay", "Less", CompanyRole.STANDARD),
        "their token": {"token_id": (token := factories.ApiTokenFactory(membership=clerk)).pk},
        "my token": {"token_id": token.pk},
    }


# ── What a job has ───────────────────────────────────────────────────────────────────────────────────────────────────
def _place(company: Company, clerk: Membership, beside: dict[str, Any], title: str, person: Candidate) -> Place:
    where = {"city": "Austin", "region": "TX", "country": "US"}
    job = factories.JobFactory(company=company, title=title, **where)
    draft = factories.JobFactory(company=company, title=f"{title} later", state=Job.State.DRAFT, **where)
    place = Place(company, job, draft, clerk, dict(beside))
    interviews, references = beside["installations"]
    JobLink.objects.create(
        company=company, installation=interviews, job=job, state=JobLink.State.LINKED, vendor_job_id="job",
        vendor_title=title, question_set_id="questions", question_set_name="Questions",
    )  # fmt: skip
    factories.JobFieldValueFactory(job=job, field=beside["carried"], option=None, text="engineering")

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
    task = factories.StageTaskFactory(application=asked, transition=asked.transitions.get(), action=SendCheck.key)
    note = factories.NoteFactory(application=plain, author=clerk, body="Theirs.", visibility=Note.Visibility.EVERYONE)
    file = attached(both, clerk)
    place.rows |= {
        "an application": plain,
        "job": {"job_id": job.pk},
        "draft": {"job_id": draft.pk},
        "candidate": {"candidate_id": plain.candidate_id},
        "application": _about(plain),
        "lead": _about(factories.lead(job=job)),
        "rejected": _about(apply(state=Application.State.REJECTED)),
        "transition": {"transition_id": transition.pk},
        "task": {"task_id": task.pk},
        "tag": _about(plain, tag_id=tag.pk),
        "their note": _about(plain, note_id=note.pk),
        "my note": _about(plain, note_id=note.pk),
        "file": _about(both, file_id=file.pk),
        "unplaced file": {"file_id": factories.AttachmentFactory(candidate=plain.candidate, is_unplaced=True).pk},
        "both jobs": _about(both),
    }
    for word, state in (("interview", State.SENT), ("failed interview", State.FAILED),
                        ("unsure interview", State.QUEUED), ("recording", State.COMPLETED)):  # fmt: skip
        asked_for = _interview(apply(), interviews, state, clerk, is_unsure=word.startswith("unsure"))
        place.rows[word] = _about(asked_for.application, request_id=asked_for.pk)
    for word, state in (("check", CheckState.SENT), ("failed check", CheckState.FAILED),
                        ("uncertain check", CheckState.UNCERTAIN), ("report", CheckState.COMPLETED)):  # fmt: skip
        sent = _check(apply(), references, state, clerk, beside["a template"])
        place.rows[word] = _about(sent.application, check_id=sent.pk)
    return place


def attached(application: Application, by: Membership) -> Any:
    """Return a new file of an application, named after its job."""
    name = f"{application.job.title} file.txt"
    return files.add_file(application=application, upload=ContentFile(b"Words.\n", name=name), name=name, by=by)


def _about(application: Application, **more: Any) -> dict[str, Any]:
    return {"candidate_id": application.candidate_id, "application_id": application.pk, **more}


def _interview(
    application: Application, installation: Installation, state: State, by: Membership, *, is_unsure: bool
) -> InterviewRequest:
    now, is_there = clock.now(), state in (State.SENT, State.COMPLETED)
    return InterviewRequest.objects.create(
        company=application.company,
        installation=installation,
        application=application,
        requested_by=by,
        state=state,
        vendor_id=f"interview-{application.pk}" if is_there else "",
        send_attempted_at=now if is_there or is_unsure else None,
        sent_at=now if is_there else None,
        matches=[{"id": "a", "name": "A", "email": "a@example.com", "status": "", "created_at": ""}]
        if is_unsure
        else [],
        expires_on=application.company.today() + timedelta(days=7),
        expires_at=now + timedelta(days=7),
        completed_at=now if state == State.COMPLETED else None,
        share_url="http://127.0.0.1:8001/spark-hire/share" if state == State.COMPLETED else "",
        time_zone=application.company.time_zone,
        vendor_job_id="job",
        question_set_id="questions",
        invited_name=application.candidate.name,
        invited_email=application.candidate.email,
        failure="Refused." if state == State.FAILED else "",
    )


def _check(
    application: Application, installation: Installation, state: CheckState, by: Membership, template: Template
) -> ReferenceCheck:
    now, is_there = clock.now(), state in (CheckState.SENT, CheckState.COMPLETED)
    made: ReferenceCheck = checks.ReferenceCheckFactory(
        application=application,
        installation=installation,
        template=template,
        requested_by=by,
        state=state,
        vendor_id=f"check-{application.pk}" if is_there else "",
        send_attempted_at=now if is_there or state == CheckState.UNCERTAIN else None,
        sent_at=now if is_there else None,
        matches=[FOUND_THERE] if state == CheckState.UNCERTAIN else [],
        progress=100 if state == CheckState.COMPLETED else 0,
        report_url="http://127.0.0.1:8001/crosschq/report" if state == CheckState.COMPLETED else "",
    )
    if state == CheckState.COMPLETED:
        checks.ReportFileFactory(reference_check=made, state="absent")
    return made
