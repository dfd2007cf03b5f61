"""A stand-in for Crosschq, built from its public contract alone.

It imports nothing of the client next door, so that one misreading of the contract cannot sit on both sides.
"""

from devtools.sandbox.crosschq.vendor import CrosschqSandbox

__all__ = ["CrosschqSandbox"]
