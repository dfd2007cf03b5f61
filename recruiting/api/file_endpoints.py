"""Addresses of files: their list, adding one as a form, and links that open one for five minutes without a token."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recruiting.api import serializers
from recruiting.api.parsers import BoundedFormParser
from recruiting.api.schema import operation
from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.applications import files, selectors
from recruiting.applications.models import Application, Attachment
from recruiting.companies.models import Membership
from recruiting.foundation import text
from recruiting.foundation.downloads import hand_out
from recruiting.foundation.errors import NotFound

OPEN_FOR = timedelta(minutes=5)
_signer = signing.TimestampSigner(salt="recruiting.api.files")


class Files(ApiView):
    """The files about an application."""

    required_scopes = {"GET": Scope.FILES_READ, "POST": Scope.FILES_WRITE}
    parser_classes = [BoundedFormParser]

    @operation("files.list", lists=serializers.FileSerializer)
    def get(self, request: Request, application_id: UUID) -> Response:
        """List the files of an application's person that you may see, newest first, each with a link to open it."""
        application = self.find(Application.objects.visible_to(self.membership), application_id)
        rows = selectors.files_of(application, self.membership)
        return self.page(rows, serializers.FileSerializer, context=lambda page: {"link": partial(_link, self)})

    @operation("files.create", creates=serializers.FileSerializer, request={"multipart/form-data": serializers.NewFile})
    def post(self, request: Request, application_id: UUID) -> Response:
        """Add a document or a picture of up to 10 MB, sent as a form."""
        given = self.body(serializers.NewFile)
        application = self.find(Application.objects.visible_to(self.membership), application_id)
        upload = given["file"]
        added = files.add_file(
            application=application,
            upload=upload,
            name=text.sent_file_name(upload.name),
            by=self.membership,
            kind=given["kind"],
            is_personal=given["keep_with_person"],
        )
        address = reverse("api:file", args=[added.pk])
        return self.written(added.pk, address, lambda: _shown(self, added), status=201)


class OneFile(ApiView):
    """One file."""

    required_scopes = {"GET": Scope.FILES_READ, "PATCH": Scope.FILES_WRITE}

    @operation("files.read", reads=serializers.FileSerializer)
    def get(self, request: Request, file_id: UUID) -> Response:
        """Read what a file is, with a fresh link to open it."""
        return Response(_shown(self, self.find(Attachment.objects.visible_to(self.membership), file_id)))

    @operation("files.update", writes=serializers.FileSerializer, request=serializers.FileChanges)
    def patch(self, request: Request, file_id: UUID) -> Response:
        """Say what a file is for; only a document can be a résumé."""
        given = self.body(serializers.FileChanges)
        file = self.find(Attachment.objects.visible_to(self.membership), file_id)
        changed = files.set_kind(attachment=file, kind=given["kind"], by=self.membership)
        return self.written(changed.pk, reverse("api:file", args=[changed.pk]), lambda: _shown(self, changed))


@extend_schema(exclude=True)
class DownloadLink(APIView):
    """What a link opens, without a token: the file, while whoever asked for the link may see it."""

    authentication_classes = ()
    permission_classes = ()
    metadata_class = None

    def get(self, request: Request, token: str) -> FileResponse:
        """Hand the file out. Raises NotFound for a link that is too old or changed, alike."""
        try:
            signed = _signer.unsign(token, max_age=OPEN_FOR)
            file_id, member_id = UUID(signed[:32]), UUID(signed[32:])
        except (signing.BadSignature, ValueError):
            raise NotFound("This link is not known, or its five minutes are over. Ask for another one.") from None
        member = Membership.objects.acting().select_related("company").filter(pk=member_id).first()
        file = Attachment.objects.visible_to(member).filter(pk=file_id).first() if member else None
        if file is None:
            raise NotFound("This link is not known, or its five minutes are over. Ask for another one.")
        return hand_out(file.file, name=file.name, content_type=file.content_type)


def _shown(view: ApiView, file: Attachment) -> Any:
    return serializers.FileSerializer(file, context={"link": partial(_link, view)}).data


def _link(view: ApiView, file: Attachment) -> str:
    token = _signer.sign(f"{file.pk.hex}{view.membership.pk.hex}")
    return view.request.build_absolute_uri(reverse("api:download-link", args=[token]))
