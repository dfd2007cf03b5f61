"""What every vendor's tab says alike about a request: whether it has left us, what follows, what the vendor knows."""

NOT_LEFT = "It has not left yet."
GOES_OUT = "The request waits here and goes out when it is back."
LOOKED_FOR = "We look for the request when it is back, and send it if it is not there."


def unconfirmed(vendor: str, name: str) -> str:
    """Say that a create went out for somebody and was not answered."""
    return f"{vendor} didn't confirm yet. We look before we send again, so {name} is never invited twice."


def unknown_status(vendor: str, status: str) -> str:
    """Say that the vendor's own word means nothing to us."""
    return f"{vendor} says “{status}”, which we do not know."


def cancel_on_its_way(vendor: str, name: str) -> str:
    """Say that the vendor does not know of our cancel yet."""
    return f"Telling {vendor}… Until it knows, {name} can still answer."


def not_canceled(reason: str) -> str:
    """Say that the vendor did not carry our cancel out."""
    return f"Not canceled: {reason}"
