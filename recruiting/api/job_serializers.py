"""Jobs, what the company keeps about them, and what Company Settings has for them, as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recruiting.api.fields import Id, Text
from recruiting.api.output import Output
from recruiting.api.serializers import StageSerializer
from recruiting.api.shapes import Answers, FieldValueSerializer, Input, Named, Query, Version
from recruiting.company_fields.models import Field
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import Department, HiringProcess, HiringTeamMember, Job, JobField, Location


class LocationSerializer(Output[Job]):
    """Where a job is; "" where nobody said."""

    city = serializers.CharField()
    region = serializers.CharField(help_text="State or province.")
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")


class PublicNumberField(serializers.IntegerField):
    """A number by which the outside knows something."""

    def __init__(self, **options: Any) -> None:
        words = "Ten digits, the same for ever; what careers pages and boards call it."
        super().__init__(min_value=1_000_000_000, max_value=9_999_999_999, help_text=words, **options)


class ListedLocationSerializer(serializers.ModelSerializer[Location]):
    """A location of the company's list; "" where nobody said."""

    number = PublicNumberField()

    class Meta:
        model = Location
        fields = ("id", "number", "name", "city", "region", "country")


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    """A department of the company's list."""

    number = PublicNumberField()
    parent = serializers.UUIDField(  # type: ignore[assignment]  # a field, not the serializer around it
        source="parent_id", allow_null=True, help_text="What it is a part of."
    )

    class Meta:
        model = Department
        fields = ("id", "number", "name", "parent")


class JobSerializer(Output[Job]):
    """A job. Needs `values` in its context: the fields of each job that the reader may see."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    department = serializers.CharField()
    location = LocationSerializer(source="*", help_text="The address of the first location.")
    locations = serializers.SerializerMethodField(help_text="All of them in order.")
    employment_type = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    state = serializers.ChoiceField(choices=Job.State.choices)
    process = Named()
    job_fields = serializers.SerializerMethodField()
    version = Version()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(ListedLocationSerializer(many=True))
    def get_locations(self, job: Job) -> Any:
        """Return the locations, which the caller has prefetched."""
        return ListedLocationSerializer([place.location for place in job.places.all()], many=True).data

    @extend_schema_field(FieldValueSerializer(many=True))
    def get_job_fields(self, job: Job) -> Any:
        """Return the company's fields, in order, with what the job says."""
        return FieldValueSerializer(self.context["values"][job.pk], many=True).data


class LocationDetails(Input):
    """Where a job is."""

    city = Text(required=False, allow_blank=True, max_length=100)
    region = Text(required=False, allow_blank=True, max_length=100, help_text="State or province.")
    country = Text(required=False, allow_blank=True, max_length=2, help_text="ISO 3166-1 alpha-2, such as US.")


class JobDetails(Input):
    """What a job says about itself."""

    title = Text(required=False, max_length=150)
    department = Text(required=False, allow_blank=True, max_length=100)
    location = LocationDetails(required=False, help_text="The address of the first location.")
    locations = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=20,
        help_text="All of them in order, of `GET /locations/`, instead of `location`. Missing: all but the first stay.",
    )
    employment_type = Text(required=False, allow_blank=True, max_length=40)
    description = Text(
        required=False, allow_blank=True, max_length=20_000, help_text="Markdown; raw HTML is shown as text."
    )
    job_fields = Answers()

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse two ways of saying where a job is."""
        if "location" in given and "locations" in given:
            raise serializers.ValidationError({"locations": ["Say either location or locations."]})
        return given


class NewJob(JobDetails):
    """A new job."""

    title = Text(max_length=150)
    process = Id(required=False, allow_null=True, default=None)
    state = serializers.ChoiceField(
        choices=[choice for choice in Job.State.choices if choice[0] != Job.State.CLOSED],
        required=False,
        default=Job.State.OPEN,
    )


class TeamMemberSerializer(Output[HiringTeamMember]):
    """A role of somebody on a job."""

    id = serializers.UUIDField()
    membership = Named()
    role = serializers.ChoiceField(choices=JobRole.choices)


class NewTeamMember(Input):
    """Who gets which role on a job."""

    membership = Id()
    role = serializers.ChoiceField(choices=JobRole.choices)


class JobsQuery(Query):
    """Filters of the list of jobs."""

    state = serializers.ChoiceField(choices=Job.State.choices, required=False)


class StagesSerializer(Output[Any]):
    """The steps of a job, all of them."""

    results = StageSerializer(many=True)


class CompanyFieldSerializer(Named):
    """A field that the company keeps about people."""

    kind = serializers.ChoiceField(choices=Field.Kind.choices)
    visibility = serializers.ChoiceField(choices=Field.Visibility.choices)
    is_required = serializers.BooleanField()


class JobFieldSerializer(CompanyFieldSerializer):
    """A field that the company keeps about its jobs."""

    category = serializers.ChoiceField(choices=JobField.Category.choices)


class OptionSerializer(Output[Any]):
    """A choice of a single select."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]


class OptionsQuery(Query):
    """Filters of the choices of a field."""

    search = Text(required=False, max_length=200, help_text="A part of the label.")


class MemberSerializer(Named):
    """A member of the company."""

    email = serializers.CharField(source="user.email")
    role = serializers.ChoiceField(choices=CompanyRole.choices)


class HiringProcessSerializer(Named):
    """A hiring process with its steps in order."""

    is_default = serializers.BooleanField()
    stages = serializers.SerializerMethodField()

    @extend_schema_field(StageSerializer(many=True))
    def get_stages(self, process: HiringProcess) -> Any:
        """Return the steps in order."""
        return StageSerializer(sorted(process.stages.all(), key=lambda stage: stage.order), many=True).data


class SourceSerializer(Named):
    """Where candidates come from."""

    type = Named()
    is_active = serializers.BooleanField()


class SourcesQuery(Query):
    """Filters of the list of sources."""

    type = Id(required=False)
    is_active = serializers.ChoiceField(choices=["true", "false"], required=False)

    def validate_is_active(self, value: str) -> bool:
        """Return what the word says."""
        return value == "true"
