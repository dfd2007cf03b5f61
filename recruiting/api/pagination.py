"""How lists are paged: by key, so that a page costs the same wherever it is."""

from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    """Newest first, 50 a page unless `page_size` (up to 200) asks otherwise."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200
