"""What a page is measured against: a page of plain Django, with a session, a user, one indexed query and fifty rows."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines

from recruiting.candidates.models import Candidate
from tests.benchmarks.client import FLOOR_ADDRESS, QUERIES_HEADER

PAGE = """<!doctype html><title>Floor</title><p>{{ request.user.email }}</p><table>{% for row in rows %}
<tr><td>{{ row.first_name }} {{ row.last_name }}<td>{{ row.email }}<td>{{ row.phone }}<td>{{ row.created_at }}
{% endfor %}</table>"""


class Measured:
    """Answers the floor page, and counts what every other page asks of the database, savepoints apart."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.floor = SessionMiddleware(AuthenticationMiddleware(self._floor))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the number of queries in a header."""
        asked: list[str] = []

        def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            response = (self.floor if request.path == FLOOR_ADDRESS else self.get_response)(request)
        response[QUERIES_HEADER] = str(len(asked))
        return response

    def _floor(self, request: HttpRequest) -> HttpResponse:
        rows = Candidate.objects.order_by("-id")[:50]
        return HttpResponse(engines["django"].from_string(PAGE).render({"rows": rows}, request))
