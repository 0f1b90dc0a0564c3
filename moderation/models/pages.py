"""Keyset pages: any order that ends in the id, both directions, none skipped, none twice.

A cursor names the last row of a page by its sort values, not by its number: rows that
arrive or leave move nothing. A deep page costs what the first one costs.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import BooleanField, F, FloatField, Func, Model, QuerySet, UUIDField, Value

Row = TypeVar("Row", bound=Model)


class BadCursor(ValueError):
    """Not a cursor that we gave out for this order."""


@dataclass(frozen=True, slots=True)
class Order:
    """Columns to sort by, the last one unique, all in one direction."""

    columns: tuple[str, ...]
    descending: bool


ORDERS = {
    "newest": Order(("id",), descending=True),
    "oldest": Order(("id",), descending=False),
    "score": Order(("rank", "id"), descending=True),
    # Where a decision settles most and matters most: scoring/doubt.py.
    "uncertain": Order(("doubt", "id"), descending=True),
}


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: list[Row]
    next: str | None
    previous: str | None


class RowCompare(Func):
    """(a, b) < (x, y): one comparison that an index over both columns answers."""

    output_field = BooleanField()

    def __init__(self, left: Sequence[Any], sign: str, right: Sequence[Any]) -> None:
        super().__init__(*left, *right)
        self.sign, self.width = sign, len(left)

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        left = ", ".join(sql for sql, _params in parts[: self.width])
        right = ", ".join(sql for sql, _params in parts[self.width :])
        return f"({left}) {self.sign} ({right})", [p for _sql, params in parts for p in params]


def page_of(
    rows: QuerySet[Row],
    *others: QuerySet[Row],
    order: Order,
    cursor: str | None,
    limit: int,
) -> Page[Row]:
    """Return one page of one list, or of several that have no row in common.

    Raises BadCursor for a cursor that is not of this order.
    """
    backwards, values = read_cursor(cursor, order) if cursor else (False, None)
    descending = order.descending != backwards
    parts = (first_rows(one, order, values, descending, limit + 1) for one in (rows, *others))
    key = attrgetter(*order.columns)
    found = sorted(chain.from_iterable(parts), key=key, reverse=descending)
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, values is not None)
    return Page(
        rows=found,
        next=write_cursor(found[-1], order, backwards=False) if found and has_next else None,
        previous=write_cursor(found[0], order, backwards=True) if found and has_previous else None,
    )


def first_rows(
    rows: QuerySet[Row],
    order: Order,
    values: Sequence[Any] | None,
    descending: bool,
    limit: int,
) -> QuerySet[Row]:
    """Return what comes first of a list behind a cursor's values.

    A list may come ordered by what is the same in all its rows: it so names the index to walk.
    """
    if values is not None:
        left = [F(column) for column in order.columns]
        right = [
            value_of(column, value) for column, value in zip(order.columns, values, strict=True)
        ]
        rows = rows.filter(RowCompare(left, "<" if descending else ">", right))
    sign = "-" if descending else ""
    same = [str(column) for column in rows.query.order_by]
    return rows.order_by(*(sign + column for column in (*same, *order.columns)))[:limit]


def value_of(column: str, value: Any) -> Value:
    return Value(value, output_field=UUIDField() if column == "id" else FloatField())


def write_cursor(row: Model, order: Order, *, backwards: bool) -> str:
    values = [backwards, *(getattr(row, column) for column in order.columns)]
    packed = json.dumps(values, default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read_cursor(cursor: str, order: Order) -> tuple[bool, list[Any]]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        backwards, *values = json.loads(packed)
        typed = [
            UUID(value) if column == "id" else float(value)
            for column, value in zip(order.columns, values, strict=True)
        ]
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadCursor("is not a cursor of this list") from error
    return backwards is True, typed
