"""The host is tried with a real double, the one of Spark Hire."""

from tests.spark_hire.conftest import acme, sandbox

__all__ = ["acme", "sandbox"]
