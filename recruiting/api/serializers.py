"""What goes in and out as JSON. Names are the product's words, instants are UTC, ids are UUIDs.

Outgoing serializers only read. Incoming ones check shapes (types, lengths, known names); rules belong to services.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from newsfeed.feed import RenderedEntry
from newsfeed.models import NewsfeedEntry
from recruiting.api import scopes
from recruiting.api.fields import Id, Text, YesNo
from recruiting.api.output import Made, Output
from recruiting.api.shapes import Answers, FieldValueSerializer, Input, Named, Query, Version
from recruiting.applications.models import Application, Attachment, Note, StageTransition
from recruiting.candidates.models import Candidate, full_name
from recruiting.foundation import documents
from recruiting.foundation.permissions import CompanyRole
from recruiting.jobs.models import Job, StageGroup


class StageSerializer(Named):
    """A step of a hiring process."""

    group = serializers.ChoiceField(choices=StageGroup.choices)


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


class MeSerializer(Output[Any]):
    """Who the token acts for, and with what."""

    membership_id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=CompanyRole.choices)
    name = serializers.CharField(help_text="Of the person, or of the service account.")
    user = PersonSerializer(allow_null=True, help_text="null for a service account.")
    company = CompanySerializer()
    token = TokenSerializer()


class FullName(Made, serializers.CharField):
    """The name of a person."""

    needs = ("first_name", "last_name", "email")

    def of_columns(self, context: Any, *values: Any) -> str:
        """Return it."""
        return full_name(*values)


@extend_schema_field(serializers.ListField(child=serializers.CharField()))
class Tags(Made):
    """The tags of a person by name; in lists from a context of `tags` by the person's key."""

    needs = ("id",)

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, help_text="By name.", **options)

    def of_columns(self, context: Any, *values: Any) -> list[str]:
        """Return those of a key."""
        return sorted(context["tags"].get(values[0], ()), key=str.lower)

    def to_representation(self, candidate: Candidate) -> list[str]:
        """Return those of a row."""
        return sorted((tag.name for tag in candidate.tags.all()), key=str.lower)


@extend_schema_field(serializers.ListField(child=serializers.CharField()))
class Links(Made):
    """The addresses of pages about a person."""

    needs = ("links",)

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, help_text="Addresses of pages about them.", **options)

    def of_columns(self, context: Any, *values: Any) -> list[str]:
        """Return those of a column."""
        return list(values[0].splitlines())

    def to_representation(self, candidate: Candidate) -> list[str]:
        """Return those of a row."""
        return candidate.link_list


@extend_schema_field(FieldValueSerializer(many=True))
class CandidateFields(Made):
    """The company's fields with what is said of a person, from a context of `values` by the person's key."""

    needs = ("id",)

    def of_columns(self, context: Any, *values: Any) -> Any:
        """Return those of a key."""
        return FieldValueSerializer(context["values"][values[0]], many=True).data


# ── Candidates ───────────────────────────────────────────────────────────────────────────────────────────────────────
class CandidateSerializer(Output[Candidate]):
    """A person."""

    id = serializers.UUIDField()
    name = FullName(help_text="The full name, or the email of someone without one.")
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    email = serializers.CharField(help_text='"" for someone without one.')
    phone = serializers.CharField()
    location = serializers.CharField()
    current_employer = serializers.CharField()
    current_title = serializers.CharField()
    pronouns = serializers.CharField()
    links = Links()
    source = Named(allow_null=True)  # type: ignore[assignment]
    tags = Tags()
    candidate_fields = CandidateFields()
    version = Version()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CandidatesQuery(Query):
    """Filters of the list of candidates."""

    search = Text(
        required=False,
        max_length=200,
        help_text="Words in name, email or phone; all must be there. One or two letters begin a word or a part of one, "
        "more stand anywhere in one.",
    )
    email = Text(required=False, max_length=254, help_text="Exactly this address, however capitalized.")


class CandidateDetails(Input):
    """Who somebody is."""

    first_name = Text(required=False, allow_blank=True, max_length=80)
    last_name = Text(required=False, allow_blank=True, max_length=80)
    email = Text(required=False, allow_blank=True, max_length=254)
    phone = Text(required=False, allow_blank=True, max_length=40)
    location = Text(required=False, allow_blank=True, max_length=120)
    current_employer = Text(required=False, allow_blank=True, max_length=120)
    current_title = Text(required=False, allow_blank=True, max_length=120)
    pronouns = Text(required=False, allow_blank=True, max_length=40)
    links = serializers.ListField(
        child=Text(max_length=500), required=False, max_length=10, help_text="Addresses of pages about them."
    )
    candidate_fields = Answers()


class NewPerson(CandidateDetails):
    """Somebody, and the job they come onto."""

    job = Id(help_text="The id of an open job.")
    source = Id(required=False, allow_null=True, default=None)  # type: ignore[assignment]


class NewCandidate(NewPerson):
    """A new person."""

    as_lead = YesNo(required=False, default=False, help_text="On the job without having applied.")


