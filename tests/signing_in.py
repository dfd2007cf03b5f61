"""A browser in which a member is signed in, without the form."""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from recruiting.companies.models import Membership, User
from recruiting.web.companies import middleware


def signed_in(membership: Membership, **options: Any) -> Client:
    """Return a test client with a session as it is after the first page; `options` are the client's.

    Django's own `force_login` asks the database fifteen times, this four times.
    """
    client = Client(**options)
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(membership.user, membership)
    return client


def session_of(user: User, membership: Membership | None) -> str:
    """Return the key of a new session of somebody, who may belong to no company."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if membership is not None:
        session[middleware.SESSION_KEY] = str(membership.pk)
    session.create()
    return str(session.session_key)
