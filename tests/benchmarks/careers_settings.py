"""The settings of the site that `bench_careers` serves: those of production, and a hello view beside its addresses."""

from recruiting.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.careers_site"
