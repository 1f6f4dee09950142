from __future__ import annotations

import json

from tests.fixtures.wire import Caller
from tests.server.cli.test_history import kizuna


def test_duplicates_are_shown_merged_and_the_merge_taken_back(first: Caller, database_url: str) -> None:
    first.insert("customers", name="山田 花子", phone="03-1234-5678", mail="h@example.jp", number="C0001")
    loser = first.insert("customers", name="山田花子", phone="0312345678", mail="h@example.jp", number="C0002")
    first.insert("purchases", customer_id=loser["id"], purchased_on="2026-01-01", amount=100)

    shown = kizuna("duplicates", "--database", database_url)
    told = json.loads(kizuna("duplicates", "--json", "--database", database_url))
    tried = kizuna("merge", "C0001", "C0002", "--dry-run", "--database", database_url)
    merged = kizuna("merge", "C0001", "C0002", "--field", "name=loser", "--database", database_url)
    kizuna("undo", merged.split()[-1], "--database", database_url)

    assert "C0001 山田 花子" in shown
    assert "same phone number" in shown
    assert told["candidates"][0]["score"] >= 80
    assert "nothing changed yet" in tried
    assert merged.startswith("C0002 merged into C0001, 1 row(s) moved")
    assert len(first.rows("customers")) == 2


def test_a_merge_that_names_no_side_says_how(database_url: str) -> None:
    assert "bad-side" in kizuna("merge", "C1", "C2", "--field", "name", "--database", database_url, fails=True)
