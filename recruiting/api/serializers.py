"""What goes in and out as JSON. Names are the product's words, instants are UTC, ids are UUIDs.

Outgoing serializers only read. Incoming ones check shapes (types, lengths, known names); rules belong to services.
"""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from newsfeed.feed import RenderedEntry
from newsfeed.models import NewsfeedEntry
from recruiting.api import scopes
from recruiting.applications.models import Application, Note
from recruiting.candidates.models import Candidate
from recruiting.foundation.permissions import CompanyRole
from recruiting.jobs.field_values import FieldValue
from recruiting.jobs.models import HiringProcess, Job, JobField, StageGroup


# ── Bases ────────────────────────────────────────────────────────────────────────────────────────────────────────────
class Input(serializers.Serializer[Any]):
    """A body, or the query of a detail address. A name it does not know is refused, so that no typo is ignored."""

    beside: frozenset[str] = frozenset()
    """Names that somebody else reads."""

    def to_internal_value(self, data: Any) -> Any:
        """Return what was read. Raises ValidationError, with the unknown names beside the fields that are wrong."""
        unknown = {}
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only} | self.beside
            unknown = {str(name): ["There is no such field."] for name in data if name not in known}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **unknown}) from error
            raise
        if unknown:
            raise serializers.ValidationError(unknown)
        return value


class Query(Input):
    """The filters of a list. A name it does not know is refused: a filter with a typo would show everything."""

    beside = frozenset({"cursor", "page_size"})


class Named(serializers.Serializer[Any]):
    """Something by id and name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class Version(serializers.IntegerField):
    """How often the object was written; its `ETag` is `"v"` and this, and `If-Match` takes it."""

    def __init__(self, **options: Any) -> None:
        words = 'Raised by every change; `ETag: "v17"` says the same, and writes take it as `If-Match`.'
        super().__init__(min_value=1, help_text=words, **options)


class Written(serializers.Serializer[Any]):
    """What a write answers to a token that may not read what it wrote."""

    id = serializers.UUIDField()
    url = serializers.URLField(help_text="Where it can be read.")


def written(kind: type[serializers.Serializer[Any]]) -> PolymorphicProxySerializer:
    """Describe what a write answers (`ApiView.written`): the whole, or id and address without the scope to read it."""
    name = f"Written{kind.__name__.removesuffix('Serializer')}"
    return PolymorphicProxySerializer(component_name=name, serializers=[kind, Written], resource_type_field_name=None)


# ── Who I am ─────────────────────────────────────────────────────────────────────────────────────────────────────────
class CompanySerializer(Named):
    """A company; its time zone decides when its days begin."""

    time_zone = serializers.CharField()


class PersonSerializer(Named):
    """The person the token acts for."""

    email = serializers.EmailField()


class ScopeField(serializers.ChoiceField):
    """The name of a scope, out of those that are known when it is used: REST framework makes its fields anew then."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=scopes.names(), **options)


class TokenSerializer(Named):
    """The token in use."""

    scopes = serializers.ListField(child=ScopeField())
    expires_at = serializers.DateTimeField()


class MeSerializer(serializers.Serializer[Any]):
    """Who the token acts for, and with what."""

    membership_id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=CompanyRole.choices)
    user = PersonSerializer()
    company = CompanySerializer()
    token = TokenSerializer()


# ── Jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
class LocationSerializer(serializers.Serializer[Job]):
    """Where a job is; "" where nobody said."""

    city = serializers.CharField()
    region = serializers.CharField(help_text="State or province.")
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")


class FieldValueSerializer(serializers.Serializer[FieldValue]):
    """A field that the company keeps about its jobs, and what one job says in it."""

    id = serializers.UUIDField(source="field.id")
    name = serializers.CharField(source="field.name")
    kind = serializers.ChoiceField(source="field.kind", choices=JobField.Kind.choices)
    value = serializers.SerializerMethodField("in_json")

    @extend_schema_field(
        {
            "oneOf": [{"type": "string"}, {"type": "boolean"}],
            "nullable": True,
            "description": "A boolean for yes/no, else text: a choice by its label, a date as ISO 8601, a number as "
            "decimal digits. null where nobody said.",
        }
    )
    def in_json(self, one: FieldValue) -> str | bool | None:
        """Return the value as JSON has it."""
        return one.value if one.value is None or isinstance(one.value, bool) else one.words


