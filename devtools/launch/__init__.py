"""Set-up and supervision: what must work on a bare Python, before `.venv` exists.

Standard library only, and nothing of Django: `python3 -m devtools.launch` runs on the system's Python. What a
running site needs belongs to the apps; what prepares its database belongs to `manage.py prepare`.
"""
