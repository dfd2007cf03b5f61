"""Health endpoints for operators and load balancers.

`/healthz` says the process lives, `/readyz` speaks for its own web process only (database, migrations, cache), and
`/healthz/worker` says whether a worker runs; a hung worker must not take the web nodes out.
"""

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recruiting.foundation import zones
from recruiting.outbox import heartbeat

_migrated = False


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """Answer 200: the process lives."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when this web process can serve, else 503 with what it lacks; either way the time zone release."""
    problems = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _is_migrated():
            problems["migrations"] = "Migrations wait to be applied: run `manage.py prepare`."
        cache.set("readyz", 1, 30)
        if cache.get("readyz") != 1:
            problems["cache"] = "The shared cache does not keep what it is given."
    except DatabaseError:
        problems["database"] = "The database does not answer."
    status = "ok" if not problems else "not ready"
    return JsonResponse({"status": status, "tzdata": zones.release(), **problems}, status=503 if problems else 200)


@require_safe
@never_cache
def worker(request: HttpRequest) -> JsonResponse:
    """Answer 200 when a background worker finished a task lately, else 503."""
    try:
        age = heartbeat.age()
        red = heartbeat.is_stale(age)
    except DatabaseError:
        return JsonResponse({"status": "unknown", "database": "The database does not answer."}, status=503)
    seconds = None if age is None else round(age.total_seconds())
    return JsonResponse(
        {"status": "stopped" if red else "ok", "heartbeat_age_seconds": seconds}, status=503 if red else 200
    )


def _is_migrated() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
