"""The demo company's connection to the partner of this machine."""

from functools import partial

from devtools.sandbox.greenhouse_assessment import GreenhousePartnerSandbox
from devtools.sandbox.host.demo import connect

prepare = partial(connect, double=GreenhousePartnerSandbox, label="Sandbox tests")
