"""How many public pages two web processes answer in a second, against a view of the same project that says hello.

Run with `make bench NAME=careers` (PostgreSQL). A company with 200 jobs is published; the list and a job's page are
asked for by eight clients over connections that stay open, gzip understood as browsers do: once from the cache (process
memory, 60 s), once from a site without one, in turns with the hello view. The medians of the rounds count, since a
busy machine slows all alike. Beside requests a second stand milliseconds of the web processes' CPU for each.

At last forms with a résumé of 300 kB are sent, and people moved: what a form costs the web processes in CPU, over what
a move does.

Exits 1 below 0.6 times the hello view's requests a second from the cache, below 0.15 times without, or where a form
costs more than 3 moves.
"""

import argparse
import contextlib
import http.client
import os
import secrets
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import django
import requests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
os.environ["TESTING"], os.environ["SANDBOX_MODE"] = "true", "false"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from devtools.launch.environment import ROOT  # noqa: E402
from recruiting.careers import applying  # noqa: E402
from recruiting.careers.models import Posting  # noqa: E402
from recruiting.foundation import clock  # noqa: E402
from recruiting.jobs.models import StageGroup  # noqa: E402
from tests import factories  # noqa: E402
from tests.benchmarks import careers_site, processes, site  # noqa: E402
from tests.careers.published import Published  # noqa: E402
from tests.signing_in import session_of  # noqa: E402

Site = tuple[int, int]
"""A port, and the main process that answers there."""
JOBS, CLIENTS = 200, 8
LEAST_CACHED, LEAST_DRAWN, MOST_MOVES = 0.6, 0.15, 3.0
SENT = 50
"""Forms, and moves: fewer than one network may send in a minute."""
WORDS = "We look for somebody who buys what our kitchens need, and who knows where it comes from. " * 6
DESCRIPTION = f"# Your work\n\n{WORDS}\n\n- a\n- b\n\n{WORDS}"
TOWNS = [("Berlin", "", "DE"), ("Lyon", "", "FR"), ("Austin", "TX", "US"), ("Madrid", "", "ES"), ("Leeds", "", "GB")]


def published() -> Mapping[str, str]:
    """Publish a company's jobs; return the paths that are asked for, by what they are called."""
    acme = Published.make("bench", introduction=WORDS, is_indexed=True)
    for number in range(JOBS):
        acme.publish(
            f"Senior Buyer {number}",
            at=TOWNS[number % 5 : number % 5 + 1 + number % 2],
            job={
                "department": f"Department {number % 12}",
                "description": f"# Your work\n\n{WORDS}\n\n- a\n- b\n\n{WORDS}",
            },
            employment_type="full_time",
            workplace=("on_site", "hybrid", "remote")[number % 3],
            pay_min="52000",
            pay_max="58000",
            pay_currency="EUR",
            pay_period="year",
        )
    first = Posting.objects.select_related("job").get(job__title="Senior Buyer 0")
    return {"list of 200 jobs": "/careers/bench/", "job": acme.path(first)}


@contextlib.contextmanager
def served(seconds: int, secret_key: str) -> Iterator[Site]:
    """Serve with a cache of so many seconds; yield the port and the main process."""
    more = {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.careers_settings", "CAREERS_CACHE_SECONDS": str(seconds)}
    url = str(settings.DATABASES["default"]["NAME"])
    with site.served(os.environ.get("DATABASE_URL", url), code=ROOT, secret_key=secret_key, more=more) as running:
        yield running


def asked(port: int, path: str, seconds: float) -> float:
    """Return the requests in a second that eight clients get answered."""
    done, wrong = [0] * CLIENTS, []
    deadline = time.monotonic() + seconds

    def client(number: int) -> None:
        kept = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < deadline:
            kept.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = kept.getresponse()
            answer.read()
            if answer.status != 200:
                wrong.append(answer.status)
                return
            done[number] += 1
        kept.close()

    started = time.monotonic()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"{path} answered {wrong[0]}.")
    return sum(done) / (time.monotonic() - started)


