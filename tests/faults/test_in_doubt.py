"""A failed request that the vendor never confirmed may be alive there: nobody is asked beside it."""

import pytest

from recruiting.foundation.errors import Conflict
from tests.faults.driver import FaultDriver, where
from tests.refusals import everything


def failed_in_doubt(vendor: FaultDriver) -> object:
    """Return a request that failed here after ten tries and is alive at the vendor."""
    vendor.fault(vendor.create, "status", status=500, committed=True)
    vendor.fault(vendor.look_up, "status", status=503, times=-1)
    request = vendor.ask()
    vendor.drain()
    for _ in range(9):
        vendor.later()
    vendor.forget_faults()
    found = vendor.now(request)
    assert (found.state, found.vendor_id, len(vendor.running())) == ("failed", "", 1)
    assert vendor.calls(vendor.create) == 1
    return found


@where(can_list=True)
def test_no_other_request_is_sent_beside_it(vendor: FaultDriver) -> None:
    failed_in_doubt(vendor)
    before = everything()

    with pytest.raises(Conflict) as refusal:
        vendor.ask()

    assert refusal.value.code == "failed_in_doubt"
    assert everything() == before
    assert len(vendor.running()) == 1


@where(can_list=True)
def test_trying_it_again_follows_what_is_there(vendor: FaultDriver) -> None:
    request = failed_in_doubt(vendor)

    assert vendor.try_again(request) == 303
    vendor.drain()

    assert vendor.now(request).state == "sent"
    assert vendor.running() == [vendor.now(request).vendor_id]
    assert vendor.calls(vendor.create) == 1
