"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.umask(0o077)  # what we write holds people's data
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")

application = get_wsgi_application()
