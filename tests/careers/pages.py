"""Every address that the public reads: what of them is a page, and how many queries each may take.

As tests/pages.py is for pages of the staff; tests/careers/test_public_walk.py fails for an address in neither list.
"""

from collections.abc import Mapping

# Name: the most queries of a GET, for a company with 30 jobs, fields, departments and locations.
PAGES: Mapping[str, int] = {
    "jobs": 3,
    "job": 4,
    "embed": 3,
    "apply": 10,
    "thanks": 5,
    "status": 9,
    "lost-link": 0,
    "sitemap": 2,
    "atom": 5,
    "job-sites": 5,
    "board": 1,
    "board-jobs": 6,
    "board-job": 8,
    "board-departments": 6,
    "board-department": 6,
    "board-offices": 6,
    "board-office": 6,
    "robots": 0,
    "sitemap-index": 1,
    "style": 1,
    "plain-style": 0,
    "script": 0,
    "logo": 1,
    "embed-script": 1,
}
HTML = ("jobs", "job", "embed", "apply", "thanks", "status", "lost-link")
"""Those that people see."""
ELSEWHERE: Mapping[str, str] = dict.fromkeys(
    ("job-by-number", "apply-by-number", "thanks-by-number"), "it leads to the same page under the title"
)
