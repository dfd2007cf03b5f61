"""Every address of the site with what it asks and what it answers. Nothing here is computed: this is what we promise.

A line of `MEMBERS` and `SETTINGS`, and one of `API`:

    address | object | GET | POST
    address | object | method | scope | right | status

- *address*: its name, or its route where it has none; `#word` after it tells several lines of one address apart.
- *object*: what it is about, by a word of `world.Place`. `(word)`: named in the body; one that is not seen is 422.
- a method: what it answers to those who may, and before it the right (`foundation.permissions.Action`) that it takes
  on the object's job, where seeing the object is not enough. Nothing there: 405. HEAD answers as GET.

Everybody else gets what the part's introduction says. `else 422`: where that is another status.

A vendor's lines stand in the `rights.py` of its tests: `members`, `settings`, `api`, and `admin` for its models.
"""

# ── Members' pages ───────────────────────────────────────────────────────────────────────────────────────────────────
# Signed out: 302 to sign-in. Platform staff without a company: 302 to the admin. An object that the member does not see
# (another company's, a job without a role): 404. Seen, and the right is missing: 403. PUT, PATCH, DELETE, OPTIONS: 405.
MEMBERS = """
applications:home                      |                  | 200                   |
applications:jobs                      |                  | 200                   |
applications:job                       | job              | 200                   |
applications:job#list                  | job              | 200                   |
applications:job-actions               | job              | 200                   |
applications:job-filters               | job              | 200                   |
applications:job-newsfeed              | job              | 200                   |
applications:actions                   | card             | MOVE_APPLICATION 200  |
applications:move                      | application      | MOVE_APPLICATION 200  | MOVE_APPLICATION 303
applications:convert-lead              | lead             |                       | MOVE_APPLICATION 303
applications:reject                    | application      | MOVE_APPLICATION 200  | MOVE_APPLICATION 303
applications:withdraw                  | application      | MOVE_APPLICATION 200  | MOVE_APPLICATION 303
applications:reopen                    | rejected         |                       | MOVE_APPLICATION 303
applications:undo-move                 | transition       |                       | MOVE_APPLICATION 303
applications:stage-tasks               | stage            | 200                   |
applications:stage-task-start          | task             |                       | MOVE_APPLICATION 303
applications:stage-task-dismiss        | task             |                       | MOVE_APPLICATION 303
applications:candidates                |                  | 200                   |
applications:candidate-add             | (job)            | 200                   | ADD_CANDIDATE 303 else 422
applications:person                    | candidate        | 302                   |
applications:candidate-add-to-job      | candidate        | 200                   | ADD_CANDIDATE 303 else 422
applications:candidate                 | application      | 200                   |
applications:candidate-edit            | application      | EDIT_CANDIDATE 200    | EDIT_CANDIDATE 303
applications:candidate-owner           | application      | EDIT_CANDIDATE 200    | EDIT_CANDIDATE 303
applications:tag-add                   | application      | EDIT_CANDIDATE 302    | EDIT_CANDIDATE 303
applications:tag-suggestions           | application      | EDIT_CANDIDATE 200    |
applications:tag-remove                | tag              |                       | EDIT_CANDIDATE 303
applications:note-add                  | application      | 302                   | WRITE_NOTE 303
applications:note-add#full-access      | application      | 302                   | READ_FULL_ACCESS_NOTES 303 else 422
applications:note-edit                 | my note          | 200                   | 303
applications:note-edit#theirs          | their note       | NOBODY 200 else 404   | NOBODY 303 else 404
applications:note-delete               | my note          | 200                   | 303
applications:note-delete#theirs        | their note       | NOBODY 200 else 404   | NOBODY 303 else 404
applications:file-add                  | application      | 302                   | EDIT_CANDIDATE 303
applications:file                      | file             | 200                   |
applications:file-kind                 | file             | EDIT_CANDIDATE 200    | EDIT_CANDIDATE 303
applications:file-remove               | file             | EDIT_CANDIDATE 200    | EDIT_CANDIDATE 303
applications:candidate-tab#details     | application      | 200                   |
applications:candidate-tab#application | application      | 200                   |
applications:candidate-tab#notes       | application      | 200                   |
applications:candidate-tab#files       | both jobs        | 200                   |
applications:candidate-tab#newsfeed    | application      | 200                   |
applications:candidate-tab#resume      | application      | 200                   |
applications:candidate-tab#nonsense    | application      | NOBODY 200 else 404   |
resumes:show                           | pdf              | 200                   |
resumes:use#email                      | application      |                       | EDIT_CANDIDATE 303
resumes:draft                          |                  |                       | 200
resumes:drop                           | job              | ADD_CANDIDATE 200     | ADD_CANDIDATE 303
resumes:batch                          | batch            | ADD_CANDIDATE 200     |
resumes:row-add                        | row              |                       | ADD_CANDIDATE 303
resumes:row-add-to-known               | known row        |                       | ADD_CANDIDATE 303
resumes:row-skip                       | row              |                       | ADD_CANDIDATE 303
resumes:row-undo                       | added row        |                       | ADD_CANDIDATE 303
bulk:act#tag                           |                  |                       | EDIT_CANDIDATE 303 else 404
runs:index                             |                  | 200                   |
runs:run                               | run              | MANAGE_COMPANY 200 else 404 |
runs:stop                              | run              |                       | MANAGE_COMPANY 303 else 404
runs:undo                              | run              |                       | MANAGE_COMPANY 303 else 404
candidates:tags                        |                  | 200                   |
candidates:field-values                | candidate field  | EDIT_CANDIDATE 200 else 404 |
jobs:new                               |                  | CREATE_JOB 200        | CREATE_JOB 303
jobs:edit                              | job              | EDIT_JOB 200          | EDIT_JOB 303
jobs:open                              | draft            | EDIT_JOB 200          | EDIT_JOB 303
jobs:close                             | job              | EDIT_JOB 200          | EDIT_JOB 303
jobs:info                              | job              | 200                   |
jobs:team-add                          | job              |                       | EDIT_JOB 303
jobs:team-remove                       | job              |                       | EDIT_JOB 303
jobs:choose-locations                  | job              | EDIT_JOB 200          | EDIT_JOB 303
jobs:suggest-departments               |                  | 200                   |
jobs:suggest-cities                    |                  | 200                   |
jobs:preview                           |                  |                       | 200
jobs:field-values                      | field            | EDIT_JOB 200 else 404 |
jobs:field-remark                      | field            | EDIT_JOB 200 else 404 |
jobs:process-choose                    | draft            | EDIT_JOB 200          | EDIT_JOB 303
careers:publication                    | job              | 200                   | EDIT_JOB 303
careers:publish                        | job              |                       | EDIT_JOB 303
careers:preview-job                    | job              | 200                   |
careers:preview-style                  |                  | 200                   |
careers:logo-file                      |                  | 200                   |
careers:use-sets                       | job              | EDIT_JOB 200          | EDIT_JOB 303
careers:question-new                   | job              | EDIT_JOB 200          | EDIT_JOB 303
careers:question-edit                  | question         | EDIT_JOB 200          | EDIT_JOB 303
careers:question-move                  | question         |                       | EDIT_JOB 303
careers:question-delete                | question         | EDIT_JOB 200          | EDIT_JOB 303
careers:inbox                          |                  | 200                   |
careers:release                        | held             |                       | ADD_CANDIDATE 303
careers:discard                        | held             |                       | ADD_CANDIDATE 303
careers:undo-discard                   | discarded        |                       | ADD_CANDIDATE 303
careers:seen                           | sent             |                       | MOVE_APPLICATION 303
careers:use-name                       | sent             |                       | EDIT_CANDIDATE 303
careers:stop-closed                    | sent             |                       | MOVE_APPLICATION 303
careers:refer                          | job              | 200                   | 303
careers:mails                          | job              | 200                   | 303
companies:profile                      |                  | 200                   | 303
companies:display                      |                  |                       | 303
companies:change-email                 |                  | 200                   | 303
companies:cancel-email                 |                  |                       | 303
companies:confirm-email                | dead link        | NOBODY 200 else 404   | NOBODY 303 else 404
companies:switch                       |                  | 200                   | 303
companies:switch#theirs                |                  | 200                   | NOBODY 303 else 404
api:tokens                             |                  | 200                   |
api:token-create                       |                  | 200                   | 201
api:token-revoke                       | my token         | 200                   | 303
api:token-revoke#theirs                | their token      | NOBODY 200 else 404   | NOBODY 303 else 404
connected_apps:authorize               |                  | MANAGE_COMPANY 200    | MANAGE_COMPANY 303
connected_apps:mine                    |                  | 200                   |
connected_apps:revoke-mine             | my app           | 200                   | 303
connected_apps:revoke-mine#theirs      | their app        | NOBODY 200 else 404   | NOBODY 303 else 404
"""

