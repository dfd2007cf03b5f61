"""The Django admin as platform staff meet it: its name, its sign-in, and no passwords."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from recruiting.web import second_factor

admin.site.site_header = "Throughline platform"
admin.site.site_title = "Throughline platform"
admin.site.index_title = "Platform"
admin.site.has_permission = second_factor.may_enter  # type: ignore[method-assign]
admin.site.login = secure_admin_login(second_factor.set_up_first(admin.site.login))  # type: ignore[method-assign]
admin.site.enable_nav_sidebar = False

# Passwords are changed where everybody changes theirs, with its rules and limits.
_NO_PASSWORDS = ("password_change", "password_change_done")
_all_urls = admin.site.get_urls
admin.site.get_urls = lambda: [  # type: ignore[method-assign]
    address for address in _all_urls() if getattr(address, "name", "") not in _NO_PASSWORDS
]
