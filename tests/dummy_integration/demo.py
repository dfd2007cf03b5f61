"""The demo company's connection to the Acme of this machine."""

from functools import partial

from devtools.sandbox.host.demo import connect
from tests.dummy_integration.sandbox import AcmeSandbox

prepare = partial(connect, double=AcmeSandbox)