# ── Company Settings ─────────────────────────────────────────────────────────────────────────────────────────────────
# As above, and for every member but Administrators there is nothing here: 404.
SETTINGS = """
applications:process           | process       | 200 |
applications:process-edit      | process       | 200 | 200
applications:unplaced-files    |               | 200 |
applications:place-file        | unplaced file | 200 | 303
jobs:processes                 |               | 200 |
jobs:process-create            |               | 200 | 303
jobs:process-duplicate         | process       | 200 | 303
jobs:process-rename            | process       | 200 | 303
jobs:process-default           | process       |     | 303
jobs:process-delete            | spare process | 200 | 303
jobs:departments               |               | 200 |
jobs:department-create         |               | 200 | 303
jobs:department-edit           | department    | 200 | 303
jobs:department-delete         | department    | 200 | 303
jobs:locations                 |               | 200 |
jobs:location-create           |               | 200 | 303
jobs:location-edit             | location      | 200 | 303
jobs:location-delete           | location      | 200 | 303
jobs:fields                    |               | 200 |
jobs:field-create              |               | 200 | 303
jobs:create-suggested-field    |               |     | 303
jobs:field-edit                | field         | 200 | 303
jobs:field-move                | field         |     | 303
jobs:field-activate            | field         |     | 303
jobs:field-deactivate          | field         | 200 | 303
jobs:field-options-add         | select        |     | 303
jobs:field-option-rename       | option        | 200 | 303
jobs:field-option-remove       | option        | 200 | 303
candidates:fields              |               | 200 |
candidates:field-create        |               | 200 | 303
candidates:field-edit          | candidate field | 200 | 303
candidates:field-move          | candidate field |     | 303
candidates:field-activate      | candidate field |     | 303
candidates:field-deactivate    | candidate field | 200 | 303
candidates:field-options-add   | candidate select |     | 303
candidates:field-option-rename | candidate option | 200 | 303
candidates:field-option-remove | candidate option | 200 | 303
candidates:sources             |               | 200 |
candidates:source-create       |               | 200 | 303
candidates:source-types        |               | 200 |
candidates:source-rename       | source        | 200 | 303
candidates:source-deactivate   | source        | 200 | 303
candidates:source-activate     | source        |     | 303
candidates:source-delete       | source        | 200 | 303
careers:site                   |               | 200 | 303
careers:logo                   |               | 200 | 303
careers:handle                 |               | 200 | 303
careers:notice                 |               | 200 | 303
careers:notice-version         | notice        | 200 |
careers:preview                |               | 200 |
careers:links                  |               | 200 |
careers:link-create            |               | 200 | 303
careers:link-delete            | source link   | 200 | 303
careers:keys                   |               | 200 |
careers:key-create             |               | 200 | 201
careers:key-revoke             | board key     | 200 | 303
careers:sets                   |               | 200 |
careers:set-create             |               | 200 | 303
careers:set                    | question set  | 200 |
careers:set-rename             | question set  | 200 | 303
careers:set-delete             | question set  | 200 | 303
careers:set-question-new       | question set  | 200 | 303
careers:set-question-edit      | set question  | 200 | 303
careers:set-question-move      | set question  |     | 303
careers:set-question-delete    | set question  | 200 | 303
careers:settle                 | data request  |     | 303
companies:settings             |               | 200 |
companies:general              |               | 200 | 303
companies:users                |               | 200 |
companies:invite               |               | 200 | 303
companies:change-role          | colleague     | 200 | 303
companies:deactivate           | colleague     | 200 | 303
companies:reactivate           | colleague     |     | 303
companies:resend-invitation    | invitation    |     | 303
companies:revoke-invitation    | invitation    |     | 303
companies:integrations         |               | 200 |
connected_apps:index             |               | 200 | 303
connected_apps:revoke-connection | their app     | 200 | 303
connected_apps:client-new        |               | 200 | 201
connected_apps:client-edit       | own client    | 200 | 303
connected_apps:client-secret     | own client    | 200 | 201
connected_apps:client-remove     | own client    | 200 | 303
connected_apps:account-new        |              | 200 | 303
connected_apps:account-edit       | own account  | 200 | 303
connected_apps:account-connect    | own account  | 200 | 303
connected_apps:account-deactivate | own account  | 200 | 303
connected_apps:account-reactivate | own account  |     | 303
webhooks:index                 |               | 200 |
webhooks:create                |               | 200 | 201
webhooks:webhook               | webhook       | 200 |
webhooks:edit                  | webhook       | 200 | 303
webhooks:rotate                | webhook       | 200 | 200
webhooks:pause                 | webhook       |     | 303
webhooks:resume                | webhook       |     | 303
webhooks:ping                  | webhook       |     | 303
webhooks:delete                | webhook       | 200 | 303
webhooks:redeliver             | over          |     | 303
webhooks:skip                  | delivery      |     | 303
"""

