"""The table as cells: who asks what about which object, and what they should be answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from integrations import registry
from recruiting.foundation.permissions import Action, CompanyRole
from tests.matrix import table
from tests.matrix.vendor import rights
from tests.matrix.world import (
    FOREIGN,
    MEMBERS,
    OTHER,
    OWN,
    PLACES,
    ROLES,
    SIGNED_OUT,
    STAFF,
    STRANGER,
    SUPERUSER,
    SUPPORT,
    Role,
    company_wide,
)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MEMBERS_DOOR, SETTINGS_DOOR, API_DOOR = "members", "settings", "api"
NOBODY = "NOBODY"


@dataclass(frozen=True)
class Rule:
    """What one method of an address takes, and answers."""

    status: int
    right: str = ""
    scope: str = ""
    refused: int = 403

    @classmethod
    def read(cls, text: str) -> "Rule | None":
        """Read "RIGHT status else status"; None for an empty cell."""
        wanted, _, refused = text.partition(" else ")
        if not wanted:
            return None
        *right, status = wanted.split()
        return cls(int(status), " ".join(right), refused=int(refused or 403))


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    door: str
    key: str
    about: str
    rules: Mapping[str, Rule]

    @property
    def address(self) -> str:
        """The name of the address, or its route."""
        return self.key.partition("#")[0]

    @property
    def word(self) -> str:
        """The object, wherever it is named."""
        return self.about.strip("()")

    @property
    def is_in_body(self) -> bool:
        """Whether the object is named in the body."""
        return self.about.startswith("(")

    def rule(self, method: str) -> Rule | None:
        """Return what a method takes; HEAD is GET."""
        return self.rules.get("GET" if method == "HEAD" else method)


@dataclass(frozen=True)
class Cell:
    """One question of the table."""

    line: Line
    method: str
    role: Role
    place: str
    """Where the object is."""
    other: str = ""
    """Where the last part of the address is, when it is another object's."""
    token: str = ""
    """Which token is sent: "all", a scope, or what is wrong with it."""

    @cached_property
    def expected(self) -> frozenset[int]:
        """The statuses that are right, mostly one."""
        return frozenset(_api(self) if self.line.door == API_DOOR else _page(self))

    @property
    def is_refused(self) -> bool:
        """Whether nothing may come of it."""
        return min(self.expected) >= 400 or (302 in self.expected and not self.role.is_member)

    @property
    def writes_unread(self) -> bool:
        """Whether a token writes that may not read what it wrote."""
        return self.token in table.SCOPES and self.method in ("POST", "PATCH", "DELETE") and min(self.expected) < 300

    def __str__(self) -> str:
        where = f"{self.place} with a part of the {self.other}" if self.other else self.place
        sent = f" [{self.token}]" if self.token else ""
        about = f" ({self.line.word} of {where})" if self.line.word else ""
        return f"{self.method} {self.line.key}{about} by {self.role.name}{sent}"


def lines() -> list[Line]:
    """Return every line of the table about members and their tokens."""
    parts = {MEMBERS_DOOR: _whole(table.MEMBERS, "members"), SETTINGS_DOOR: _whole(table.SETTINGS, "settings")}
    pages = [_line(door, cells) for door, rows in parts.items() for cells in rows]
    calls: dict[str, Line] = {}
    for key, about, method, scope, right, status in _whole(table.API, "api"):
        rules = calls[key].rules if key in calls else {}
        calls[key] = Line(API_DOOR, key, about, {**rules, method: replace(Rule.read(status), right=right, scope=scope)})
    return [*pages, *calls.values()]


def _line(door: str, cells: list[str]) -> Line:
    key, about, *rules = cells
    read = {method: Rule.read(cell) for method, cell in zip(("GET", "POST"), rules, strict=True)}
    return Line(door, key, about, {method: rule for method, rule in read.items() if rule})


def _whole(text: str, part: str) -> list[list[str]]:
    """Return the rows of a part of the table, the vendors' own after them."""
    return [*_rows(text), *(row for vendor in rights() for row in _rows(getattr(vendor, part)))]


def _rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" |")] for line in text.strip().splitlines() if line]


# ── What is right ────────────────────────────────────────────────────────────────────────────────────────────────────
def _page(cell: Cell) -> Sequence[int]:
    rule, door = cell.line.rule(cell.method), 0
    if not cell.role.is_member:
        door = 302
    elif cell.line.door == SETTINGS_DOOR and cell.role.company_role != CompanyRole.ADMINISTRATOR:
        door = 404
    if door:
        return (door,)
    return (405,) if rule is None else (_about_it(cell, rule),)


def _api(cell: Cell) -> Sequence[int]:
    rule = cell.line.rule(cell.method)
    if cell.token not in table.WORKING:
        return (401,)
    if rule is None:
        return (405,)
    if cell.token not in ("all", rule.scope):
        return (403,)
    return (_about_it(cell, rule),)


def _about_it(cell: Cell, rule: Rule) -> int:
    role, place, word = cell.role, cell.place, cell.line.word
    is_strange = bool(cell.other)
    is_named = bool(word) and not (cell.line.is_in_body and cell.method in ("GET", "HEAD"))
    is_seen = role.is_at(place) if word in company_wide() else role.sees(place)
    if is_seen and cell.other and word in table.BESIDE:
        is_strange, place = not role.sees(cell.other), cell.other
    if is_named and (not is_seen or is_strange):
        return 422 if cell.line.is_in_body else 404
    if rule.right == NOBODY:
        return rule.refused
    if rule.right:
        action = Action[rule.right]
        on_a_job = word and word not in company_wide()
        if not (role.may(action, place) if on_a_job else role.may_somewhere(action)):
            return rule.refused
    return rule.status


# ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────────
def places_of(line: Line, role: Role) -> Sequence[str]:
    """Return where the objects of a line are that a role asks about."""
    if not line.word:
        return (FOREIGN if role == STRANGER else OWN,)
    return (OWN, FOREIGN) if line.word in company_wide() else PLACES


def page_cells(line: Line, role: Role, *, parts: int) -> Iterator[Cell]:
    """Return what a role asks of a page; `parts` says of how many objects its address is made."""
    for method in METHODS:
        for place in places_of(line, role):
            yield Cell(line, method, role, place)
        if parts > 1 and line.word not in (*table.SHARED, *(word for vendor in rights() for word in vendor.shared)):
            yield Cell(line, method, role, OWN, OTHER)
            yield Cell(line, method, role, OTHER, OWN)


def api_cells(line: Line) -> Iterator[Cell]:
    """Return what is asked of the API: by every role's own token, by tokens of one scope, and by none that works."""
    callers = [(role, "all") for role in (*MEMBERS, STRANGER)]
    callers += [(role, scope) for role in MEMBERS if role.name in table.WITH_ONE_SCOPE for scope in table.SCOPES]
    callers += [(MEMBERS[0], wrong) for wrong in table.BROKEN]
    for role, token in callers:
        for method in METHODS:
            for place in places_of(line, role):
                yield Cell(line, method, role, place, token=token)


# ── For everybody, and the Django admin ──────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Plain:
    """A question whose answer stands in the table as it is."""

    key: str
    """The line, or the address in the admin."""
    word: str
    """What it is about."""
    method: str
    role: Role
    expected: frozenset[int]

    def __str__(self) -> str:
        return f"{self.method} {self.key}{f' ({self.word})' if self.word else ''} by {self.role.name}"


def open_cells() -> Iterator[Plain]:
    """Return what everybody is answered where anybody may come."""
    for key, word, signed_out, signed_in in _rows(table.OPEN):
        for role in ROLES:
            yield from _of_each_method(key, word, role, signed_out if role == SIGNED_OUT else signed_in)


def admin_cells() -> Iterator[Plain]:
    """Return what everybody is answered in the Django admin."""
    for key, statuses in _rows(table.ADMIN_OTHERS):
        for role in ROLES:
            if role in (STAFF, SUPERUSER):
                for cell in _of_each_method(key, "", role, statuses):
                    # Django's own page of sign-in sends on a GET alone.
                    shows = key == "admin:login" and cell.method == "HEAD"
                    yield replace(cell, expected=frozenset({200})) if shows else cell
            elif key != "admin:login" or role == SIGNED_OUT:
                yield from _of_each_method(key, "", role, "302 302 302 302 302 302")
            else:  # the admin's own sign-in leads nowhere for somebody who is signed in and may not enter
                yield from _of_each_method(key, "", role, "403 403 403 403 403 403")
    for model, may in admin_models():
        acts = [word.partition(":")[2] for word in may.split() if word.startswith("act:")]
        allowed = {"view", *(word.partition(":")[0] for word in may.split())}
        for done, needs, get, post in _rows(table.ADMIN_ADDRESSES):
            if done == "act" and not acts:
                continue
            for role in ROLES:
                for method in METHODS:
                    right = _in_admin(role, needs, allowed, method, (post if method == "POST" else get).split()[1:])
                    yield Plain(f"{model} {done}", acts[0] if done == "act" else "", method, role, right)
    for model, whose, get, post in _rows(table.ADMIN_OF_ACCOUNTS):
        for method, statuses in (("GET", get), ("POST", post)):
            yield Plain(f"{model} change", whose, method, SUPPORT, frozenset(map(int, statuses.split()[1:])))


def _in_admin(role: Role, needs: str, allowed: set[str], method: str, statuses: list[str]) -> frozenset[int]:
    if role not in (STAFF, SUPERUSER):
        return frozenset({302})
    # A row that may not be changed is shown all the same; only a form that is sent is refused.
    only_looks = needs == "view" or (needs == "change" and method != "POST")
    may = only_looks or (role == SUPERUSER and needs in allowed)
    return frozenset(map(int, statuses)) if may else frozenset({403})


def admin_models() -> list[list[str]]:
    """Return each model of the admin with what may be done there."""
    first = registry.all_integrations()[0].slug
    return [[model, may.format(integration=first)] for model, may in _whole(table.ADMIN_MODELS, "admin")]


def _of_each_method(key: str, word: str, role: Role, statuses: str) -> Iterator[Plain]:
    get, *others = map(int, statuses.split())
    for method, status in zip(METHODS, (get, get, *others), strict=True):
        yield Plain(key, word, method, role, frozenset({status}))


def known_addresses() -> set[str]:
    """Return every address that the table has, by what `addresses.every_address` calls it."""
    found = {line.address for line in lines()}
    found |= {key.partition("#")[0] for key, *_ in _rows(table.OPEN)}
    found |= {key for key, _ in _rows(table.ADMIN_OTHERS)}
    for model, may in admin_models():
        app, name = model.split(".")
        for done, *_ in _rows(table.ADMIN_ADDRESSES):
            if done == "object":
                found.add(f"admin/{app}/{name}/<path:object_id>/")
            elif done != "act" or "act:" in may:
                found.add(f"admin:{app}_{name}_{done}")
    return found
