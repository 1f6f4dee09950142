"""Files of bare purchases, as registers and other programs write them: a customer's number, a day, an amount."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from kizuna.errors import RequestError, Text
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.model.scope import Actor
from kizuna.sync.references import UUID


class NoCustomersError(RequestError):
    """Customers are to be added from a file that names none."""

    code = "import-names-no-customers"
    text = Text(
        "このファイルに「顧客」の列がないため、顧客を追加できません。--map 見出し=customer_id で指定してください。",
        "No column of this file names customers. Say which with --map HEADING=customer_id.",
    )


class NoAmountsError(RequestError):
    """Returns are to be told by the sign of an amount that the file does not have."""

    code = "import-has-no-amounts"
    text = Text(
        "このファイルに「金額」の列がないため、返品を見分けられません。--map 見出し=amount で指定してください。",
        "No column of this file is the amount, so returns cannot be told. Say which with --map HEADING=amount.",
    )


def new_customers(
    database: Database, connection: sa.Connection, actor: Actor, table: Mapping[str, Any], constants: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the changes that add the customers a file's new rows name and nobody knows, or None where all are known.

    Their name is their number until somebody writes a better one. Raises NoCustomersError.
    """
    inserts = table.get("inserts") or {"fields": ["customer_id"], "columns": [[]]}
    if "customer_id" not in inserts["fields"]:
        raise NoCustomersError
    column = inserts["columns"][inserts["fields"].index("customer_id")]
    named = dict.fromkeys(one for one in column if one is not None and not UUID.match(one))
    scope, stores = database.backend.in_list("store_id", actor.feeds)
    condition, values = database.backend.in_list("number", list(named))
    live = "deleted = " + ("0" if database.backend.name == "sqlite" else "false")
    sql = f"select number from customers where {condition} and {scope} and {live}"
    known = {number for (number,) in fetch_all(connection, sql, (*values, *stores))}
    unknown = [one for one in named if one not in known]
    if not unknown:
        return None
    columns = {"id": [new_id() for _ in unknown], "number": unknown, "name": unknown}
    if "store_id" in constants:
        columns["store_id"] = [constants["store_id"]] * len(unknown)
    return {"table": "customers", "inserts": {"fields": list(columns), "columns": list(columns.values())}}


def returns_by_sign(table: dict[str, Any]) -> dict[str, Any]:
    """Return the changes with every new purchase of a negative amount as a return; raises NoAmountsError."""
    inserts = table.get("inserts")
    if inserts is None:
        return table
    columns = dict(zip(inserts["fields"], inserts["columns"], strict=True))
    if "amount" not in columns:
        raise NoAmountsError
    given = columns.get("kind", [None] * len(columns["amount"]))
    columns["kind"] = [
        "return" if amount is not None and float(amount) < 0 else kind or "sale"
        for amount, kind in zip(columns["amount"], given, strict=True)
    ]
    return {**table, "inserts": {"fields": list(columns), "columns": list(columns.values())}}