# ── The API ──────────────────────────────────────────────────────────────────────────────────────────────────────────
# Without a token that works: 401, whatever the method. The token lacks the scope: 403. Then as for members: an object
# that its owner does not see: 404; seen, and the right is missing: 403. Other methods: 405. Without the scope that
# reads it, a write answers with `id` and `url` alone.
API = """
api:me                                  |               | GET   | profile:read       |                  | 200
api:jobs                                |               | GET   | jobs:read          |                  | 200
api:job                                 | job           | GET   | jobs:read          |                  | 200
api:jobs                                |               | POST  | jobs:write         | CREATE_JOB       | 201
api:job                                 | job           | PATCH | jobs:write         | EDIT_JOB         | 200
api:job-open                            | draft         | POST  | jobs:write         | EDIT_JOB         | 200
api:job-close                           | job           | POST  | jobs:write         | EDIT_JOB         | 200
api:job-team                            | job           | GET   | jobs:read          |                  | 200
api:job-team                            | job           | POST  | jobs:write         | EDIT_JOB         | 201
api:job-team-member                     | team member   | DELETE | jobs:write        | EDIT_JOB         | 200
api:departments                         |               | GET   | settings:read      |                  | 200
api:locations                           |               | GET   | settings:read      |                  | 200
api:job-fields                          |               | GET   | settings:read      |                  | 200
api:job-field-options                   | select        | GET   | settings:read      |                  | 200
api:candidate-fields                    |               | GET   | settings:read      |                  | 200
api:candidate-field-options             | candidate select | GET | settings:read     |                  | 200
api:members                             |               | GET   | settings:read      | CREATE_JOB       | 200
api:source-types                        |               | GET   | settings:read      |                  | 200
api:job-stages                          | job           | GET   | jobs:read          |                  | 200
api:hiring-processes                    |               | GET   | settings:read      |                  | 200
api:sources                             |               | GET   | settings:read      |                  | 200
api:candidates                          | (job)         | GET   | candidates:read    |                  | 200
api:candidates                          | (job)         | POST  | candidates:write   | ADD_CANDIDATE    | 201
api:candidate                           | candidate     | GET   | candidates:read    |                  | 200
api:candidate                           | candidate     | PATCH | candidates:write   | EDIT_CANDIDATE   | 200
api:candidate-tags                      | candidate     | POST  | candidates:write   | EDIT_CANDIDATE   | 200
api:candidate-tag                       | tag           | DELETE | candidates:write  | EDIT_CANDIDATE   | 200
api:tags                                |               | GET   | candidates:read    |                  | 200
api:prospects                           | (job)         | POST  | candidates:write   | ADD_CANDIDATE    | 201
api:applications                        | (candidate)   | GET   | applications:read  |                  | 200
api:applications                        | (candidate)   | POST  | applications:write | ADD_CANDIDATE    | 201
api:application                         | application   | GET   | applications:read  |                  | 200
api:application-move                    | application   | POST  | applications:write | MOVE_APPLICATION | 200
api:application-convert-lead            | lead          | POST  | applications:write | MOVE_APPLICATION | 200
api:application-reject                  | application   | POST  | applications:write | MOVE_APPLICATION | 200
api:application-withdraw                | application   | POST  | applications:write | MOVE_APPLICATION | 200
api:application-reopen                  | rejected      | POST  | applications:write | MOVE_APPLICATION | 200
api:application-history                 | application   | GET   | applications:read  |                  | 200
api:application-files                   | application   | GET   | files:read         |                  | 200
api:application-files                   | application   | POST  | files:write        | EDIT_CANDIDATE   | 201
api:file                                | file          | GET   | files:read         |                  | 200
api:file                                | file          | PATCH | files:write        | EDIT_CANDIDATE   | 200
resumes-api:file-text                   | file          | GET   | files:read         |                  | 200
api:application-note                    | my note       | GET   | notes:read         |                  | 200
api:application-note                    | my note       | PATCH | notes:write        |                  | 200
api:application-note#theirs             | their note    | PATCH | notes:write        | NOBODY           | 200
api:application-note#theirs             | their note    | GET   | notes:read         |                  | 200
api:application-notes                   | application   | GET   | notes:read         |                  | 200
api:application-notes                   | application   | POST  | notes:write        | WRITE_NOTE       | 201
requests-api:requests                   |               | GET   | requests:read      |                  | 200
requests-api:request                    | a request     | GET   | requests:read      |                  | 200
api:newsfeed                            |               | GET   | newsfeed:read      |                  | 200
careers-api:posting                     | job           | GET   | jobs:read          |                  | 200
careers-api:posting                     | job           | PATCH | jobs:write         | EDIT_JOB         | 200
careers-api:question-sets               |               | GET   | settings:read      | EDIT_JOB         | 200
careers-api:submissions                 |               | GET   | submissions:read   |                  | 200
careers-api:submission                  | sent          | GET   | submissions:read   |                  | 200
careers-api:submission#held             | held          | GET   | submissions:read   | ADD_CANDIDATE    | 200 else 404
careers-api:release                     | held          | POST  | submissions:write  | ADD_CANDIDATE    | 200 else 404
careers-api:discard                     | held          | POST  | submissions:write  | ADD_CANDIDATE    | 200 else 404
runs-api:runs                           |               | GET   | runs:read          |                  | 200
runs-api:run                            | run           | GET   | runs:read          | MANAGE_COMPANY   | 200 else 404
runs-api:run-stop                       | run           | POST  | runs:write         | MANAGE_COMPANY   | 200 else 404
runs-api:run-undo                       | run           | POST  | runs:write         | MANAGE_COMPANY   | 409 else 404
webhooks-api:webhooks                   |               | GET   | webhooks:read      | MANAGE_COMPANY   | 200
webhooks-api:webhooks                   |               | POST  | webhooks:write     | MANAGE_COMPANY   | 201
webhooks-api:webhook                    | webhook       | GET   | webhooks:read      | MANAGE_COMPANY   | 200
webhooks-api:webhook                    | webhook       | PATCH | webhooks:write     | MANAGE_COMPANY   | 200
webhooks-api:webhook                    | webhook       | DELETE | webhooks:write    | MANAGE_COMPANY   | 200
webhooks-api:rotate-secret              | webhook       | POST  | webhooks:write     | MANAGE_COMPANY   | 200
webhooks-api:ping                       | webhook       | POST  | webhooks:write     | MANAGE_COMPANY   | 200
webhooks-api:deliveries                 | webhook       | GET   | webhooks:read      | MANAGE_COMPANY   | 200
webhooks-api:redeliver                  | over          | POST  | webhooks:write     | MANAGE_COMPANY   | 200
webhooks-api:skip                       | delivery      | POST  | webhooks:write     | MANAGE_COMPANY   | 200
"""
# Objects whose last part is right under another application, too: tags are the company's; one person is on both jobs;
# a webhook's deliveries and the questions of a set hang on no job.
SHARED = ("tag", "both jobs", "delivery", "over", "set question")
# A file of the same person's other application stands here, too, for those who see that application's job; what may be
# done to it is that job's matter. For everybody else it is not here.
BESIDE = ("file",)
SCOPES = (
    "profile:read", "jobs:read", "jobs:write", "candidates:read", "candidates:write", "applications:read",
    "applications:write", "newsfeed:read", "notes:read", "notes:write", "files:read", "files:write", "requests:read",
    "requests:write", "runs:read", "runs:write", "settings:read", "submissions:read", "submissions:write",
    "webhooks:read", "webhooks:write",
)  # fmt: skip
WITH_ONE_SCOPE = ("Administrator", "Interviewer")
WORKING = ("all", *SCOPES)
BROKEN = ("no token", "a session alone", "unknown token", "revoked token", "expired token")