class JobSerializer(serializers.Serializer[Job]):
    """A job. Needs `values` in its context: the fields of each job that the reader may see."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    department = serializers.CharField()
    location = LocationSerializer(source="*")
    employment_type = serializers.CharField()
    description = serializers.CharField()
    state = serializers.ChoiceField(choices=Job.State.choices)
    process = Named()
    job_fields = serializers.SerializerMethodField()
    version = Version()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(FieldValueSerializer(many=True))
    def get_job_fields(self, job: Job) -> Any:
        """Return the company's fields, in order, with what the job says."""
        return FieldValueSerializer(self.context["values"][job.pk], many=True).data


class JobsQuery(Query):
    """Filters of the list of jobs."""

    state = serializers.ChoiceField(choices=Job.State.choices, required=False)


class StageSerializer(Named):
    """A step of a hiring process."""

    group = serializers.ChoiceField(choices=StageGroup.choices)


class StagesSerializer(serializers.Serializer[Any]):
    """The steps of a job, all of them."""

    results = StageSerializer(many=True)


class HiringProcessSerializer(Named):
    """A hiring process with its steps in order."""

    is_default = serializers.BooleanField()
    stages = serializers.SerializerMethodField()

    @extend_schema_field(StageSerializer(many=True))
    def get_stages(self, process: HiringProcess) -> Any:
        """Return the steps in order."""
        return StageSerializer(sorted(process.stages.all(), key=lambda stage: stage.order), many=True).data


# ── Candidates ───────────────────────────────────────────────────────────────────────────────────────────────────────
class SourceSerializer(Named):
    """Where candidates come from."""

    type = Named()
    is_active = serializers.BooleanField()


class CandidateSerializer(serializers.Serializer[Candidate]):
    """A person."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="The full name, or the email of someone without one.")
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    email = serializers.CharField(help_text='"" for someone without one.')
    phone = serializers.CharField()
    source = Named(allow_null=True)  # type: ignore[assignment]
    tags = serializers.SerializerMethodField()
    version = Version()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_tags(self, candidate: Candidate) -> list[str]:
        """Return the tags by name."""
        return sorted((tag.name for tag in candidate.tags.all()), key=str.lower)


class CandidatesQuery(Query):
    """Filters of the list of candidates."""

    search = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Words in name, email or phone; all must be there. One or two letters begin a word or a part of one, "
        "more stand anywhere in one.",
    )
    email = serializers.CharField(
        required=False, max_length=254, help_text="Exactly this address, however capitalized."
    )


class CandidateDetails(Input):
    """Who somebody is."""

    first_name = serializers.CharField(required=False, allow_blank=True, max_length=80)
    last_name = serializers.CharField(required=False, allow_blank=True, max_length=80)
    email = serializers.CharField(required=False, allow_blank=True, max_length=254)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)


class NewCandidate(CandidateDetails):
    """A new person, and the job they come onto."""

    job = serializers.UUIDField(help_text="The id of an open job.")
    source = serializers.UUIDField(required=False, allow_null=True, default=None)  # type: ignore[assignment]
    as_lead = serializers.BooleanField(required=False, default=False, help_text="On the job without having applied.")


# ── Applications ─────────────────────────────────────────────────────────────────────────────────────────────────────
class JobTitle(serializers.Serializer[Job]):
    """A job by id and title."""

    id = serializers.UUIDField()
    title = serializers.CharField()


class ApplicantSerializer(Named):
    """A person by id, name and email."""

    email = serializers.CharField()


class ApplicationSerializer(serializers.Serializer[Application]):
    """A person on a job. A lead stands in no stage."""

    id = serializers.UUIDField()
    candidate = ApplicantSerializer()
    job = JobTitle()
    state = serializers.ChoiceField(choices=Application.State.choices)
    stage = StageSerializer(allow_null=True)
    stage_entered_at = serializers.DateTimeField(allow_null=True)
    source = Named(allow_null=True)  # type: ignore[assignment]
    closing_reason = serializers.CharField(help_text='Why it was rejected or withdrawn, else "".')
    version = Version()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CandidateWithApplications(CandidateSerializer):
    """A person with the applications that the token's owner may see, up to 50."""

    applications = serializers.SerializerMethodField()

    @extend_schema_field(ApplicationSerializer(many=True))
    def get_applications(self, candidate: Candidate) -> Any:
        """Return the applications that the view found."""
        return ApplicationSerializer(self.context["applications"], many=True).data


