"""Public addresses: made here alone, so that a page with two hundred jobs need not ask the resolver two hundred times.

A test keeps them to `urls.py`. Paths begin with a slash; `absolute` makes an address of one.
"""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.text import slugify

from recruiting.careers import sites

PUBLIC = ("/careers/", "/application/", "/v1/boards/", "/robots.txt", "/sitemap.xml")
"""With what an address begins that the public reads, without a session."""
SOURCE = "source"
_CODE = re.compile(r"[a-z0-9-]{2,40}\Z")


def is_public(path: str) -> bool:
    """Return whether a path is for the public."""
    return path.startswith(PUBLIC)


def is_careers_host(request: HttpRequest) -> bool:
    """Return whether the request came to the host that is for careers pages alone; False where there is none."""
    own = urlsplit(str(settings.CAREERS_BASE_URL))
    if not own.netloc or own.netloc == urlsplit(str(settings.PUBLIC_BASE_URL)).netloc:
        return False
    return request.get_host().lower() == own.netloc.lower()


def has_own_host() -> bool:
    """Return whether careers pages are on another host than the staff's."""
    own = urlsplit(str(settings.CAREERS_BASE_URL)).netloc
    return bool(own) and own != urlsplit(str(settings.PUBLIC_BASE_URL)).netloc


def absolute(path: str) -> str:
    """Return the address of a path, as it is linked to from elsewhere."""
    return f"{sites.public_base_url()}{path}"


def source_in(request: HttpRequest) -> str:
    """Return the code in the address that says where somebody comes from; "" for none, and for what is no code."""
    code = str(request.GET.get(SOURCE, "")).lower()
    return code if _CODE.match(code) else ""


def with_source(path: str, source: str) -> str:
    """Return a path that carries a code on."""
    return f"{path}?{SOURCE}={source}" if source else path


def list_path(handle: str, source: str = "") -> str:
    """Return the path of a company's list of jobs."""
    return with_source(f"/careers/{handle}/", source)


def job_path(handle: str, number: int, title: str, source: str = "") -> str:
    """Return the path of a job's page; of its last part only the number is looked up."""
    return with_source(f"/careers/{handle}/jobs/{job_part(number, title)}/", source)


def apply_path(handle: str, number: int, title: str, source: str = "") -> str:
    """Return the path of a job's application form."""
    return with_source(f"/careers/{handle}/jobs/{job_part(number, title)}/apply/", source)


def job_part(number: int, title: str) -> str:
    """Return what names a job in a path: its number, and its title as far as that can be spelled there."""
    return f"{number}-{_slug(title)}"


@lru_cache(maxsize=10_000)
def _slug(title: str) -> str:
    return slugify(title) or "job"


def file_path(handle: str, name: str) -> str:
    """Return the path of a file of a company's careers page."""
    return f"/careers/{handle}/{quote(name)}"


def board_path(handle: str) -> str:
    """Return where the job-board API of a company begins."""
    return f"/v1/boards/{handle}"