# ── For everybody ────────────────────────────────────────────────────────────────────────────────────────────────────
# The statuses of GET (and HEAD), POST, PUT, PATCH, DELETE and OPTIONS, signed out and signed in (as whoever it may be).
# What is allauth's takes a PUT for a POST. A form that is sent is empty. `gone`: an id or link that leads nowhere. What
# the public reads of a company that is there is in tests/careers.
OPEN = """
healthz                              |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
healthz-worker                       |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
readyz                               |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
companies:invitation                 | link | 200 200 405 405 405 405 | 200 200 405 405 405 405
companies:invitation#gone            | gone | 404 404 405 405 405 405 | 404 404 405 405 405 405
applications:shared-file             | file | 200 405 405 405 405 405 | 200 405 405 405 405 405
applications:shared-file#gone        | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
api:schema                           |      | 200 405 405 405 405 200 | 200 405 405 405 405 200
api:docs                             |      | 200 405 405 405 405 200 | 200 405 405 405 405 200
api:download-link                    | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
api/v1/                              |      | 404 404 404 404 404 404 | 404 404 404 404 404 404
connected_apps:server-metadata       |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
connected_apps:resource-metadata     |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
connected_apps:token                 |      | 405 400 405 405 405 405 | 405 400 405 405 405 405
connected_apps:register              |      | 405 404 405 405 405 405 | 405 404 405 405 405 405
connected_apps:revoke                |      | 405 400 405 405 405 405 | 405 400 405 405 405 405
connected_apps:introspect            |      | 405 400 405 405 405 405 | 405 400 405 405 405 405
careers_public:robots                |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
careers_public:sitemap-index         |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
careers_public:plain-style           | gone | 200 405 405 405 405 405 | 200 405 405 405 405 405
careers_public:script                | gone | 200 405 405 405 405 405 | 200 405 405 405 405 405
careers_public:jobs                  | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
careers_public:job                   | gone | 404 404 404 404 404 404 | 404 404 404 404 404 404
careers_public:job-by-number         | gone | 404 404 404 404 404 404 | 404 404 404 404 404 404
careers_public:apply                 | gone | 404 404 404 404 404 404 | 404 404 404 404 404 404
careers_public:thanks                | gone | 404 404 404 404 404 404 | 404 404 404 404 404 404
careers_public:apply-by-number       | gone | 404 404 404 404 404 404 | 404 404 404 404 404 404
careers_public:thanks-by-number      | gone | 404 404 404 404 404 404 | 404 404 404 404 404 404
careers_public:status                | gone | 404 404 405 405 405 405 | 404 404 405 405 405 405
careers_public:lost-link             |      | 404 404 405 405 405 405 | 404 404 405 405 405 405
careers_public:embed                 | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
careers_public:embed-script          | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
careers_public:sitemap               | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
careers_public:atom                  | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
careers_public:job-sites             | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
careers_public:style                 | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
careers_public:logo                  | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
careers_public:board                 | gone | 404 405 405 405 405 204 | 404 405 405 405 405 204
careers_public:board-jobs            | gone | 404 405 405 405 405 204 | 404 405 405 405 405 204
careers_public:board-job             | gone | 404 401 405 405 405 204 | 404 401 405 405 405 204
careers_public:board-departments     | gone | 404 405 405 405 405 204 | 404 405 405 405 405 204
careers_public:board-department      | gone | 404 405 405 405 405 204 | 404 405 405 405 405 204
careers_public:board-offices         | gone | 404 405 405 405 405 204 | 404 405 405 405 405 204
careers_public:board-office          | gone | 404 405 405 405 405 204 | 404 405 405 405 405 204
integrations:webhook                 | hook | 405 200 200 405 405 405 | 405 200 200 405 405 405
integrations:webhook#forged          | hook | 405 401 401 405 405 405 | 405 401 401 405 405 405
integrations:webhook#gone            | gone | 405 404 404 405 405 405 | 405 404 404 405 405 405
integrations:webhook-event           | hook | 405 200 200 405 405 405 | 405 200 200 405 405 405
integrations:webhook-event#forged    | hook | 405 401 401 405 405 405 | 405 401 401 405 405 405
integrations:webhook-event#gone      | gone | 405 404 404 405 405 405 | 405 404 404 405 405 405
account_login                        |      | 200 200 200 405 405 200 | 302 302 302 302 302 302
account_logout                       |      | 302 302 405 405 405 200 | 200 302 405 405 405 200
account_inactive                     |      | 200 405 405 405 405 200 | 200 405 405 405 405 200
account_signup                       |      | 200 405 405 405 405 200 | 200 405 405 405 405 200
account_reauthenticate               |      | 302 302 302 302 302 302 | 200 200 200 405 405 200
account_change_password              |      | 302 302 302 302 302 302 | 200 200 200 405 405 200
account_set_password                 |      | 302 302 302 302 302 302 | 302 302 302 302 302 302
account_reset_password               |      | 200 200 200 405 405 200 | 200 200 200 405 405 200
account_reset_password_from_key      | gone | 200 200 200 200 200 200 | 200 200 200 200 200 200
account_reset_password_from_key_done |      | 200 405 405 405 405 200 | 200 405 405 405 405 200
account_reset_password_done          |      | 200 405 405 405 405 200 | 200 405 405 405 405 200
mfa_index                            |      | 302 302 302 302 302 302 | 200 405 405 405 405 200
mfa_authenticate                     |      | 302 302 302 302 302 302 | 302 302 302 302 302 302
mfa_reauthenticate                   |      | 302 302 302 302 302 302 | 302 302 302 302 302 302
mfa_activate_totp                    |      | 302 302 302 302 302 302 | 302 302 302 302 302 302
mfa_deactivate_totp                  |      | 302 302 302 302 302 302 | 404 404 404 404 404 404
mfa_view_recovery_codes              |      | 302 302 302 302 302 302 | 404 405 405 405 405 200
mfa_generate_recovery_codes          |      | 302 302 302 302 302 302 | 302 302 302 302 302 302
mfa_download_recovery_codes          |      | 302 302 302 302 302 302 | 404 404 404 404 404 404
styleguide:index                     |      | 200 422 200 200 200 200 | 200 422 200 200 200 200
styleguide:window                    |      | 200 422 200 200 200 200 | 200 422 200 200 200 200
styleguide:card                      |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
styleguide:suggest                   |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
styleguide:deadline                  |      | 200 405 405 405 405 405 | 200 405 405 405 405 405
styleguide:move                      |      | 405 200 405 405 405 405 | 405 200 405 405 405 405
styleguide:undo                      |      | 405 303 405 405 405 405 | 405 303 405 405 405 405
styleguide:error                     | gone | 404 405 405 405 405 405 | 404 405 405 405 405 405
"""

