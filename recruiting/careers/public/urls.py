"""Public addresses; `addresses` makes those that pages link to. All are answered by `middleware.PublicMiddleware`."""

from django.urls import path

from recruiting.careers.public import applying, views

app_name = "careers_public"
_careers = "careers/<str:handle>/"
# Of a job only the number is looked up.
_number = "careers/<str:handle>/jobs/<int:number>/"
_job = "careers/<str:handle>/jobs/<int:number>-<str:slug>/"
_board = "v1/boards/<str:handle>"
urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap_index, name="sitemap-index"),
    path("careers/style.<str:digest>.css", views.plain_style, name="plain-style"),
    path("careers/page.<str:digest>.js", views.script, name="script"),
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
    path(f"{_careers}style.<str:digest>.css", views.style, name="style"),
    path(f"{_careers}logo.<str:digest>.png", views.logo, name="logo"),
]
# Some readers end these with a slash, some do not: both are answered, none is led on.
for _end in ("", "/"):
    urlpatterns += [
        path(f"{_board}{_end}", views.board, name="board"),
        path(f"{_board}/jobs{_end}", views.board_jobs, name="board-jobs"),
        path(f"{_board}/jobs/<str:number>{_end}", views.board_job_or_application, name="board-job"),
        path(f"{_board}/departments{_end}", views.board_departments, name="board-departments"),
        path(f"{_board}/departments/<str:number>{_end}", views.board_department, name="board-department"),
        path(f"{_board}/offices{_end}", views.board_offices, name="board-offices"),
        path(f"{_board}/offices/<str:number>{_end}", views.board_office, name="board-office"),
    ]
