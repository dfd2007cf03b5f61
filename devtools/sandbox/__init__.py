"""The vendors, played on this machine over real HTTP, for trying and testing.

`host` serves them and knows none by name. Each vendor has a folder here called like its integration's: its double, and
in `demo` how the demo company gets connected with it. A double shares no code with the vendor's client, so that one
misreading of the contract cannot sit on both sides of the wire; so an integration does not know its double either.
"""
