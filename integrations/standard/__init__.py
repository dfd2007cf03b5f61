"""A whole integration for a vendor of the usual kind: one key of the company, choose what to send, wait for a result.

A vendor gives a client, a model of one line, a flow of a few calls and a form; the tab, the windows, the settings page,
the newsfeed's words and the API come from here. See `docs/adding-a-vendor.md`.
"""
