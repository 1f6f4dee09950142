from __future__ import annotations

import time
from typing import Any

from kizuna.ops.sample import build_sample_shop
from kizuna.sync.duplicates.entries import MATCH_FIELDS, read_entries
from kizuna.sync.duplicates.matching import Match, find_matches

SEEDS = (20261120, 7)


def matches_of(*rows: dict[str, Any]) -> list[Match]:
    fields = MATCH_FIELDS["customers"]
    columns = {name: [row.get(name) for row in rows] for name in fields.names}
    return find_matches(read_entries(fields, columns, len(rows)))


def codes(*rows: dict[str, Any]) -> set[str]:
    found = matches_of(*rows)
    return {one.code for one in found[0].reasons} if found else set()


def test_every_known_duplicate_of_the_sample_shop_is_found_and_few_others() -> None:
    for seed in SEEDS:
        shop = build_sample_shop(seed=seed, purchases=10)
        rows = shop.tables["customers"]
        columns = dict(zip(rows.fields, rows.columns, strict=True))
        numbers = columns["number"]
        found = find_matches(read_entries(MATCH_FIELDS["customers"], columns, len(numbers)))
        pairs = {frozenset((numbers[one.first], numbers[one.second])) for one in found}
        known = {frozenset(pair) for pair in shop.known_duplicates}

        assert known <= pairs
        assert len(known) == 16
        # The others share name and mail address by the sample's chance: any person would want to look at them.
        assert len(known) / len(pairs) >= 0.6
        for one in found:
            if frozenset((numbers[one.first], numbers[one.second])) not in known:
                assert "same-mail" in {reason.code for reason in one.reasons}


def test_a_family_that_shares_address_and_phone_is_not_one_person() -> None:
    home = {"postal_code": "150-0002", "city": "渋谷区", "street": "渋谷1-2-3", "phone": "03-1234-5678"}

    assert (
        matches_of(
            {"name": "山田 太郎", "kana": "ヤマダ タロウ", **home},
            {"name": "山田 花子", "kana": "ヤマダ ハナコ", **home},
        )
        == []
    )


def test_namesakes_elsewhere_are_not_one_person() -> None:
    name = {"name": "佐藤 明", "kana": "サトウ アキラ"}

    assert (
        matches_of(
            {**name, "postal_code": "150-0002", "phone": "03-1234-5678"},
            {**name, "postal_code": "060-0001", "phone": "011-123-4567"},
        )
        == []
    )


def test_variant_kanji_count_less_than_the_same_name() -> None:
    mail = {"mail": "t@example.jp", "kana": "タカハシ ジュン"}

    [same] = matches_of({"name": "高橋 純", **mail}, {"name": "高橋純", **mail})
    [variant] = matches_of({"name": "高橋 純", **mail}, {"name": "髙橋純", **mail})

    assert same.score > variant.score
    assert codes({"name": "高橋 純", **mail}, {"name": "髙橋純", **mail}) == {"same-mail", "variant-name", "same-kana"}


def test_one_company_written_two_ways_at_one_address_is_found() -> None:
    place = {"kind": "company", "city": "渋谷区", "street": "渋谷1-2-3"}

    assert codes({"name": "株式会社絆商事", **place}, {"name": "㈱ 絆商事", **place}) == {
        "same-company",
        "same-address",
    }
    assert matches_of({"name": "株式会社絆商事", **place}, {"name": "有限会社結商店", **place}) == []


def test_a_number_hundreds_share_makes_no_pairs_of_strangers_and_no_square_of_work() -> None:
    rows = [{"name": f"氏名{place}", "phone": "000-0000-0000", "mail": "none@example.jp"} for place in range(3_000)]

    began = time.process_time()
    found = matches_of(*rows)

    assert found == []
    assert time.process_time() - began < 5


def test_pairs_come_surest_first_whatever_the_order_of_rows() -> None:
    rows = [
        {"name": "山田 花子", "phone": "090-1111-2222", "mail": "h@example.jp"},
        {"name": "山田花子", "phone": "09011112222", "mail": "H@example.jp"},
        {"name": "鈴木 一郎", "phone": "03-1234-5678"},
        {"name": "鈴木一郎", "phone": "0312345678"},
    ]

    ahead, back = matches_of(*rows), matches_of(*reversed(rows))

    assert (
        [one.score for one in ahead]
        == [one.score for one in back]
        == sorted((one.score for one in ahead), reverse=True)
    )
    assert len(ahead) == 2
