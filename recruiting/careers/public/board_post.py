"""Applications that a program sends to the job board: POST /v1/boards/<handle>/jobs/<number>.

The names of the fields are those of the Greenhouse Job Board API as its public documentation has them
(contracts of job boards, section 1); no real client of theirs was run against this. HTTP Basic with a board key as the
user's name; answers are JSON with `status` in a refusal.
"""

import base64
import binascii
import io
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile, File
from django.http import HttpRequest, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation

from recruiting.careers import applying, questions, sites
from recruiting.careers.applying import COVER_LETTER, RESUME, FormToken, NewUpload, Sent
from recruiting.careers.models import BoardKey, Posting, Question, Submission
from recruiting.careers.public import limits
from recruiting.companies.models import Company
from recruiting.foundation import clock, text
from recruiting.foundation.errors import Conflict, InvalidInput

MOST_BYTES = 40 * 1024 * 1024
NAMES = ("first_name", "last_name", "email", "phone")
FILES = {"resume": RESUME, "cover_letter": COVER_LETTER}


class _Refused(Exception):
    """What the body says cannot be read; `str()` says why."""

    status = 422


class _TooLarge(_Refused):
    status = 413


def receive(request: HttpRequest, handle: str, number: int) -> JsonResponse:
    """Take an application for a published job: 200, or 401, 404, 413, 422, 429 with a sentence."""
    company_id = sites.company_of(handle)
    company = Company.objects.filter(pk=company_id).first() if company_id else None
    key = _key(request, company)
    if company is None or key is None:
        answer = _refusal(401, "A board key is needed: HTTP Basic with the key as the user's name.")
        answer["WWW-Authenticate"] = 'Basic realm="board"'
        return answer
    if not limits.POSTS.allows(f"board:{key.pk}"):
        return _refusal(429, "Too many applications came with this key. Wait a minute.")
    postings = Posting.objects.taking(now=clock.now()).select_related("job__company")
    posting = postings.filter(company_id=company.pk, number=number).first()
    if posting is None:
        return _refusal(404, "There is no such job, or it takes no applications.")
    posting.company = posting.job.company
    BoardKey.objects.filter(pk=key.pk).update(last_used_at=clock.now())
    try:
        with translation.override("en"):
            _receive(request, posting)
    except _Refused as error:
        return _refusal(error.status, str(error))
    except InvalidInput as error:
        return _refusal(422, " ".join(f"{name}: {sentence}" for name, sentence in error.fields.items()))
    except Conflict as error:
        return _refusal(422, error.message)
    return JsonResponse({"success": "Candidate saved successfully"})


def _receive(request: HttpRequest, posting: Posting) -> None:
    values, files = _read(request)
    asked = questions.of_posting(posting)
    token = FormToken(secrets.token_urlsafe(16), posting.number, clock.now())
    uploads = []
    names: dict[str, int] = {
        **FILES,
        **{questions.input_name(each): each.number for each in asked if each.kind == Question.Kind.FILE},
    }
    for name, number in names.items():
        upload = files.get(name) or _written(name, values)
        if upload is not None:
            uploads.append(NewUpload(upload, number))
    errors = applying.keep_files(posting=posting, token=token, uploads=uploads, asked=asked)
    if errors:
        called = {number: name for name, number in names.items()}
        raise InvalidInput(fields={called[number]: sentence for number, sentence in errors.items()})
    first_name, last_name, email, phone = ("".join(values.get(name, [])[:1]) for name in NAMES)
    sent = Sent(
        first_name=first_name,
        last_name=last_name,
        email=email,
        phone=phone,
        answers=values,
        source_code="".join(values.get("source", [])[:1]),
    )
    applying.receive(
        posting=posting,
        token=token,
        sent=sent,
        site=sites.of_company(posting.company),
        asked=asked,
        channel=Submission.Channel.BOARD,
    )


def _read(request: HttpRequest) -> tuple[Mapping[str, Sequence[str]], Mapping[str, "File[bytes]"]]:
    """Return texts and files of a body, JSON or multipart, by name. Raises _Refused."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise _TooLarge(f"The body is over {MOST_BYTES // 2**20} MB.")
    if request.content_type == "application/json":
        return _flat(_json(request)), {}
    try:
        values = {name: [str(each) for each in request.POST.getlist(name)] for name in request.POST}
        files = {name: upload for name, upload in request.FILES.items() if isinstance(upload, File) and upload.name}
    except MultiPartParserError as error:
        raise _Refused("The form cannot be read.") from error
    return values, files


def _json(request: HttpRequest) -> Any:
    try:
        # Not `request.body`, which takes no more than forms without files may have.
        return text.vendor_data(json.loads(request.read(MOST_BYTES)))
    except (ValueError, RecursionError) as error:
        raise _Refused("The body is not JSON.") from error


def _flat(given: Any) -> dict[str, list[str]]:
    if not isinstance(given, dict):
        raise _Refused("The body is not a JSON object.")
    found = {}
    for name, value in given.items():
        several = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str | int | float | bool) for each in several if each is not None):
            raise _Refused(f"{name} is no text, number or list of them.")
        found[str(name)] = [_plain(each) for each in several if each is not None]
    return found


def _plain(value: str | int | float | bool) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _written(name: str, values: Mapping[str, Sequence[str]]) -> "File[bytes] | None":
    """Return a file that came as text (`resume_text`) or in Base64 (`resume_content`, `resume_content_filename`)."""
    words = "".join(values.get(f"{name}_text", [])[:1])
    if text.one_line(words):
        return ContentFile(words.encode(), name=f"{name}.txt")
    content = "".join(values.get(f"{name}_content", [])[:1])
    if not content:
        return None
    file_name = "".join(values.get(f"{name}_content_filename", [])[:1])
    try:
        decoded = base64.b64decode(re.sub(r"\s+", "", content), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(fields={f"{name}_content": "This is not Base64."}) from error
    if not file_name:
        raise InvalidInput(fields={f"{name}_content_filename": "Say what the file is called."})
    return File(io.BytesIO(decoded), name=file_name)


def _key(request: HttpRequest, company: Company | None) -> BoardKey | None:
    """Return the living key that a request was sent with, as the user's name of HTTP Basic."""
    scheme, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _colon, password = base64.b64decode(text.one_line(encoded), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return sites.board_key(company, user or password) if company else None


def _refusal(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"status": status, "error": sentence}, status=status)
