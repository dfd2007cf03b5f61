"""What was read of files, over REST."""

from uuid import UUID

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recruiting.api.output import Output
from recruiting.api.schema import operation
from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.applications.models import Attachment
from recruiting.resumes.models import DocumentText

NONE = "none"
"""The state of a file that is nothing to read, such as a picture, or that no reader was given."""


class FileTextSerializer(Output[DocumentText]):
    """What was read of a file."""

    file = serializers.UUIDField(source="attachment_id")
    state = serializers.ChoiceField(
        choices=[*DocumentText.State.choices, (NONE, "Nothing to read")],
        help_text="`waiting` until it was read; `scan` is a PDF without text; `none` is a picture.",
    )
    text = serializers.CharField(help_text='"" unless the state is `read`.')
    is_cut = serializers.BooleanField(
        help_text="Whether there is more in the file: of 200 pages or characters 200,000."
    )
    pages = serializers.IntegerField(allow_null=True, min_value=0, help_text="Of a PDF.")
    links = serializers.ListField(child=serializers.CharField())
    reader_version = serializers.IntegerField(min_value=0)
    updated_at = serializers.DateTimeField()


class FileText(ApiView):
    """The text of one file."""

    required_scopes = {"GET": Scope.FILES_READ}

    @operation("files.read_text", reads=FileTextSerializer)
    def get(self, request: Request, file_id: UUID) -> Response:
        """Read the text of a file that you may see."""
        file = self.find(Attachment.objects.visible_to(self.membership).select_related("reading"), file_id)
        reading: DocumentText | None = getattr(file, "reading", None)
        if reading is None:
            reading = DocumentText(attachment=file, state=NONE, updated_at=file.created_at)
        return Response(FileTextSerializer(reading).data)


app_name = "resumes-api"
urlpatterns = [path("files/<uuid:file_id>/text/", FileText.as_view(), name="file-text")]
