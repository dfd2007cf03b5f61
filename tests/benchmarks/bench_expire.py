"""How long `expire_due` takes for 100,000 due of 1,000,000 open requests, and how much memory, against plain SQL.

Run with `make bench NAME=expire` (PostgreSQL). Both sides make the same change in batches of the same size: state,
newsfeed entry, outbox row. Exits 1 when the product takes more than 8 times as long, or 150 MB more than idle.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from integrations.models import Installation  # noqa: E402
from integrations.spark_hire.deadlines import expiry  # noqa: E402
from integrations.spark_hire.models import InterviewRequest  # noqa: E402
from recruiting.companies import services as companies  # noqa: E402
from recruiting.foundation import clock  # noqa: E402
from recruiting.jobs.models import HiringProcess, Stage  # noqa: E402

MOST_TIMES = 8.0
MOST_MEGABYTES = 150.0


def fill(*, open_requests: int, due: int) -> None:
    """Make one company with so many open requests, `due` of them past their deadline."""
    company = companies.create_company(name="Benchmark", time_zone="America/New_York")
    installation = Installation.objects.create(company=company, integration="video-interviewing", is_on=True)
    process = HiringProcess.objects.get(company=company)
    stage = Stage.objects.filter(process=process).first()
    assert stage is not None
    people = 1000
    parameters = {
        "company": company.pk,
        "installation": installation.pk,
        "process": process.pk,
        "stage": stage.pk,
        "people": people,
        "jobs": -(-open_requests // people),
        "open": open_requests,
        "due": due,
    }
    with connection.cursor() as cursor:
        for statement in _FILL:
            cursor.execute(statement, parameters)
        cursor.execute("ANALYZE")


def reset() -> None:
    """Put everything back to open and empty what the run wrote."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE spark_hire_interviewrequest SET state = 'sent', closed_at = NULL WHERE state = 'expired'"
        )
        cursor.execute("TRUNCATE newsfeed_newsfeedentry, base_outboxmessage CASCADE")
        cursor.execute("VACUUM ANALYZE spark_hire_interviewrequest")


def plain_sql() -> int:
    """Make the same change with plain statements, in batches of the same size."""
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_PLAIN_UPDATE, {"now": clock.now(), "batch": expiry.BATCH})
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return total
            cursor.execute(_PLAIN_ENTRIES, {"now": clock.now(), "ids": ids})
            cursor.execute(_PLAIN_OUTBOX, {"now": clock.now(), "ids": ids})
        total += len(ids)


def measured(work: Callable[[], int], *, expected: int) -> float:
    """Return the seconds that `work` takes, checked to have changed as much as expected."""
    reset()
    started = time.perf_counter()
    changed = work()
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM spark_hire_interviewrequest WHERE state = 'expired'),"
            " (SELECT count(*) FROM newsfeed_newsfeedentry), (SELECT count(*) FROM base_outboxmessage)"
        )
        found = cursor.fetchone()
    assert (changed, *found) == (expected,) * 4, (changed, found)
    return seconds