def sent(site: Site, path: str) -> int:
    """Send forms and move people, print what each costs, and judge."""
    port, web = site
    posting = Posting.objects.select_related("job__company").get(job__title="Senior Buyer 0")
    member, offer = factories.staffing(posting.job.company), factories.stage_of(posting.job, StageGroup.OFFER)
    waiting = [factories.ApplicationFactory(job=posting.job) for _ in range(SENT + 1)]
    cookies = {"sessionid": session_of(member.user, member), "csrftoken": "c" * 32}
    resume, opened = b"%PDF-1.7 " + secrets.token_bytes(300_000), clock.now() - timedelta(minutes=1)
    forms = [applying.new_token(posting, now=opened) for _ in range(SENT + 1)]
    browser = requests.Session()
    browser.trust_env = False
    address = f"http://127.0.0.1:{port}"

    def apply(number: int) -> int:
        form = {
            "token": forms[number], "first_name": "Ada", "last_name": "Lovelace", "email": f"ada{number}@example.com",
        }  # fmt: skip
        file = {"resume": ("resume.pdf", resume, "application/pdf")}
        answer = browser.post(f"{address}{path}apply/", form, files=file, allow_redirects=False)
        return answer.status_code

    def move(number: int) -> int:
        one = waiting[number]
        form = {"stage": str(offer.pk), "seen_stage": str(one.stage_id), "csrfmiddlewaretoken": cookies["csrftoken"]}
        page = f"{address}/candidates/{one.candidate_id}/applications/{one.pk}/move/"
        return browser.post(page, form, cookies=cookies, allow_redirects=False).status_code

    costs = []
    for act in (apply, move):
        if (status := act(SENT)) != 303:
            raise SystemExit(f"To {act.__name__} was answered {status}.")
        before = processes.cpu_seconds(web)
        for number in range(SENT):
            act(number)
        costs.append(1000 * (processes.cpu_seconds(web) - before) / SENT)
    ratio = costs[0] / costs[1]
    print(f"form with 300 kB: {costs[0]:.1f} ms of CPU, {ratio:.2f} moves of {costs[1]:.1f} ms (at most {MOST_MOVES})")
    return int(ratio > MOST_MOVES)


def measured(
    cached: tuple[int, int], drawn: tuple[int, int], paths: Mapping[str, str], rounds: int, seconds: float
) -> int:
    """Ask in turns, print, and judge."""
    cells = [("hello", cached, careers_site.HELLO)]
    cells += [(f"{name}, from the cache", cached, path) for name, path in paths.items()]
    cells += [(f"{name}, drawn each time", drawn, path) for name, path in paths.items()]
    rates: dict[str, list[float]] = {name: [] for name, *_ in cells}
    costs: dict[str, list[float]] = {name: [] for name, *_ in cells}
    ratios: dict[str, list[float]] = {name: [] for name, *_ in cells}
    for _, (port, _), path in cells:
        asked(port, path, 0.5)
    for _ in range(rounds):
        for name, (port, web), path in cells:
            before = processes.cpu_seconds(web)
            rate = asked(port, path, seconds)
            rates[name].append(rate)
            costs[name].append(1000 * (processes.cpu_seconds(web) - before) / (rate * seconds))
            ratios[name].append(rate / rates["hello"][-1])
    failed = 0
    for name, *_ in cells:
        ratio = statistics.median(ratios[name])
        least = LEAST_CACHED if "cache" in name else LEAST_DRAWN if "drawn" in name else 0.0
        failed += ratio < least
        judged = f", {ratio:.2f} times hello (at least {least})" if least else ""
        print(f"{name}: {statistics.median(rates[name]):.0f}/s, {statistics.median(costs[name]):.2f} ms of CPU{judged}")
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    """Publish, serve twice, measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    options = parser.parse_args(arguments)
    if connection.vendor != "postgresql":
        print("This benchmark needs PostgreSQL: run `make bench NAME=careers`.")
        return 1
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    paths = published()
    connections.close_all()
    secret_key = settings.SECRET_KEY
    with served(60, secret_key) as cached, served(0, secret_key) as drawn:
        failed = measured(cached, drawn, paths, options.rounds, options.seconds)
        return sent(cached, paths["job"]) or failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
