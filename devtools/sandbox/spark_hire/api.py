"""The fake Spark Hire's API v1.0: who may call, and what is answered.

What a body must look like is in `intake`, an answer in `serializers`, what happens in `records`, and how an
answer is corrupted in `content_faults`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from devtools.sandbox.host.http import Refusal, Request, Response, json_response, no_content
from devtools.sandbox.host.router import Router
from devtools.sandbox.spark_hire import content_faults, intake, serializers
from devtools.sandbox.spark_hire.rate_limit import RateLimit
from devtools.sandbox.spark_hire.records import EVENTS, Records, Refused, User

ROOT = "/spark-hire/v1.0"
TRY_AGAIN = "X-Rate-Limit-Try-Again-Seconds"

Handler = Callable[[Request, User], Response]


def reason(status: int, text: str) -> Response:
    return json_response({"reason": text}, status=status)


def rate_limited(seconds: int) -> Response:
    return json_response(
        {"reason": "Rate limit exceeded. Try again later."}, status=429, headers={TRY_AGAIN: str(seconds)}
    )


class Api:
    """The handlers. `limit` gives the calls a key may make per minute."""

    def __init__(self, records: Records, *, limit: Callable[[], int], base_url: Callable[[], str]) -> None:
        self.records = records
        self.limit = limit
        self.base_url = base_url
        self.rate = RateLimit()

    def register(self, router: Router) -> None:
        routes: Sequence[tuple[str, str, Handler, str]] = (
            ("GET", "/me", self.me, "me"),
            ("GET", "/plan", self.plan, "plan"),
            ("GET", "/companies/{uuid}", self.company, "get_company"),
            ("GET", "/users", self.users, "list_users"),
            ("POST", "/users", self.create_user, "create_user"),
            ("GET", "/users/{uuid}", self.get_user, "get_user"),
            ("GET", "/users/{uuid}/integration_key", self.get_key, "get_integration_key"),
            ("POST", "/users/{uuid}/integration_key", self.create_key, "create_integration_key"),
            ("PUT", "/users/{uuid}/integration_key", self.rotate_key, "rotate_integration_key"),
            ("DELETE", "/users/{uuid}/integration_key", self.revoke_key, "revoke_integration_key"),
            ("GET", "/jobs", self.jobs, "list_jobs"),
            ("POST", "/jobs", self.create_job, "create_job"),
            ("GET", "/jobs/{uuid}", self.get_job, "get_job"),
            ("PUT", "/jobs/{uuid}", self.update_job, "update_job"),
            ("DELETE", "/jobs/{uuid}", self.delete_job, "delete_job"),
            ("GET", "/question_sets", self.question_sets, "list_question_sets"),
            ("POST", "/question_sets", self.create_question_set, "create_question_set"),
            ("GET", "/question_sets/{uuid}", self.get_question_set, "get_question_set"),
            ("GET", "/interviews", self.interviews, "list_interviews"),
            ("POST", "/interviews", self.create_interview, "create_interview"),
            ("GET", "/interviews/{uuid}", self.get_interview, "get_interview"),
            ("PUT", "/interviews/{uuid}", self.update_interview, "update_interview"),
            ("DELETE", "/interviews/{uuid}", self.delete_interview, "delete_interview"),
            ("GET", "/interviews/{uuid}/questions", self.interview_questions, "list_interview_questions"),
            ("GET", "/interviews/{uuid}/share_link", self.get_share_link, "get_share_link"),
            ("POST", "/interviews/{uuid}/share_link", self.create_share_link, "create_share_link"),
            ("PUT", "/interviews/{uuid}/share_link/{link}", self.update_share_link, "update_share_link"),
            ("GET", "/webhooks", self.webhooks, "list_webhooks"),
            ("POST", "/webhooks", self.create_webhook, "create_webhook"),
            ("DELETE", "/webhooks/{uuid}", self.delete_webhook, "delete_webhook"),
            ("GET", "/webhooks/replay/{event}", self.replay_webhook, "replay_webhook"),
        )
        for method, path, handler, operation in routes:
            router.add(method, ROOT + path, self._guarded(handler), operation=operation)

    def _guarded(self, handler: Handler) -> Callable[[Request], Response]:
        def guarded(request: Request) -> Response:
            key = request.basic_user()
            user = self.records.user_of_key(key)
            if user is None:
                return reason(401, "The API key is not valid.")
            seconds = self.rate.take(key, limit=self.limit())
            if seconds:
                return rate_limited(seconds)
            try:
                return handler(request, user)
            except Refusal as refusal:
                return reason(refusal.status, refusal.reason)

        return guarded

    # Account, users and keys (§2.1)

    def me(self, request: Request, user: User) -> Response:
        return json_response(content_faults.corrupt(request, self._user_shape(user)))

    def plan(self, request: Request, user: User) -> Response:
        account = self.records.company(user.company)
        return json_response(
            {
                "name": "Growth",
                "active_jobs_limit": account["active_jobs_limit"],
                "active_jobs": account["active_jobs"],
                "users_limit": account["users_limit"],
                "products": ["one_way"],
            }
        )

    def company(self, request: Request, user: User) -> Response:
        if request.params["uuid"] != user.company:
            raise Refused(404, "Company not found.")
        return json_response(serializers.company(uuid=user.company, name=user.company_name, base_url=self.base_url()))

    def users(self, request: Request, user: User) -> Response:
        page = intake.page(request, orders={"created": "user.created_at"}, table="user")
        rows = [
            row
            for row in self.records.users(company=user.company)
            if not row["disabled"] and (user.role != "evaluator" or row["uuid"] == user.uuid)
        ]
        if page.order.endswith("desc"):
            rows.reverse()
        shown = rows[page.offset : page.offset + page.limit]
        return json_response([serializers.user(row, base_url=self.base_url()) for row in shown])

    def create_user(self, request: Request, user: User) -> Response:
        self._require_admin(user)
        made = self.records.create_user(user, **intake.new_user(request))
        return json_response(self._user_shape(made), status=201)

    def get_user(self, request: Request, user: User) -> Response:
        return json_response(self._user_shape(self._colleague(request, user)))

    def get_key(self, request: Request, user: User) -> Response:
        return self._key_answer(self._key_owner(request, user), status=200)

    def create_key(self, request: Request, user: User) -> Response:
        owner = self._key_owner(request, user)
        if self.records.key_of(owner.uuid):
            raise Refused(400, "This user has an integration key already.")
        self.records.rotate_key(owner.uuid)
        return self._key_answer(owner, status=201)

    def rotate_key(self, request: Request, user: User) -> Response:
        owner = self._key_owner(request, user)
        self.records.rotate_key(owner.uuid)
        return self._key_answer(owner, status=200)

    def revoke_key(self, request: Request, user: User) -> Response:
        self.records.revoke_key(self._key_owner(request, user).uuid)
        return no_content()

    # Jobs (§2.2)

    def jobs(self, request: Request, user: User) -> Response:
        page = intake.page(
            request,
            orders={"created": "job.created_at", "updated": "job.updated_at", "title": "job.title"},
            table="job",
        )
        rows = self.records.jobs(
            user, order=page.order, offset=page.offset, limit=page.limit, statuses=request.query.get("status[]", [])
        )
        return json_response(content_faults.corrupt(request, [self.records.job_shape(row) for row in rows]))

    def create_job(self, request: Request, user: User) -> Response:
        self._require_may_write(user, "create jobs")
        row = self.records.create_job(user, intake.job(request, partial=False))
        return json_response(content_faults.corrupt(request, self.records.job_shape(row)), status=201)

    def get_job(self, request: Request, user: User) -> Response:
        row = self.records.job(request.params["uuid"], user)
        return json_response(content_faults.corrupt(request, self.records.job_shape(row)))

    def update_job(self, request: Request, user: User) -> Response:
        self._require_may_write(user, "change jobs")
        row = self.records.update_job(request.params["uuid"], intake.job(request, partial=True), user)
        return json_response(content_faults.corrupt(request, self.records.job_shape(row)))

    def delete_job(self, request: Request, user: User) -> Response:
        self._require_may_write(user, "delete jobs")
        self.records.delete_job(request.params["uuid"], user)
        return no_content()

    # Question sets (§2.3)

    def question_sets(self, request: Request, user: User) -> Response:
        page = intake.page(
            request,
            orders={
                "created": "question_set.created_at",
                "updated": "question_set.updated_at",
                "title": "question_set.name",
                "name": "question_set.name",
            },
            table="question_set",
        )
        rows = self.records.question_sets(company=user.company, order=page.order, offset=page.offset, limit=page.limit)
        questions = self.records.questions([row["uuid"] for row in rows])
        shapes = [serializers.question_set(row, questions.get(row["uuid"], [])) for row in rows]
        return json_response(content_faults.corrupt(request, shapes))

    def create_question_set(self, request: Request, user: User) -> Response:
        self._require_may_write(user, "create question sets")
        data = intake.body(request, known=("name", "questions"), renamed={"title": "name"})
        asked = intake.questions(data.get("questions"))
        if not asked:
            raise Refused(400, "questions is required.")
        row = self.records.create_question_set(
            user.company, name=intake.text(data, "name", required=True), questions=asked
        )
        return json_response(self._question_set_shape(row["uuid"], user), status=201)

    def get_question_set(self, request: Request, user: User) -> Response:
        return json_response(content_faults.corrupt(request, self._question_set_shape(request.params["uuid"], user)))

    # Interviews (§2.4)

    def interviews(self, request: Request, user: User) -> Response:
        self.records.expire_due(request.now)
        page = intake.page(
            request,
            orders={
                "created": "interview.created_at",
                "updated": "interview.updated_at",
                "scheduled": "interview.scheduled_at",
            },
            table="interview",
        )
        jobs = [job for value in request.query.get("job[uuid]", []) for job in value.split(",") if job]
        rows = self.records.interviews(
            user,
            order=page.order,
            offset=page.offset,
            limit=page.limit,
            statuses=request.query.get("status[]", []),
            types=request.query.get("type[]", []),
            jobs=jobs,
        )
        return json_response(content_faults.corrupt(request, self.records.interview_shapes(rows)))

    def create_interview(self, request: Request, user: User) -> Response:
        """One candidate is answered with an object, several with a list (§7 row 10)."""
        self._require_may_write(user, "schedule interviews")
        wanted = intake.new_interview(request)
        rows = self.records.create_interviews(
            user,
            job=wanted.job,
            candidates=wanted.candidates,
            deadline=wanted.deadline,
            timezone=wanted.timezone,
            email_message=wanted.email_message,
            question_set=wanted.question_set,
            questions=wanted.questions,
        )
        shapes = content_faults.corrupt(request, self.records.interview_shapes(rows))
        return json_response(shapes[0] if len(shapes) == 1 else shapes, status=201)

    def get_interview(self, request: Request, user: User) -> Response:
        self.records.expire_due(request.now)
        row = self.records.interview(request.params["uuid"], user)
        if row["status"] == "expired" and request.take_fault("gone_410"):
            raise Refused(410, "This interview has expired.")
        return json_response(content_faults.corrupt(request, self.records.interview_shape(row)))

    def update_interview(self, request: Request, user: User) -> Response:
        self._require_may_write(user, "reschedule interviews")
        self.records.expire_due(request.now)
        row = self.records.interview(request.params["uuid"], user)
        data = intake.body(request, known=("scheduled_at", "timezone"), renamed=intake.MODELED_INTERVIEW_NAMES)
        zone = intake.timezone(data) if "timezone" in data else row["timezone"]
        row = self.records.reschedule(
            row["uuid"],
            intake.deadline(data.get("scheduled_at"), zone=zone, now=request.now),
            user=user,
            timezone=zone,
        )
        return json_response(content_faults.corrupt(request, self.records.interview_shape(row)))

    def delete_interview(self, request: Request, user: User) -> Response:
        self._require_may_write(user, "delete interviews")
        self.records.expire_due(request.now)
        self.records.delete(request.params["uuid"], user=user)
        return no_content()

    def interview_questions(self, request: Request, user: User) -> Response:
        row = self.records.interview(request.params["uuid"], user)
        asked = self.records.questions([row["uuid"]]).get(row["uuid"], [])
        return json_response([serializers.question(each) for each in asked])

    # Share links (§2.5)

    def get_share_link(self, request: Request, user: User) -> Response:
        row = self.records.interview(request.params["uuid"], user)
        shape = serializers.share_link(row, base_url=self.base_url())
        if shape is None:
            raise Refused(404, "This interview has no share link.")
        return json_response(content_faults.corrupt(request, shape))

    def create_share_link(self, request: Request, user: User) -> Response:
        """Asked again, the active link comes back (200 instead of 201)."""
        row, made = self.records.share(request.params["uuid"], user)
        shape = serializers.share_link(row, base_url=self.base_url())
        return json_response(content_faults.corrupt(request, shape), status=201 if made else 200)

    def update_share_link(self, request: Request, user: User) -> Response:
        data = intake.body(request, known=("status",))
        status = data.get("status")
        if isinstance(status, bool) or status not in (0, 1):
            raise Refused(400, "status must be 0 or 1.")
        row = self.records.set_share_status(request.params["uuid"], request.params["link"], status, user)
        return json_response(serializers.share_link(row, base_url=self.base_url()))

    # Webhooks (§2.6)

    def webhooks(self, request: Request, user: User) -> Response:
        return json_response([serializers.webhook(row) for row in self.records.subscriptions(user=user.uuid)])

    def create_webhook(self, request: Request, user: User) -> Response:
        row = self.records.subscribe(user, **intake.subscription(request))
        return json_response(serializers.webhook(row), status=201)

    def delete_webhook(self, request: Request, user: User) -> Response:
        self.records.unsubscribe(user, request.params["uuid"])
        return no_content()

    def replay_webhook(self, request: Request, user: User) -> Response:
        event = request.params["event"]
        if event not in EVENTS:
            raise Refused(400, f"event must be one of {', '.join(EVENTS)}.")
        return json_response(self.records.replay(user, event))

    # Helpers

    def _require_admin(self, user: User) -> None:
        if user.role != "admin":
            raise Refused(403, "Only an administrator may do this.")

    def _require_may_write(self, user: User, what: str) -> None:
        """§7 row 5: an Evaluator watches and rates, and creates nothing."""
        if user.role == "evaluator":
            raise Refused(403, f"Your role does not allow you to {what}.")

    def _colleague(self, request: Request, user: User) -> User:
        found = self.records.user(request.params["uuid"])
        if found.company != user.company:
            raise Refused(404, "User not found.")
        return found

    def _key_owner(self, request: Request, user: User) -> User:
        owner = self._colleague(request, user)
        if owner.uuid != user.uuid:
            self._require_admin(user)
        return owner

    def _key_answer(self, owner: User, *, status: int) -> Response:
        key = self.records.key_of(owner.uuid)
        if key is None:
            raise Refused(404, "This user has no integration key.")
        shape = {"uuid": key["uuid"], "api_key": key["api_key"], "created_at": serializers.time(key["created_at"])}
        return json_response(shape, status=status)

    def _user_shape(self, user: User) -> dict[str, Any]:
        return serializers.user(
            {name: getattr(user, name) for name in User.__slots__},
            base_url=self.base_url(),
        )

    def _question_set_shape(self, number: str, user: User) -> dict[str, Any]:
        row = self.records.question_set(number, company=user.company)
        return serializers.question_set(row, self.records.questions([number]).get(number, []))
