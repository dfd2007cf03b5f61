"""Public addresses; `addresses` makes those that pages link to. All are answered by `middleware.PublicMiddleware`."""

from django.urls import path, re_path

from recruiting.careers.public import applying, views

app_name = "careers_public"
_careers = "careers/<str:handle>/"
# Of a job only the number is looked up.
_number = "careers/<str:handle>/jobs/<int:number>/"
_job = "careers/<str:handle>/jobs/<int:number>-<str:slug>/"
_board = r"^v1/boards/(?P<handle>[^/]+)"
urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap_index, name="sitemap-index"),
    re_path(r"^careers/(?P<name>style\.[0-9a-f]+\.css)$", views.plain_style, name="plain-style"),
    re_path(r"^careers/(?P<name>page\.[0-9a-f]+\.js)$", views.script, name="script"),
    path(_careers, views.jobs, name="jobs"),
    path(_job, views.job, name="job"),
    path(_number, views.job, name="job-by-number"),
    path(f"{_job}apply/", applying.apply, name="apply"),
    path(f"{_job}thanks/", applying.thanks, name="thanks"),
    path(f"{_number}apply/", applying.apply, name="apply-by-number"),
    path(f"{_number}thanks/", applying.thanks, name="thanks-by-number"),
    path("application/<str:signed>/", applying.show_status, name="status"),
    path("application/", applying.lost_link, name="lost-link"),
    path(f"{_careers}embed/", views.embed, name="embed"),
    path(f"{_careers}embed.js", views.embed_script, name="embed-script"),
    path(f"{_careers}sitemap.xml", views.sitemap, name="sitemap"),
    path(f"{_careers}atom.xml", views.atom, name="atom"),
    path(f"{_careers}jobs.xml", views.job_sites, name="job-sites"),
    re_path(r"^careers/(?P<handle>[^/]+)/(?P<name>style\.[0-9a-f]+\.css)$", views.style, name="style"),
    re_path(r"^careers/(?P<handle>[^/]+)/(?P<name>logo\.[0-9a-f]+\.png)$", views.logo, name="logo"),
    # Some readers end these with a slash, some do not: both are answered, none is led on.
    re_path(_board + r"/?$", views.board, name="board"),
    re_path(_board + r"/jobs/?$", views.board_jobs, name="board-jobs"),
    re_path(_board + r"/jobs/(?P<number>[^/]+)/?$", views.board_job_or_application, name="board-job"),
    re_path(_board + r"/(?P<kind>departments|offices)/?$", views.board_parts, name="board-parts"),
    re_path(_board + r"/(?P<kind>departments|offices)/(?P<number>[^/]+)/?$", views.board_part, name="board-part"),
]
