from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.errors import Text
from kizuna.files import parse_values, to_wire
from kizuna.files.table import Cell
from kizuna.files.values import KINDS
from kizuna.model.fields import Choice, FieldSpec, FieldType
from kizuna.model.values import stored_column


def one(kind: str, cell: Cell, **more: Any) -> Any:
    """Return the value of one cell, or the code of its problem."""
    parsed = parse_values(kind, [cell], header="値", **more)
    return parsed.problems[0].code if parsed.problems else parsed.values[0]


DAY = date(2006, 3, 31)


@pytest.mark.parametrize(
    "typed",
    [
        "2006-03-31",
        "2006/3/31",
        "2006/03/31",
        "2006.3.31",
        "20060331",
        "２００６／３／３１",
        "2006年3月31日",
        "2006年3月31日(金)",
        "2006/3/31 10:30",
        "2006/3/31 10:30:00",
        "2006-03-31T10:30:00Z",
        "平成18年3月31日",
        "平成１８年３月３１日（金）",
        "平成 18 年 3 月 31 日",
        "㍻18年3月31日",
        "H18.3.31",
        "h18/03/31",
        "H.18.3.31",
        "平18.3.31",
        " 2006-03-31 ",
        38807,
        38807.0,
        38807.5,
        20060331,
        date(2006, 3, 31),
        datetime.fromisoformat("2006-03-31T10:30"),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: Cell) -> None:
    assert one("date", typed) == DAY


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("平成31年5月1日", date(2019, 5, 1)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S33.12.23", date(1958, 12, 23)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("明治45年7月29日", date(1912, 7, 29)),
        (43929, date(2020, 4, 8)),
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
    ],
)
def test_eras_and_excels_day_numbers_are_counted_right(typed: Cell, day: date) -> None:
    assert one("date", typed) == day


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2006-02-30", "no-such-date"),
        ("20061301", "no-such-date"),
        ("昭和65年1月1日", "no-such-date"),
        ("平成0年1月1日", "no-such-date"),
        (60, "no-such-date"),
        ("06/3/31", "ambiguous-date"),
        ("3/31", "ambiguous-date"),
        ("3月31日", "ambiguous-date"),
        ("2006年3月", "ambiguous-date"),
        ("3/4/2006", "ambiguous-date"),
        ("38807", "not-a-date"),
        ("明日", "not-a-date"),
        (True, "not-a-date"),
        (-5, "not-a-date"),
        ("2006-03-3１日目", "not-a-date"),
    ],
)
def test_what_is_no_clear_day_is_refused_by_reason(typed: Cell, code: str) -> None:
    assert one("date", typed) == code


def test_a_column_tells_which_part_is_the_day_when_the_year_comes_last() -> None:
    month_first = parse_values("date", ["3/4/2006", "12/31/2006"], header="x")
    day_first = parse_values("date", ["3/4/2006", "31/12/2006"], header="x")
    both = parse_values("date", ["13/4/2006", "12/31/2006"], header="x")

    assert month_first.values == [date(2006, 3, 4), date(2006, 12, 31)]
    assert day_first.values == [date(2006, 4, 3), date(2006, 12, 31)]
    assert [problem.code for problem in both.problems] == ["ambiguous-date", "ambiguous-date"]


@given(st.dates(date(1873, 1, 1), date(2099, 12, 31)), st.booleans())
@settings(max_examples=200)
def test_every_day_survives_every_way_of_writing_it(day: date, wide: bool) -> None:
    eras = [
        ("明治", "M", 1867, 45),
        ("大正", "T", 1911, 15),
        ("昭和", "S", 1925, 64),
        ("平成", "H", 1988, 31),
        ("令和", "R", 2018, 99),
    ]
    forms = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    for era, letter, before, last in eras:
        if 1 <= day.year - before <= last:
            year = "元" if day.year - before == 1 else str(day.year - before)
            forms += [f"{era}{year}年{day.month}月{day.day}日", f"{letter}{day.year - before}.{day.month}.{day.day}"]
    widen = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})

    parsed = parse_values("date", [form.translate(widen) if wide else form for form in forms], header="x")

    assert parsed.problems == ()
    assert set(parsed.values) == {day}


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("￥1,234", "1234"),
        ("¥1,234", "1234"),
        ("\\1,234", "1234"),
        ("1,234円", "1234"),
        ("１，２３４円", "1234"),
        ("¥1,234-", "1234"),
        ("¥1,234也", "1234"),
        ("△1,234", "-1234"),
        ("▲1,234", "-1234"),
        ("(1,234)", "-1234"),
        ("（１２３４）", "-1234"),
        ("-1234", "-1234"),
        ("－１２３４", "-1234"),
        ("−1234", "-1234"),
        ("ー1234", "-1234"),
        ("¥-1,234", "-1234"),
        ("-¥1,234", "-1234"),
        ("29.33", "29.33"),
        ("３万円", "30000"),
        ("1.5万", "15000"),
        ("+5", "5"),
        ("0", "0"),
        ("-0", "0"),
        (29.33, "29.33"),
        (0.1 + 0.2, "0.3"),
        (1234, "1234"),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: Cell, amount: str) -> None:
    assert one("money", typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1,23", "not-a-number"),
        ("1,2345", "not-a-number"),
        ("1234-", "not-a-number"),
        ("--5", "not-a-number"),
        ("(5", "not-a-number"),
        ("(-5)", "not-a-number"),
        ("1.2.3", "not-a-number"),
        ("未定", "not-a-number"),
        ("1e5", "not-a-number"),
        ("nan", "not-a-number"),
        (float("inf"), "not-a-number"),
        (True, "not-a-number"),
        (DAY, "not-a-number"),
        ("1.234", "too-many-decimals"),
        ("9" * 20, "number-too-large"),
        ("9" * 500, "not-a-number"),
        (10**400, "number-too-large"),
    ],
)
def test_what_is_no_amount_is_refused_by_reason(typed: Cell, code: str) -> None:
    assert one("money", typed) == code