def main() -> int:
    """Fill, measure both in turn, print, judge."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    parser = argparse.ArgumentParser()
    parser.add_argument("--open", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        print("This benchmark needs PostgreSQL: run `make bench NAME=expire`.")
        return 1
    call_command("migrate", verbosity=0, interactive=False)
    if not InterviewRequest.objects.exists():
        started = time.perf_counter()
        fill(open_requests=options.open, due=options.due)
        print(f"filled {options.open:,} open requests in {time.perf_counter() - started:.0f} s")
    measured(plain_sql, expected=options.due)  # warms the database's cache
    idle = _peak_megabytes()
    rounds = []
    for number in range(1, options.rounds + 1):
        ours = measured(expiry.expire_due, expected=options.due)
        plain = measured(plain_sql, expected=options.due)
        rounds.append(ours / plain)
        print(f"round {number}: expire_due {ours:.2f} s, plain SQL {plain:.2f} s, {ours / plain:.2f} times")
    above = _peak_megabytes() - idle
    times = sorted(rounds)[len(rounds) // 2]
    print(f"median {times:.2f} times (at most {MOST_TIMES})")
    print(f"memory {above:.0f} MB above idle (at most {MOST_MEGABYTES:.0f})")
    return 0 if times <= MOST_TIMES and above <= MOST_MEGABYTES else 1


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_FILL = (
    """INSERT INTO candidates_candidate (id, created_at, updated_at, company_id, first_name, last_name, email, phone,
                                         email_key, search_key)
       SELECT gen_random_uuid(), now(), now(), %(company)s, 'Person', n::text, 'person' || n || '@example.com', '',
              'person' || n || '@example.com', 'person ' || n
       FROM generate_series(1, %(people)s) n""",
    """INSERT INTO jobs_job (id, created_at, updated_at, company_id, title, department, city, region, country,
                             employment_type, description, state, process_id, search_key)
       SELECT gen_random_uuid(), now(), now(), %(company)s, 'Job ' || n, '', '', '', '', '', '', 'open', %(process)s,
              'job ' || n
       FROM generate_series(1, %(jobs)s) n""",
    """INSERT INTO applications_application (id, created_at, updated_at, company_id, candidate_id, job_id, state,
                                             stage_id, stage_entered_at, closing_reason)
       SELECT gen_random_uuid(), now(), now(), %(company)s, c.id, j.id, 'active', %(stage)s, now(), ''
       FROM candidates_candidate c CROSS JOIN jobs_job j LIMIT %(open)s""",
    """INSERT INTO spark_hire_interviewrequest (id, created_at, updated_at, company_id, installation_id, application_id,
           vendor_id, vendor_status, send_attempted_at, sent_at, failure, is_superseded, state, expires_on, expires_at,
           vendor_deadline, time_zone, vendor_job_id, question_set_id, question_set_name, invited_name, invited_email,
           cancel_pending, share_url, matches, status_is_unknown)
       SELECT gen_random_uuid(), now(), now(), %(company)s, %(installation)s, a.id, gen_random_uuid()::text,
           'requested', now(), now(), '', false, 'sent', NULL,
           CASE WHEN a.n <= %(due)s THEN now() - interval '1 minute' ELSE now() + interval '7 days' END,
           NULL, 'America/New_York', 'job', 'set', 'Set', 'Person', 'person@example.com', false, '', '[]'::jsonb, false
       FROM (SELECT id, row_number() OVER () AS n FROM applications_application) a""",
)
_PLAIN_UPDATE = """
    UPDATE spark_hire_interviewrequest SET state = 'expired', closed_at = %(now)s, updated_at = %(now)s
    WHERE id IN (SELECT id FROM spark_hire_interviewrequest
                 WHERE state IN ('queued', 'sent', 'accepted', 'started') AND expires_at <= %(now)s
                 ORDER BY expires_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    RETURNING id"""
_PLAIN_ENTRIES = """
    INSERT INTO newsfeed_newsfeedentry (id, created_at, updated_at, company_id, verb, actor_label, job_id, candidate_id,
                                        application_id, audience, subject_id, payload, occurred_at)
    SELECT gen_random_uuid(), %(now)s, %(now)s, r.company_id, 'spark_hire.expired', '', a.job_id, a.candidate_id, a.id,
           'everyone', r.id, jsonb_build_object('candidate', r.invited_name, 'detail', 'before midnight'), %(now)s
    FROM spark_hire_interviewrequest r JOIN applications_application a ON a.id = r.application_id
    WHERE r.id = ANY(%(ids)s)"""
_PLAIN_OUTBOX = """
    INSERT INTO base_outboxmessage (company_id, topic, ordering_key, channel, coalesce_key, payload, state, attempts,
                                    available_at, error_class, error, created_at)
    SELECT r.company_id, 'spark_hire.refresh_interview', 'interview-read:' || r.id,
           'installation:' || r.installation_id,
           'spark_hire.refresh_interview:' || r.id, jsonb_build_object('request', r.id), 'waiting', 0, %(now)s, '', '',
           %(now)s
    FROM spark_hire_interviewrequest r WHERE r.id = ANY(%(ids)s) ON CONFLICT DO NOTHING"""

if __name__ == "__main__":
    sys.exit(main())
