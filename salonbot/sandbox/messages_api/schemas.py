"""What of JSON Schema the API accepts for structured output and strict tools; everything else is a 400.

Source: platform.claude.com, build-with-claude/structured-outputs (limitations and complexity limits), read 2026-11.
"""

from collections.abc import Iterator
from typing import Any

RANGES = frozenset(
    {
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    }
)  # fmt: skip
MOST_OPTIONAL = 24
MOST_UNIONS = 16


def schema_problems(schema: object) -> Iterator[str]:
    """Why the API would refuse this schema; nothing where it would take it."""
    if not isinstance(schema, dict):
        yield "output_config.format.schema: must be an object"
        return
    counts = {"optional": 0, "unions": 0}
    yield from _node_problems(schema, schema, "schema", (), counts)
    if counts["optional"] > MOST_OPTIONAL:
        yield f"schema: {counts['optional']} optional parameters, at most {MOST_OPTIONAL}"
    if counts["unions"] > MOST_UNIONS:
        yield f"schema: {counts['unions']} parameters with union types, at most {MOST_UNIONS}"


def _node_problems(
    node: object, root: dict[str, Any], path: str, refs: tuple[str, ...], counts: dict[str, int]
) -> Iterator[str]:
    if not isinstance(node, dict):
        yield f"{path}: must be an object"
        return
    for keyword in sorted(RANGES & node.keys()):
        yield f"{path}: '{keyword}' is not supported"
    if node.get("minItems", 0) not in (0, 1):
        yield f"{path}: 'minItems' above 1 is not supported"
    if "anyOf" in node or isinstance(node.get("type"), list):
        counts["unions"] += 1
    yield from _object_problems(node, path, counts)
    yield from _reference_problems(node, root, path, refs, counts)
    for name, child in (node.get("properties") or {}).items():
        yield from _node_problems(child, root, f"{path}.{name}", refs, counts)
    if "items" in node:
        yield from _node_problems(node["items"], root, f"{path}[]", refs, counts)
    for keyword in ("anyOf", "allOf"):
        for position, child in enumerate(node.get(keyword) or ()):
            yield from _node_problems(child, root, f"{path}.{keyword}[{position}]", refs, counts)


def _object_problems(node: dict[str, Any], path: str, counts: dict[str, int]) -> Iterator[str]:
    if node.get("type") != "object" and "properties" not in node:
        return
    if node.get("additionalProperties") is not False:
        yield f"{path}: for 'object' type, 'additionalProperties' must be explicitly set to false"
    properties, required = set(node.get("properties") or ()), set(node.get("required") or ())
    counts["optional"] += len(properties - required)
    for name in sorted(required - properties):
        yield f"{path}: required property '{name}' is not among the properties"


def _reference_problems(
    node: dict[str, Any], root: dict[str, Any], path: str, refs: tuple[str, ...], counts: dict[str, int]
) -> Iterator[str]:
    reference = node.get("$ref")
    if reference is None:
        return
    if not isinstance(reference, str) or not reference.startswith("#/"):
        yield f"{path}: external $ref is not supported"
        return
    if reference in refs:
        yield f"{path}: recursive schemas are not supported"
        return
    target: object = root
    for part in reference[2:].split("/"):
        target = target.get(part) if isinstance(target, dict) else None
    yield from _node_problems(target, root, path, (*refs, reference), counts)
