"""A filter as a condition of SQL on the documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vector_store.types import Filter

_BOUNDS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<=", "$ne": "<>"}


def condition(filter: Filter) -> str:
    """The condition that the documents meet for which `filter` holds."""
    clauses = [_clause(field, wanted) for field, wanted in filter.fields.items()]
    if filter.sources is not None:
        clauses.append(f"source IN ({', '.join(map(_literal, filter.sources))})")
    return " AND ".join(clauses) or "TRUE"


def _clause(field: str, wanted: Any) -> str:
    if isinstance(wanted, Mapping):
        parts = [
            f"json_extract(metadata, '$.{field}') {_BOUNDS[sign]} {_literal(value)}" for sign, value in wanted.items()
        ]
        return "(" + " AND ".join(parts) + ")"
    options = wanted if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
    listed = ", ".join(_literal(option) for option in options)
    values = f"SELECT value FROM json_each(metadata, '$.{field}')"  # nosec B608 # a `Filter` has words as fields
    return f"EXISTS ({values} WHERE value IN ({listed}))"


def _literal(value: Any) -> str:
    """`value` as an SQL literal; FTS5 and sub-queries make bound parameters awkward here, so quotes are doubled."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + str(value).replace("'", "''").replace("\0", "") + "'"
