"""The product's settings with the tools as an app: the first one, so that its `prepare` comes before the product's."""

from recruiting.settings import *  # noqa: F403
from recruiting.settings import INSTALLED_APPS

INSTALLED_APPS = ["devtools", *INSTALLED_APPS]
ROOT_URLCONF = "devtools.urls"
