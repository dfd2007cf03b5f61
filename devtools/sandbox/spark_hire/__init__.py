"""A stand-in for Spark Hire, built from its public contract alone.

It imports nothing of the client next door, so that one misreading of the contract cannot sit on both sides.
"""

from devtools.sandbox.spark_hire.vendor import SparkHireSandbox

__all__ = ["SparkHireSandbox"]