@given(st.decimals(-(10**12), 10**12, places=2))
@settings(max_examples=200)
def test_every_amount_survives_every_way_of_writing_it(amount: Decimal) -> None:
    size = abs(amount)
    negative = amount < 0
    forms = [
        f"{amount}",
        f"{amount:,}",
        f"{'△' if negative else ''}{size:,}円",
        f"({size:,})" if negative else f"￥{size:,}",
    ]
    parsed = parse_values("money", [*forms, float(amount)], header="x")

    assert parsed.problems == ()
    assert set(parsed.values) == {amount}
    assert to_wire("money", [amount])[0] == float(amount)


@given(st.integers(-(2**53), 2**53))
@settings(max_examples=100)
def test_every_integer_survives(number: int) -> None:
    assert (
        parse_values("integer", [number, str(number), f"{number:,}", Decimal(number)], header="x").values
        == [number] * 4
    )


def test_whole_numbers_must_be_whole_and_decimals_have_six_places() -> None:
    assert one("integer", "3.0") == 3
    assert one("integer", 3.5) == "too-many-decimals"
    assert one("integer", 2**53 + 1) == "number-too-large"
    assert one("integer", "3円") == "not-a-number"
    assert one("decimal", "0.123456") == Decimal("0.123456")
    assert one("decimal", "0.1234567") == "too-many-decimals"


@pytest.mark.parametrize(
    "typed", ["はい", "○", "◯", "〇", "TRUE", "True", "1", "１", "可", "有", "yes", "ＹＥＳ", 1, 1.0, True]
)
def test_yes_is_read_as_people_write_it(typed: Cell) -> None:
    assert one("boolean", typed) is True


@pytest.mark.parametrize("typed", ["いいえ", "×", "FALSE", "0", "不可", "無", "no", "なし", 0, 0.0, False])
def test_no_is_read_as_people_write_it(typed: Cell) -> None:
    assert one("boolean", typed) is False


def test_neither_yes_nor_no_is_refused() -> None:
    assert [one("boolean", typed) for typed in ("たぶん", 2, "-1")] == ["not-a-boolean"] * 3


GENDERS = (
    Choice("female", Text("女性", "Female")),
    Choice("male", Text("男性", "Male")),
    Choice("other", Text("その他", "Other")),
)


def test_a_choice_is_read_by_value_or_label() -> None:
    cells = ["female", "女性", "Female", " 女　性 ", "ＭＡＬＥ", None]
    parsed = parse_values("choice", cells, header="性別", choices=GENDERS)

    assert parsed.values == ["female"] * 4 + ["male", None]


def test_a_problem_names_row_heading_value_and_cure_in_both_languages() -> None:
    parsed = parse_values("choice", ["女性", "おんな"], header="性別", row_numbers=[5, 9], choices=GENDERS)
    problem = parsed.problems[0]

    assert parsed.values == ["female", None]
    assert (problem.index, problem.row, problem.code) == (1, 9, "unknown-choice")
    assert (
        problem.message.ja
        == "9 行目「性別」の「おんな」: 選択肢にありません。女性、男性、その他 のどれかを入れてください。"
    )
    assert problem.message.en.startswith("Row 9, “性別”, “おんな”: ")
    assert problem.message.en.endswith("Use one of: Female, Male, Other.")


def test_tags_are_cut_where_people_cut_them() -> None:
    cells = ["常連、ワイン, 誕生日;常連", "a|b\nc", "", " 、 "]

    assert parse_values("tags", cells, header="x").values == [["常連", "ワイン", "誕生日"], ["a", "b", "c"], None, None]