class ApplicationsQuery(Query):
    """Filters of the list of applications."""

    job = serializers.UUIDField(required=False)
    candidate = serializers.UUIDField(required=False)
    stage = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=Application.State.choices, required=False)


class NewApplication(Input):
    """A person who is here already, and the job they come onto."""

    candidate = serializers.UUIDField()
    job = serializers.UUIDField(help_text="The id of an open job.")
    source = serializers.UUIDField(required=False, allow_null=True, default=None)  # type: ignore[assignment]
    as_lead = serializers.BooleanField(required=False, default=False, help_text="On the job without having applied.")


class Move(Input):
    """Where to, and where the mover believes the application to stand."""

    stage = serializers.UUIDField(help_text="The id of a step of the job's process.")
    seen_stage = serializers.UUIDField(
        help_text="The step in which you saw the application. If it stands elsewhere by now, nothing is done (409)."
    )


# ── Notes and newsfeed ───────────────────────────────────────────────────────────────────────────────────────────────
class ActorSerializer(serializers.Serializer[Any]):
    """Who did it: a member, or by name alone an integration or Throughline itself."""

    id = serializers.UUIDField(allow_null=True, help_text="The membership, null for anyone else.")
    name = serializers.CharField()


class NoteSerializer(serializers.Serializer[Note]):
    """What somebody wrote about an application."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    author = serializers.SerializerMethodField()
    body = serializers.CharField()
    visibility = serializers.ChoiceField(choices=Note.Visibility.choices)
    version = Version()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(ActorSerializer)
    def get_author(self, note: Note) -> Any:
        """Return who wrote it."""
        name = note.author.name if note.author else note.author_label
        return ActorSerializer({"id": note.author_id, "name": name}).data


class NewNote(Input):
    """A note to write."""

    body = serializers.CharField(max_length=Note.MAX_LENGTH)
    visibility = serializers.ChoiceField(choices=Note.Visibility.choices, default=Note.Visibility.EVERYONE)


class NewsfeedEntrySerializer(serializers.Serializer[RenderedEntry]):
    """A fact: what happened, in a sentence and as data. `payload` holds ids and labels as they were."""

    id = serializers.UUIDField(source="entry.id")
    verb = serializers.CharField(source="entry.verb", help_text="What kind of fact, such as `applications.moved`.")
    title = serializers.CharField(help_text='The story\'s own name for it, or "".')
    sentence = serializers.CharField()
    occurred_at = serializers.DateTimeField(source="entry.occurred_at")
    actor = serializers.SerializerMethodField()
    job = serializers.UUIDField(source="entry.job_id", allow_null=True)
    candidate = serializers.UUIDField(source="entry.candidate_id", allow_null=True)
    application = serializers.UUIDField(source="entry.application_id", allow_null=True)
    subject = serializers.UUIDField(
        source="entry.subject_id", allow_null=True, help_text="The note, move or request it is about."
    )
    audience = serializers.ChoiceField(source="entry.audience", choices=NewsfeedEntry.Audience.choices)
    payload = serializers.DictField(source="entry.payload")

    @extend_schema_field(ActorSerializer)
    def get_actor(self, rendered: RenderedEntry) -> Any:
        """Return who did it."""
        entry = rendered.entry
        name = entry.actor_label or (str(entry.actor) if entry.actor_id else "Throughline")
        return ActorSerializer({"id": entry.actor_id, "name": name}).data


class NewsfeedQuery(Query):
    """Filters of the newsfeed."""

    job = serializers.UUIDField(required=False)
    candidate = serializers.UUIDField(required=False)
    application = serializers.UUIDField(required=False)
    verb = serializers.CharField(required=False, max_length=80)
