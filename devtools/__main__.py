"""`python -m devtools COMMAND`: Django's command line with the tools beside the product."""

import os

import manage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "devtools.settings")
manage.main()
