"""A connection's page under Company Settings › Integrations, for a company's key or for the keys of its users.

A vendor subclasses `pages.CompanyKeyPages` or `users.UserKeyPages`, says the state in words with `states`, and mounts
`paths`; templates that fit every vendor stand in `templates/settings_pages`.
"""
