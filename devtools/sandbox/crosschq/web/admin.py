"""What an admin of an organization sees at Crosschq: the partner key, webhook, rules, surveys, users, prospects."""

import json
import sqlite3

from devtools.sandbox.crosschq.administration import Administration
from devtools.sandbox.crosschq.records import Records
from devtools.sandbox.crosschq.web.frame import answered, guarded, relationship_options, shown_time
from devtools.sandbox.crosschq.wire import RELATIONSHIPS
from devtools.sandbox.host.http import Request, Response, redirect
from devtools.sandbox.host.markup import Markup, badge, button, link, markup, table
from devtools.sandbox.host.router import Router

ADMIN = "/crosschq/admin/"
PROSPECTS_SHOWN = 100


class AdminPages:
    """Behind a login at Crosschq; the sandbox signs the tester in."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.administration = Administration(records)

    def register(self, router: Router) -> None:
        router.add("GET", ADMIN, guarded(self.organisations))
        router.add("GET", f"{ADMIN}{{id}}/", guarded(self.organisation))
        router.add("POST", f"{ADMIN}{{id}}/{{act}}", guarded(self.act))

    def organisations(self, request: Request) -> Response:
        rows = [
            (link(f"{ADMIN}{row['id']}/", row["name"]), _key_state(row), row["webhook_url"] or "no webhook")
            for row in self.records.organisations()
        ]
        body = markup(
            '<p class="quiet">In Crosschq this page needs a login; the sandbox signs you in.</p>{rows}',
            rows=table(("Organization", "Partner key", "Webhook"), rows, empty="There is no organization yet."),
        )
        return answered("Crosschq: organizations", body)

    def organisation(self, request: Request) -> Response:
        row = self.records.organisation(request.params["id"])
        body = markup(
            "<p>{control}</p>{key}{webhook}{rules}{surveys}{users}{prospects}",
            control=link("/__sandbox__/crosschq/", "Tester: requests and levers"),
            key=self._key(row),
            webhook=self._webhook(row),
            rules=self._rules(row),
            surveys=self._surveys(row),
            users=self._users(row),
            prospects=self._prospects(row),
        )
        return answered(f"{row['name']}: settings", body)

    def act(self, request: Request) -> Response:
        number = str(self.records.organisation(request.params["id"])["id"])
        self.administration.act(number, request.params["act"], request.form())
        return redirect(f"{ADMIN}{number}/")

    def _key(self, row: sqlite3.Row) -> Markup:
        here = f"{ADMIN}{row['id']}/"
        return markup(
            "<section><h2>Crosschq Partner API</h2><p>{state}</p>{shown}{rotate}{revoke}</section>",
            state=_key_state(row),
            shown=markup(
                "<details><summary>Show the Partner API Key</summary><pre>{key}</pre></details><br>",
                key=row["api_key"],
            )
            if row["api_key"]
            else "",
            rotate=button(f"{here}rotate_key", "Make a new key"),
            revoke=button(f"{here}revoke_key", "Revoke the key", tone="danger") if row["api_key"] else "",
        )

    def _webhook(self, row: sqlite3.Row) -> Markup:
        return markup(
            '<section><h2>Webhook</h2><form method="post" action="{here}webhook" class="stack">'
            '<label>Webhook URL <small>empty switches it off</small><input name="url" value="{url}"></label>'
            '<label>Request method<select name="method">{methods}</select></label>'
            '<label>Auth method<select name="auth">{auths}</select></label>'
            "<label>Token <small>for Basic and Token</small>"
            '<input name="token" value="{token}" autocomplete="off"></label>'
            '<div><button class="primary">Save the webhook</button></div></form></section>',
            here=f"{ADMIN}{row['id']}/",
            url=row["webhook_url"],
            token=row["webhook_token"],
            methods=_options((("POST", "POST"), ("PUT", "PUT")), row["webhook_method"]),
            auths=_options((("none", "No Auth"), ("basic", "Basic"), ("token", "Token")), row["webhook_auth"]),
        )

    def _rules(self, row: sqlite3.Row) -> Markup:
        return markup(
            '<section><h2>Requests and reports</h2><form method="post" action="{here}settings" class="stack">'
            '<label>Least number of references<input name="min_reference_count" value="{least}" inputmode="numeric">'
            '</label><label>PDF reports<select name="pdf">{pdf}</select></label>'
            "<label>Conclude by itself after this many answers <small>0 for never</small>"
            '<input name="conclude_count" value="{count}" inputmode="numeric"></label>'
            '<label>Counting only<select name="conclude_relationship">{kinds}</select></label>'
            '<label>Not before this many days<input name="conclude_days" value="{days}" inputmode="numeric">'
            '</label><div><button class="primary">Save the rules</button></div></form></section>',
            here=f"{ADMIN}{row['id']}/",
            least=row["min_reference_count"],
            pdf=_options((("1", "are made"), ("0", "are disabled")), str(row["pdf"])),
            count=row["conclude_count"],
            kinds=relationship_options(row["conclude_relationship"], none="any relationship"),
            days=row["conclude_days"],
        )

    def _surveys(self, row: sqlite3.Row) -> Markup:
        surveys = self.records.surveys(row["id"], disabled=True)
        return markup(
            "<section><h2>Surveys</h2>{surveys}</section>", surveys=[self._survey(row, each) for each in surveys]
        )

    def _survey(self, row: sqlite3.Row, survey: sqlite3.Row) -> Markup:
        limits = json.loads(survey["relationships"])
        fields = [
            markup(
                "<label>{name} <small>{edge}</small>"
                '<input name="{key}_{edge}" value="{value}" inputmode="numeric"></label>',
                name=names[0],
                edge=edge,
                key=key,
                value=limits[key][edge],
            )
            for key, names in RELATIONSHIPS.items()
            for edge in ("min", "max")
        ]
        return markup(
            "<details><summary>{name} {state} <code>{codename}</code></summary>"
            '<form method="post" action="{here}survey" class="stack">'
            '<input type="hidden" name="codename" value="{codename}">'
            '<label>State<select name="enabled">{states}</select></label>{fields}'
            '<div><button class="primary">Save this survey</button></div></form></details>',
            name=survey["name"],
            state=badge("on", "success") if survey["enabled"] else badge("off", "danger"),
            codename=survey["codename"],
            here=f"{ADMIN}{row['id']}/",
            states=_options((("1", "on"), ("0", "off")), str(survey["enabled"])),
            fields=fields,
        )

    def _users(self, row: sqlite3.Row) -> Markup:
        here = f"{ADMIN}{row['id']}/"
        rows = [
            (
                f"{each['first_name']} {each['last_name']}",
                each["email"],
                each["role"],
                button(f"{here}remove_user", "Remove", fields={"email": each["email"]}),
            )
            for each in self.records.users(row["id"])
        ]
        return markup(
            '<section><h2>Users</h2>{rows}<form method="post" action="{here}user" class="stack">'
            '<label>First name<input name="first_name" required></label>'
            '<label>Last name<input name="last_name" required></label>'
            '<label>Email<input name="email" type="email" required></label>'
            "<div><button>Add a user</button></div></form></section>",
            rows=table(("Name", "Email", "Role", ""), rows, empty="Nobody may ask for references here."),
            here=here,
        )

    def _prospects(self, row: sqlite3.Row) -> Markup:
        here = f"{ADMIN}{row['id']}/"
        rows = [
            (
                f"{each['first_name']} {each['last_name']}",
                each["email"] or "none",
                each["title"],
                shown_time(each["created_at"]),
                button(f"{here}remove_prospect", "Remove", fields={"id": each["id"]}),
            )
            for each in self.records.newest_prospects(row["id"], limit=PROSPECTS_SHOWN)
        ]
        return markup(
            "<section><h2>Prospects</h2><p>{count} in all; the newest {shown}.</p>"
            '<form method="post" action="{here}prospects" class="stack">'
            "<label>Add made-up prospects <small>one in twenty twice, one in fifty without email</small>"
            '<input name="count" value="50" inputmode="numeric" required></label>'
            "<div><button>Add them</button></div></form>{rows}</section>",
            count=self.records.count_prospects(row["id"]),
            shown=len(rows),
            here=here,
            rows=table(("Name", "Email", "Title", "Since", ""), rows, empty="There is no prospect yet."),
        )


def _key_state(row: sqlite3.Row) -> Markup:
    return badge(f"key ends {row['api_key'][-4:]}", "success") if row["api_key"] else badge("no key", "danger")


def _options(names: tuple[tuple[str, str], ...], chosen: str) -> list[Markup]:
    return [
        markup(
            '<option value="{value}"{selected}>{text}</option>',
            value=value,
            selected=Markup(" selected" if value == chosen else ""),
            text=text,
        )
        for value, text in names
    ]