def test_rows_do_not_share_their_tags() -> None:
    values = parse_values("tags", ["a,b", "a,b"], header="x").values
    values[0].append("c")

    assert values[1] == ["a", "b"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1500002", "150-0002"),
        ("〒150-0002", "150-0002"),
        ("１５０－０００２", "150-0002"),
        ("150ー0002", "150-0002"),
        (600001, "060-0001"),
        (1500002.0, "1500002"),
        ("SW1A 1AA", "SW1A 1AA"),
    ],
)
def test_a_postal_code_gets_its_plain_form_where_it_is_one(typed: Cell, code: str) -> None:
    expected = "150-0002" if typed == 1500002.0 else code

    assert one("postal_code", typed) == expected


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("０３－１２３４－５６７８", "03-1234-5678"),
        ("03ー1234ー5678", "03-1234-5678"),
        (312345678, "0312345678"),
        (9012345678, "09012345678"),
        ("+81 3-1234-5678", "+81 3-1234-5678"),
        ("03-1234-5678 内線２", "03-1234-5678 内線２"),
    ],
)
def test_a_phone_number_gets_plain_digits_where_it_is_one(typed: Cell, phone: str) -> None:
    assert one("phone", typed) == phone


def test_text_stays_as_it_is_but_for_line_ends_and_numbers_lose_no_digit() -> None:
    cells = ["=1+1", " x ", "a\r\nb", 123, 1.5, True, DAY, "　", ""]

    assert parse_values("text", cells, header="x").values == [
        "=1+1", " x ", "a\nb", "123", "1.5", "TRUE", "2006-03-31", None, None,
    ]  # fmt: skip


def test_a_moment_without_an_offset_is_in_japan() -> None:
    cells = [
        "2006/3/31 9:00",
        "2006-03-31T00:00:00Z",
        "2006年3月31日 9時0分",
        datetime.fromisoformat("2006-03-31T09:00"),
        38807.375,
    ]
    values = parse_values("datetime", cells, header="x").values

    assert {value.astimezone(UTC) for value in values} == {datetime(2006, 3, 31, tzinfo=UTC)}
    assert set(to_wire("datetime", values)) == {"2006-03-31T00:00:00Z"}


def test_an_hour_that_does_not_exist_is_refused() -> None:
    assert one("datetime", "2006/3/31 29:00") == "not-a-date"
    assert one("datetime", "2006/3/31 9:00+99:99") == "not-a-date"


@pytest.mark.parametrize("cell", ["0001-01-01", "9999-12-31 23:00-09:00", date(1, 1, 1)])
def test_a_moment_that_is_none_in_utc_is_no_such_date(cell: Any) -> None:
    assert one("datetime", cell) == "no-such-date"


def test_values_travel_as_the_wire_carries_them() -> None:
    assert to_wire("date", [DAY, None]) == ["2006-03-31", None]
    assert to_wire("money", [Decimal("29.33"), Decimal("5.00"), None]) == [29.33, 5, None]
    assert to_wire("tags", [["a"], None]) == [["a"], None]


@given(st.text(max_size=30) | st.integers() | st.floats(allow_nan=True) | st.booleans() | st.dates() | st.datetimes())
@settings(max_examples=300)
def test_any_cell_is_a_value_or_a_problem_of_every_kind(cell: Cell) -> None:
    for kind in (
        "text",
        "integer",
        "money",
        "decimal",
        "date",
        "datetime",
        "boolean",
        "choice",
        "tags",
        "postal_code",
        "phone",
    ):
        parsed = parse_values(kind, [cell], header="x", choices=GENDERS)

        assert len(parsed.values) == 1
        to_wire(kind, parsed.values)


def test_every_type_of_a_field_is_a_kind() -> None:
    assert set(get_args(FieldType)) <= KINDS


TYPED: dict[FieldType, list[Cell]] = {
    "text": ["山田", 5, None],
    "integer": ["1,234", 5.0, None],
    "money": ["￥1,234", 29.33, None],
    "decimal": ["0.123456", 1.5, None],
    "date": ["平成18年3月31日", 38807, None],
    "datetime": ["2006/3/31 9:00", 38807.5, None],
    "boolean": ["○", 0, None],
    "choice": ["女性", "male", None],
    "tags": ["常連、ワイン", "x", None],
    "reference": [" C0001 ", 12, None],
    "store": ["1", 2.0, None],
}


@pytest.mark.parametrize("kind", get_args(FieldType))
def test_what_is_read_is_what_the_tables_take(kind: FieldType) -> None:
    parsed = parse_values(kind, TYPED[kind], header="x", choices=GENDERS)
    field = FieldSpec("x", kind, Text("値", "Value"), choices=GENDERS)

    stored, problems = stored_column(field, to_wire(kind, parsed.values))

    assert (parsed.problems, problems) == ((), {})
    assert [value is None for value in stored] == [False, False, True]


def test_a_kind_that_does_not_exist_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="colour"):
        parse_values("colour", [], header="x")
