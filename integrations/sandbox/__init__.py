"""The vendor sandbox: local stand-ins for vendors, spoken to over real HTTP, for trying and testing.

The host in this package knows no vendor. A vendor's stand-in lives in that vendor's own folder, subclasses
`integrations.sandbox.base.VendorSandbox` and shares no code with the vendor's client, so that a misreading of the
vendor's contract cannot hide on both sides of the wire.
"""
