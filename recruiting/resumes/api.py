"""What was read of files, over REST."""

from uuid import UUID

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recruiting.api.schema import operation
from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.applications.models import Attachment
from recruiting.foundation.errors import NotFound
from recruiting.resumes.models import DocumentText


class FileTextSerializer(serializers.Serializer[DocumentText]):
    """What was read of a file."""

    file = serializers.UUIDField(source="attachment_id")
    state = serializers.ChoiceField(
        choices=DocumentText.State.choices, help_text="`waiting` until it was read; `scan` is a PDF without text."
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
        """Read the text of a file that you may see; 404 for one that has none, such as a picture."""
        file = self.find(Attachment.objects.visible_to(self.membership).select_related("reading"), file_id)
        reading: DocumentText | None = getattr(file, "reading", None)
        if reading is None:
            raise NotFound("No text is read of such a file.")
        return Response(FileTextSerializer(reading).data)


app_name = "resumes-api"
urlpatterns = [path("files/<uuid:file_id>/text/", FileText.as_view(), name="file-text")]
