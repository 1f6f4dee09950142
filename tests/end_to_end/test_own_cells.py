"""A person's own columns, formulas and rows below are untouched by any pull (law)."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna_addin.identifiers import new_id
from kizuna_addin.new import Wish
from kizuna_addin.pull import pull
from tests.end_to_end.sheets import Hand, opened

WISH = Wish("customers", ("name", "phone"))
words = st.text("あいabc=+ 1", min_size=1, max_size=5).filter(str.strip)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    own=st.lists(st.none() | words, min_size=3, max_size=3),
    below=st.lists(words, max_size=3),
    edits=st.lists(st.tuples(st.integers(1, 3), words), max_size=3),
    added=st.integers(0, 3),
    deleted=st.sets(st.integers(1, 3), max_size=2),
)
def test_a_persons_own_cells_are_untouched_by_any_pull(shop, own, below, edits, added, deleted):
    with tempfile.TemporaryDirectory() as folder, shop.client() as client:
        path = shop.book(Path(folder) / "a.xlsx", WISH)
        with Hand(path) as hand:
            rows = hand.rows
            right = hand.sheet.max_column + 1
            for place, value in enumerate(own[: len(rows)]):
                text(hand.sheet.cell(3 + place, right), value)
            for place, value in enumerate(below):
                text(hand.sheet.cell(hand.last + 2 + place, 5), value)
        ids = {row["顧客番号"]: row["_id"] for row in rows}
        living = list(ids)
        now = client.pull("customers")
        known = dict(zip(now.ids, now.revisions, strict=True))
        ops = [
            {"op": "update", "id": row, "base": known[row], "fields": {"phone": word}}
            for row, word in ((ids[living[number % len(living)]], word) for number, word in edits)
        ]
        gone = {living[number] for number in deleted if number < len(living)}
        ops = list({op["id"]: op for op in ops if op["id"] not in {ids[one] for one in gone}}.values())
        ops += [{"op": "delete", "id": ids[one], "base": known[ids[one]]} for one in gone]
        ops += [{"op": "insert", "id": new_id(), "fields": {"name": f"新{number}"}} for number in range(added + 1)]
        answer = client._transport.post("/changesets", {"id": new_id(), "tables": [{"table": "customers", "ops": ops}]})
        assert {one["outcome"] for one in answer["outcomes"]} <= {"applied", "unchanged"}

        with opened(path) as book:
            pull(book, client)

        hand = Hand(path)
        kept = {row["顧客番号"]: hand.sheet.cell(3 + place, right).value for place, row in enumerate(hand.rows)}
        for place, value in enumerate(own[: len(rows)]):
            number = rows[place]["顧客番号"]
            if number not in gone and number in kept:
                assert kept[number] == value
        start = hand.last + 2
        assert [hand.sheet.cell(start + place, 5).value for place in range(len(below))] == below


def text(cell, value):
    cell.value = value
    if value is not None:
        cell.data_type = "s"
