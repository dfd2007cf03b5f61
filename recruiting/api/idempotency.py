"""POST once, however often it is sent: `Idempotency-Key`.

A key belongs to whose calls are counted together (a token, or a connection's) and to the address. What is kept is the
status, the code of a refusal and the id of what was written, in the transaction of the fact itself; never the answer,
which is read anew, so that a secret that was shown once is not shown again. 2xx, 409 and 422 are kept, for 24 hours;
after any other answer the key is free again.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from copy import copy
from datetime import timedelta
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import resolve
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from recruiting.api.errors import in_words, problem
from recruiting.api.models import IdempotencyKey
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, InvalidInput, RecruitingError
from recruiting.foundation.models import delete_in_batches
from recruiting.foundation.tokens import digest

if TYPE_CHECKING:
    from recruiting.api.views import ApiView

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT = timedelta(hours=24)
LAPSES = timedelta(seconds=60)
"""After which a call that never ended no longer stands in the way."""


def guard(view: "ApiView") -> None:
    """Let what a view does for this POST happen once, if the caller gave it a key.

    Raises:
        InvalidInput: for a key that is none.
    """
    key = view.request.headers.get(HEADER)
    if view.request.method != "POST" or key is None:
        return
    if not (key.isascii() and key.isprintable() and " " not in key and 1 <= len(key) <= LONGEST):
        raise InvalidInput(fields={HEADER: f"Use 1 to {LONGEST} letters, digits and signs, without spaces."})
    handler: Any = getattr(view, "post", None)
    if handler is not None:
        view.post = partial(_once, view, handler, key)  # type: ignore[attr-defined]


def forget() -> int:
    """Delete the keys whose time is over; return how many. Run by the worker."""
    return delete_in_batches(IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT))


def forget_about(things: Collection[UUID]) -> int:
    """Delete, in the open transaction, what is kept about things, or for callers, that are erased; return how many.

    Whoever erases a person, a membership, a token or a connection calls this with the keys of all that goes with it.
    What is left are digests of calls that came to nothing, for the rest of their 24 hours.
    """
    named = [Q(row=pk) | Q(address__contains=str(pk)) | Q(caller__endswith=f":{pk}") for pk in things]
    return IdempotencyKey.objects.filter(reduce(or_, named)).delete()[0] if named else 0


def _once(view: "ApiView", handler: Any, key: str, *args: Any, **kwargs: Any) -> Response:
    claim = _claim(view, key)
    if claim.status is not None:
        return _again(view, claim)
    mine = IdempotencyKey.objects.filter(pk=claim.pk, updated_at=claim.updated_at, status=None)
    try:
        with transaction.atomic():
            response: Response = handler(*args, **kwargs)
            pk, address = view.wrote or (None, "")
            if not mine.update(status=response.status_code, row=pk, address=address):
                raise _running()  # another one took over, for this one was slow
        return response
    except (RecruitingError, ValidationError) as refusal:
        status = refusal.status if isinstance(refusal, RecruitingError) else 422
        if status in (409, 422):
            mine.update(status=status, code=refusal.code if isinstance(refusal, RecruitingError) else "invalid_input")
        else:
            mine.delete()
        raise
    except BaseException:
        mine.delete()
        raise


def _claim(view: "ApiView", key: str) -> IdempotencyKey:
    """Return the key's row: ours and without a status, or finished.

    Raises:
        InvalidInput: when it was sent with another body.
        Conflict: while another call with it runs.
    """
    now = clock.now()
    token, path = view.token, view.request.path
    named = {"caller": token.counted_as, "path_digest": digest(path), "key_digest": digest(key)}
    sent = hashlib.sha256(
        f"{key}\n{path}\n{_canonical(view.request.data)}".encode("utf-8", "surrogatepass")
    ).hexdigest()
    IdempotencyKey.objects.filter(**named, created_at__lt=now - KEPT).delete()
    found, is_new = IdempotencyKey.objects.get_or_create(
        **named, defaults={"company": view.company, "body_digest": sent, "updated_at": now}
    )
    if found.body_digest != sent:
        raise InvalidInput("This key was sent with another body before. Use a new one.", code="key_reused")
    if found.status is None and not is_new:
        # Whoever finds it lapsed first takes it over.
        lapsed = IdempotencyKey.objects.filter(pk=found.pk, status=None, updated_at=found.updated_at)
        if found.updated_at > now - LAPSES or not lapsed.update(updated_at=now):
            raise _running()
        found.updated_at = now
    return found


def _running() -> Conflict:
    return Conflict("A call with this key is under way. Send it again in a minute.", code="key_running")


def _again(view: "ApiView", kept: IdempotencyKey) -> Response:
    """Answer as before: what is there now, or the code of the refusal."""
    assert kept.status is not None
    again = {"Idempotency-Replayed": "true"}
    if kept.status >= 400:
        sentence = f"{in_words(kept.code)}. So it was when the key was sent first; use a new one to try again."
        return problem(kept.status, kept.code, sentence, headers=again)
    if kept.status == 201 and kept.address:
        again["Location"] = kept.address
    return Response(_read(view, kept), status=kept.status, headers=again)


def _read(view: "ApiView", kept: IdempotencyKey) -> Any:
    """Return what stands at the address of what was written, as the caller may read it; else its id and address."""
    if not kept.address:
        return {}
    asked: Any = copy(view.request._request)
    asked.method, asked.GET, asked.path, asked.path_info = "GET", QueryDict(), kept.address, kept.address
    match = resolve(kept.address)
    answer = match.func(asked, *match.args, **match.kwargs)
    data = answer.data if answer.status_code == 200 else {}
    rows = data.get("results", [data])
    blind = {"id": str(kept.row), "url": view.request.build_absolute_uri(kept.address)}
    return next((row for row in rows if row.get("id") == str(kept.row)), blind)


def _canonical(data: Any) -> str:
    """Return a body as text, the same however its members stand and whatever its form's boundary is."""
    if isinstance(data, QueryDict):
        data = {name: [_file(one) if isinstance(one, File) else one for one in data.getlist(name)] for name in data}
    return json.dumps(data if isinstance(data, Mapping) else [data], sort_keys=True, default=str)


def _file(file: "File[bytes]") -> list[str]:
    content = hashlib.sha256()
    for chunk in file.chunks():
        content.update(chunk)
    file.seek(0)
    return [str(file.name), content.hexdigest()]
