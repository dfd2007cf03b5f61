"""The API's operations as docs/openapi.yaml has them, and the ids of things for all that they name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import yaml
from django.conf import settings
from django.urls import resolve

from tests import factories, vendor_site
from tests.architecture.test_query_counts import World

NOTHING = str(UUID(int=0))
JSON = "application/json"
FALLBACK = max(site.namespace for site in vendor_site.sites())
"""The vendor whose things stand for those of addresses that are no vendor's."""


class Things:
    """Ids of what is in a company, one of everything."""

    def __init__(self, world: World) -> None:
        self._ids = {name: str(values[0]) for name, values in world.values.items()}
        self._ids["team_id"] = str(factories.HiringTeamMemberFactory(job=world.application.job).pk)
        self._ids["type"] = str(world.source.type_id)
        self.every = {one for one in self._ids.values() if is_id(one)}

    def of(self, path: str) -> Mapping[str, str]:
        """Return them by what a path, its query and its bodies call them."""
        namespace = resolve(re.sub(r"{\w+}", NOTHING, path)).namespace.removesuffix("_api")
        ids = self._ids | {
            name.partition(":")[2]: one
            for name, one in sorted(self._ids.items(), key=lambda item: namespace in item[0])
            if name.partition(":")[0] in (namespace, FALLBACK)
        }
        if "/candidate-fields/" in path:
            ids["field_id"] = self._ids["candidates:field_id"]
        connection = ids.get("installation_id", ids["connection_id"])
        fields = {name.removesuffix("_id"): one for name, one in ids.items() if is_id(one)}
        return {
            **fields,
            **ids,
            "seen_stage": ids["stage_id"],
            "connection": connection,
            "requestor": fields["membership"],
        }


@dataclass(frozen=True)
class Operation:
    """A method at an address."""

    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def parts(self) -> list[str]:
        """What the ids in the address are called."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def is_list(self) -> bool:
        """Whether it is paged."""
        return any(one["name"] == "cursor" for one in self.described.get("parameters", ()))

    @property
    def fields(self) -> Mapping[str, Any]:
        """The members of its JSON body by name."""
        content = self.described.get("requestBody", {"content": {}})["content"].get(JSON)
        return _properties(content["schema"]) if content else {}

    def address(self, ids: Mapping[str, str]) -> str:
        """Return its address, with an id for each part."""
        return self.path.format(**{part: ids[part] for part in self.parts})


@cache
def operations() -> tuple[Operation, ...]:
    """Return all operations."""
    return tuple(
        Operation(method, path, described)
        for path, methods in _schema()["paths"].items()
        for method, described in methods.items()
    )


def reads() -> Iterator[Operation]:
    """Yield those that read."""
    return (one for one in operations() if one.method == "get")


def writes() -> Iterator[Operation]:
    """Yield those that take a JSON body."""
    return (one for one in operations() if one.fields)


def is_id(value: object) -> bool:
    """Tell whether something is an id as the API writes it."""
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


@cache
def _schema() -> Any:
    return yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text())


def _properties(schema: Any) -> Mapping[str, Any]:
    while "$ref" in schema or "allOf" in schema:
        found = schema["allOf"][0]["$ref"] if "allOf" in schema else schema["$ref"]
        schema = _schema()["components"]["schemas"][found.rpartition("/")[2]]
    properties: Mapping[str, Any] = schema.get("properties", {})
    return properties