class NewProspect(NewPerson):
    """A person whom a program found, recognized by their email."""

    email = Text(max_length=254)
    tags = serializers.ListField(child=Text(max_length=40), required=False, default=list, max_length=20)


class NewTag(Input):
    """A tag to put on somebody."""

    name = Text(max_length=40)


class TagsQuery(Query):
    """Filters of the list of tags."""

    search = Text(required=False, max_length=200, help_text="A part of the name.")


# ── Applications ─────────────────────────────────────────────────────────────────────────────────────────────────────
class JobTitle(Output[Job]):
    """A job by id and title."""

    id = serializers.UUIDField()
    title = serializers.CharField()


class ApplicantSerializer(Named):
    """A person by id, name and email."""

    name = FullName()
    email = serializers.CharField()


class ApplicationSerializer(Output[Application]):
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


@extend_schema_field(ApplicationSerializer(many=True))
class Applications(Made):
    """Those of a person that the view found: `applications` of the context, as they are shown."""

    def of_columns(self, context: Any, *values: Any) -> Any:
        """Return them."""
        return context["applications"]


class CandidateWithApplications(CandidateSerializer):
    """A person with the applications that the token's owner may see, up to 50."""

    applications = Applications()


class ApplicationsQuery(Query):
    """Filters of the list of applications."""

    job = Id(required=False)
    candidate = Id(required=False)
    stage = Id(required=False)
    state = serializers.ChoiceField(choices=Application.State.choices, required=False)


class NewApplication(Input):
    """A person who is here already, and the job they come onto."""

    candidate = Id()
    job = Id(help_text="The id of an open job.")
    source = Id(required=False, allow_null=True, default=None)  # type: ignore[assignment]
    as_lead = YesNo(required=False, default=False, help_text="On the job without having applied.")


class Reason(Input):
    """Why."""

    reason = Text(max_length=200)


class Move(Input):
    """Where to, and where the mover believes the application to stand."""

    stage = Id(help_text="The id of a step of the job's process.")
    seen_stage = Id(
        help_text="The step in which you saw the application. If it stands elsewhere by now, nothing is done (409)."
    )


# ── Notes and newsfeed ───────────────────────────────────────────────────────────────────────────────────────────────
class ActorSerializer(Output[Any]):
    """Who did it: a member, or by name alone an integration or Throughline itself."""

    id = serializers.UUIDField(allow_null=True, help_text="The membership, null for anyone else.")
    name = serializers.CharField()


class TransitionSerializer(Output[StageTransition]):
    """A move of an application between steps."""

    id = serializers.UUIDField()
    from_stage = StageSerializer(allow_null=True, help_text="null for the first one.")
    to_stage = StageSerializer(allow_null=True, help_text="null for one that was removed since.")
    moved_by = Named(allow_null=True)
    moved_at = serializers.DateTimeField()
    undoes = serializers.UUIDField(source="undoes_id", allow_null=True, help_text="The move that this one took back.")


class NoteSerializer(Output[Note]):
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


class NoteBody(Input):
    """What a note says; addresses in it become links."""

    body = Text(max_length=Note.MAX_LENGTH)


class NewNote(NoteBody):
    """A note to write."""

    visibility = serializers.ChoiceField(choices=Note.Visibility.choices, default=Note.Visibility.EVERYONE)


class FileSerializer(Output[Attachment]):
    """A file. Needs `link` in its context: makes the address that opens a file."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(
        source="application_id", allow_null=True, help_text="null for one that is kept with the person."
    )
    candidate = serializers.UUIDField(source="candidate_id")
    name = serializers.CharField()
    content_type = serializers.CharField()
    kind = serializers.ChoiceField(choices=Attachment.Kind.choices, help_text="What it is for.")
    size = serializers.IntegerField(help_text="Bytes.")
    created_at = serializers.DateTimeField()
    download_url = serializers.SerializerMethodField()

    @extend_schema_field(
        {"type": "string", "format": "uri", "description": "Opens the file without a token, for five minutes."}
    )
    def get_download_url(self, file: Attachment) -> str:
        """Return the link."""
        link: str = self.context["link"](file)
        return link


class FileChanges(Input):
    """What of a file can change."""

    kind = serializers.ChoiceField(choices=Attachment.Kind.choices)


class NewFile(Input):
    """A file to add, as a form."""

    file = serializers.FileField(max_length=200, help_text=f"{documents.A_FILE}, of up to 10 MB.")
    kind = serializers.ChoiceField(
        choices=Attachment.Kind.choices, default=Attachment.Kind.OTHER, help_text="A résumé is no picture."
    )
    keep_with_person = serializers.BooleanField(
        required=False, default=False, help_text="For everybody who sees the person, on any job."
    )


class NewsfeedEntrySerializer(Output[RenderedEntry]):
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

    job = Id(required=False)
    candidate = Id(required=False)
    application = Id(required=False)
    verb = Text(required=False, max_length=80)
