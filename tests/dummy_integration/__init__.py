"""A vendor that does not exist, for the tests: it uses every hook that an integration can declare.

Read `integration.py` first. It is also the smallest complete example of a vendor's folder.
"""