# ── The Django admin ─────────────────────────────────────────────────────────────────────────────────────────────────
# Signed out and for everybody of a company: 302 to sign-in, whatever is asked. A model's addresses answer by what is
# done there; view-only staff look, and are refused (403) everything else. A superuser may do what is named here.
ADMIN_MODELS = """
base.outboxmessage             | act:retry
base.heartbeat                 |
django_q.schedule              |
newsfeed.newsfeedentry         |
auth.group                     | add change delete
companies.company              | add change act:enable-{integration}
companies.user                 | add change
companies.membership           | add change
companies.invitation           | add delete
mfa.authenticator              | delete
careers.careerssite            |
careers.posting                |
careers.questionset            |
careers.boardkey               |
jobs.hiringprocess             |
jobs.jobfield                  |
jobs.jobfieldoption            |
jobs.job                       |
candidates.candidate           |
candidates.candidatefield      |
candidates.candidatefieldoption |
applications.application       |
applications.sharedfile        |
api.apitoken                   | change
connected_apps.client          | add change act:remove
connected_apps.connection      |
runs.run                       |
webhooks.subscription          |
webhooks.delivery              |
integrations.installation      | change act:pause
integrations.webhookdelivery   |
"""
# What is done at an address of a model: what staff get who look, who may not, and who may. GET stands for every other
# method, which the Django admin takes for one; a form that is sent is empty, so it is refused (200) or changes nothing.
ADMIN_ADDRESSES = """
changelist | view   | GET 200 | POST 200
history    | view   | GET 200 | POST 200
object     | view   | GET 302 | POST 302
add        | add    | GET 200 | POST 200
change     | change | GET 200 | POST 200 302
delete     | delete | GET 200 | POST 200
act        | act    | GET 200 | POST 200
"""
# Platform staff with the rights to change accounts and groups, and none beside: whose account they may change.
ADMIN_OF_ACCOUNTS = """
companies.user | of a member         | GET 200 | POST 200
companies.user | of platform staff   | GET 200 | POST 403
companies.user | of a superuser      | GET 200 | POST 403
auth.group     | of platform staff   | GET 200 | POST 403
"""
# What is no model's: statuses of GET, POST, PUT, PATCH, DELETE and OPTIONS for staff, view-only and superusers alike.
ADMIN_OTHERS = """
admin:index          | 200 200 200 200 200 200
admin:login          | 302 200 200 405 405 200
admin:logout         | 405 302 405 405 405 200
admin:autocomplete   | 403 405 405 405 405 200
admin:jsi18n         | 200 405 405 405 405 200
admin:view_on_site   | 404 404 404 404 404 404
admin:app_list       | 200 200 200 200 200 200
admin/(?P<url>.*)$   | 404 404 404 404 404 404
"""
