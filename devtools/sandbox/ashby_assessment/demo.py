"""The demo company's connection to the partner of this machine."""

from functools import partial

from devtools.sandbox.ashby_assessment import AshbyPartnerSandbox
from devtools.sandbox.host.demo import connect

prepare = partial(connect, double=AshbyPartnerSandbox, label="Sandbox assessments")
