"""The base of every view of the API, the core's and the integrations' alike.

The core's own views are in `endpoints`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

from django.db import models, transaction
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.http import http_date
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView

from newsfeed import through
from recruiting.api import idempotency
from recruiting.api.authentication import Token
from recruiting.api.errors import Changed, IfMatchUnknown, MissingScope, WithFacts, etag, without_data
from recruiting.api.output import Output, of_columns
from recruiting.api.pagination import KeysetPagination, Rows
from recruiting.api.parsers import BoundedJSONParser
from recruiting.api.scopes import AnyScope, Scope
from recruiting.api.shapes import Input, Reading
from recruiting.api.throttling import TokenThrottle
from recruiting.applications import selectors
from recruiting.companies.models import Company, Membership
from recruiting.foundation.compiled import Shape, compiled
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound, RecruitingError
from recruiting.foundation.pagination import Listed

Row = TypeVar("Row", bound=models.Model)
_TAGS = re.compile(r'(?:W/)?"[^"]*"')
"""What stands in `If-Match`, unless it is `*`."""
_VERBS = ("get", "post", "put", "patch", "delete")


Build = Callable[..., "models.QuerySet[Any, Any]"]


@compiled
def _rows(build: Build, *arguments: Any) -> "models.QuerySet[Any, Any]":
    return build(*arguments)


def _only(data: Any, chosen: frozenset[str]) -> Any:
    """Return an object, or the rows of a page, with the chosen fields alone."""
    if "results" in data and "results" not in chosen:
        return {**data, "results": [_only(row, chosen) for row in data["results"]]}
    return {name: value for name, value in data.items() if name in chosen}


class ApiView(APIView):
    """One address of the API: parse, call one service or selector, answer.

    Authentication, scopes, throttling, problems and the schema come with it. An integration writes its addresses so,
    in its own `api.py`, and names the module in `Integration.api_urls` (mounted under `/api/v1/`); an app of the core
    in its `AppConfig.api_urls`, with scopes of its own by `scopes.register`:

        class InterviewRequests(ApiView):
            required_scopes = {"GET": Scope.REQUESTS_READ, "POST": Scope.REQUESTS_WRITE}

            @operation("interview_requests.list", lists=RequestSerializer, query=RequestsQuery)
            def get(self, request: Request) -> Response:
                \"\"\"List the requests whose candidates you may see.\"\"\"
                rows = InterviewRequest.objects.visible_to(self.membership).filter(**self.filters)
                return self.page(rows.select_related(...), RequestSerializer)

            @operation("interview_requests.create", creates=RequestSerializer, request=NewRequest)
            def post(self, request: Request) -> Response:
                \"\"\"Send a request.\"\"\"
                given = self.body(NewRequest)
                mine = Application.objects.visible_to(self.membership)
                application = self.reference("application", mine, given["application"])
                made = services.request_interview(application=application, by=self.membership, ...)
                address = reverse("interview-requests-api:interview-request", args=[made.pk])
                return self.written(made.pk, address, lambda: RequestSerializer(made).data, status=201)

        app_name = "interview-requests-api"
        urlpatterns = [path("interview-requests/", InterviewRequests.as_view(), name="interview-requests")]

    Rules: every method that a view has is in `required_scopes` (a view without fails at start-up). Bodies are
    `shapes.Input` of fields of `recruiting.api.fields`, filters `shapes.Query`; both refuse unknown names, as
    the query of one thing does. Rows are looked up in a `visible_to` queryset: with `find` when the address names them
    (404), with `reference` when the body does (422). Services' errors are raised, never caught, unless the problem
    needs `errors.WithFacts`; a token that may not read is told the code in words. Lists go through `page`, answers to
    writes through `written`. The docstring of a method is its text in the schema.
    """

    required_scopes: ClassVar[Mapping[str, AnyScope]] = {}
    """The scope that each method asks of the token."""
    read_scope: ClassVar[AnyScope | None] = None
    """The scope without which a write answers with id and address alone; that of GET unless it is named."""
    names_people: ClassVar[bool] = False
    """Whether refusals name people, whom `read_scope` does not show."""
    going: ClassVar[tuple[date, date] | None] = None
    """Since when an address is deprecated, and when it goes (UTC); None for one that stays."""
    pagination_class: type[KeysetPagination] | None = KeysetPagination
    parser_classes = [BoundedJSONParser]
    wrote: tuple[UUID, str] | None = None
    """What this call has written, and where that can be read."""
    _chosen: frozenset[str] = frozenset()
    """The fields that the caller wants; none for all."""
    metadata_class = None
    filters: Mapping[str, Any] = MappingProxyType({})
    """The checked query of a GET; names that were not given are missing."""

    def __init_subclass__(cls) -> None:
        """Refuse a view with a method that asks for no scope."""
        super().__init_subclass__()
        for verb in _VERBS:
            if hasattr(cls, verb) and verb.upper() not in cls.required_scopes:
                raise TypeError(f"{cls.__name__}.required_scopes says nothing of {verb.upper()}.")
        cls.read_scope = cls.read_scope or cls.required_scopes.get("GET")
        if cls.read_scope is None and any(hasattr(cls, verb) for verb in _VERBS):
            raise TypeError(f"{cls.__name__}.read_scope does not say who may read what it writes.")

    @property
    def token(self) -> Token:
        """The token that was sent."""
        return cast(Token, self.request.auth)

    @property
    def membership(self) -> Membership:
        """Whom the token acts for."""
        return self.token.membership

    @property
    def company(self) -> Company:
        """The company of the membership."""
        return self.membership.company

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; what is done meanwhile is done through the connection whose token it is."""
        with through.nothing_yet():
            return super().dispatch(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal; of what the token may not read it says nothing."""
        if isinstance(exc, Conflict | NotAllowed | WithFacts) and not isinstance(exc, MissingScope):
            exc = self._readable(exc)
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep people's data out of every cache, and name the version of the object that is answered."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        version = finished.data.get("version") if isinstance(getattr(finished, "data", None), Mapping) else None
        if version is not None and finished.status_code < 300:
            finished["ETag"] = etag(version)
        if self._chosen and finished.status_code < 300:
            finished.data = _only(finished.data, self._chosen)
        for name, value in {**self._throttle.headers(), **self._going()}.items():
            finished[name] = value
        patch_cache_control(finished, private=True, no_store=True)
        return finished

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the caller in, and note what they filter by and which fields they want.

        Raises:
            IfMatchUnknown: for `If-Match` at a write that would not look at it.
            ValidationError: for a query of a GET that holds anything else.
            InvalidInput: for fields that are not there.
        """
        super().initial(request, *args, **kwargs)
        through.note(self.token.connection_id)
        writes = getattr(self, (request.method or "").lower(), None) if request.method not in ("GET", "HEAD") else None
        if writes is not None and "If-Match" in request.headers and not getattr(writes, "guarded", False):
            raise IfMatchUnknown
        reading: Any = getattr(self, "get", None) if request.method in ("GET", "HEAD") else None
        if reading is not None and request.query_params:
            self.filters = self._checked(getattr(reading, "query", Reading), request.query_params.dict())
        asked = request.query_params.get("fields")
        if asked is not None and reading is not None:
            self._chosen = frozenset(asked.split(","))
            shown: Any = getattr(reading, "shows", None)
            known = list(shown().fields) if shown else []
            if unknown := sorted(self._chosen - set(known)):
                raise InvalidInput(
                    fields={"fields": f"There is no field {unknown[0]} here. There are {', '.join(known)}."}
                )

        idempotency.guard(self)

    def get_throttles(self) -> list[Any]:
        """Return the one throttle, which tells of itself in the answer."""
        return [self._throttle]

    @cached_property
    def _throttle(self) -> TokenThrottle:
        return TokenThrottle()

    def _going(self) -> Mapping[str, str]:
        """Say that an address is going away, and when (RFC 9745, RFC 8594)."""
        if self.going is None:
            return {}
        since, until = (datetime.combine(day, time(), UTC) for day in self.going)
        return {"Deprecation": f"@{since.timestamp():.0f}", "Sunset": http_date(until.timestamp())}

    def body(self, kind: type[Input]) -> dict[str, Any]:
        """Return the checked body. Raises ValidationError (422)."""
        return self._checked(kind, self.request.data)

    def find(self, queryset: "models.QuerySet[Row]", pk: UUID) -> Row:
        """Return the row that the address names. Raises NotFound (404)."""
        row = queryset.filter(pk=pk).first()
        if row is None:
            raise NotFound(f"There is no such {queryset.model._meta.verbose_name} that you can see.")
        return row

    def reference(self, field: str, queryset: "models.QuerySet[Row]", pk: UUID) -> Row:
        """Return the row that a field of the body names. Raises InvalidInput (422)."""
        try:
            return self.find(queryset, pk)
        except NotFound as missing:
            raise InvalidInput(fields={field: missing.message}) from missing

    @contextmanager
    def unchanged(self, row: models.Model) -> Iterator[None]:
        """Let what is inside write to a row only while it has the version of `If-Match`; without one, let it.

        Raises:
            Changed: with the version that it has (412).
        """
        asked = self.request.headers.get("If-Match")
        if asked is None:
            yield
            return
        with transaction.atomic():
            rows = type(row)._base_manager.select_for_update(of=("self",), no_key=True)
            version = rows.filter(pk=row.pk).values_list("version", flat=True).first()
            if version is None or (asked.strip() != "*" and etag(version) not in _TAGS.findall(asked)):
                raise Changed(row, version)
            yield

    def page(
        self,
        queryset: "models.QuerySet[Any] | Rows[Any]",
        kind: type[Serializer[Any]],
        *,
        prepare: Callable[[Sequence[Any]], Sequence[Any]] = lambda rows: rows,
        context: Callable[[Sequence[Any]], Mapping[str, Any]] = lambda rows: {},
    ) -> Response:
        """Return one page of a list, newest first.

        Args:
            queryset: every row that the member may see, filtered.
            kind: what a row looks like.
            prepare: what to make of the rows of the page before they are written.
            context: what else `kind` needs to know about the rows of the page.
        """
        paginator = KeysetPagination()
        rows: Sequence[Any] = paginator.paginate_queryset(cast(Any, queryset), self.request, view=self) or []
        written = kind(prepare(rows), many=True, context=dict(context(rows)))
        return paginator.get_paginated_response(written.data)

    @cached_property
    def jobs_seen(self) -> tuple[UUID, ...] | None:
        """The keys of the jobs that the member sees, None for all."""
        return selectors.jobs_seen(self.membership)

    def listed(self, model: type[Row], build: Build, *, job: str = "") -> Rows[Row]:
        """Return the rows of a list that is asked for often, for `columns_page`: its query is composed once.

        Args:
            model: what the rows are.
            build: a function of a module that returns `columns` of those that a member may see, given the member,
                the keys of the jobs that they see, the `Shape` of what is filtered by, and the values of that.
            job: which filter names a job. Of somebody who does not see all jobs that alone is asked for then: of one
                job in two conditions the database would expect a fraction of what is there, and sort all of it.
        """
        jobs, filters = self.jobs_seen, dict(self.filters)
        if jobs is not None and job in filters:
            jobs = tuple({filters.pop(job)} & set(jobs))
        return Rows(Listed(model, build, (self.membership, jobs, Shape(tuple(filters)), *filters.values())))

    def columns_page(
        self, rows: Any, kind: type[Output[Any]], *, context: Callable[[Sequence[Any]], Any] = lambda rows: None
    ) -> Response:
        """Return one page of a list that reads columns alone, newest first.

        Args:
            rows: `listed` ones, or a queryset of `columns(kind)`.
            kind: what a row looks like.
            context: makes what `Made` members need, given the rows of the page.
        """
        paginator = KeysetPagination()
        page: Sequence[Any] = paginator.paginate_queryset(rows, self.request, view=self) or []
        return paginator.get_paginated_response(of_columns(kind, page, context(page)))

    def told(self, build: Build, kind: type[Output[Any]], name: str, pk: UUID, context: Any = None) -> dict[str, Any]:
        """Return the object of a row, read as in a list of `listed` rows. Raises NotFound, which calls it by `name`."""
        (told,) = of_columns(kind, [self.found(build, name, pk, self.jobs_seen)], context)
        return told

    def found(self, build: Build, name: str, pk: UUID, jobs: tuple[UUID, ...] | None = None) -> Any:
        """Return the row that `build` finds by its key, as in a list of `listed` rows. Raises NotFound."""
        for row in _rows(build, self.membership, jobs, Shape(("pk",)), pk):
            return row
        raise NotFound(f"There is no such {name} that you can see.")

    @property
    def may_read(self) -> bool:
        """Whether the token may read what it writes; else neither an answer nor a refusal tells of it."""
        assert self.read_scope is not None
        return self.read_scope.value in self.token.scopes

    @property
    def may_name(self) -> bool:
        """Whether the token may be told who the refusals of this view are about."""
        people = {Scope.APPLICATIONS_READ.value, Scope.CANDIDATES_READ.value}
        return not self.names_people or not people.isdisjoint(self.token.scopes)

    def written(self, pk: UUID, address: str, read: Callable[[], Any], *, status: int = 200) -> Response:
        """Answer a write: what is there now to a token that may read it, to any other its id and address alone.

        Args:
            pk: what was written.
            address: where it can be read, as a path.
            read: makes the whole answer.
            status: 201 for something new.
        """
        self.wrote = (pk, address)
        body: Any = {"id": str(pk), "url": self.request.build_absolute_uri(address)}
        if self.may_read:
            with suppress(NotFound):  # who leaves a hiring team may see its job no more
                body = read()
        return Response(body, status=status, headers={"Location": address} if status == 201 else None)

    def _readable(self, error: RecruitingError) -> RecruitingError:
        assert self.read_scope is not None
        if not self.may_read:
            return without_data(error, needed=self.read_scope.value)
        if not self.may_name:
            needed = f"{Scope.APPLICATIONS_READ} or {Scope.CANDIDATES_READ}"
            return without_data(error, needed=needed, facts=getattr(error, "facts", {}))
        return error

    def _checked(self, kind: type[Input], data: Any) -> dict[str, Any]:
        serializer: BaseSerializer[Any] = kind(data=data)
        serializer.is_valid(raise_exception=True)
        return cast(dict[str, Any], serializer.validated_data)
