"""Values of the wire and cells."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_addin.cells import LONGEST_TEXT, canonical_column, number_format, parsed, rendered_column
from kizuna_addin.messages import Text
from kizuna_addin.schema import Field
from tests.addin.tables import CUSTOMERS

VALUES = {
    "text": st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1),
    "date": st.dates().map(date.isoformat),
    "datetime": st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
        lambda moment: moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    ),
    "money": st.integers(-(10**11), 10**11).map(lambda cents: cents / 100),
    "decimal": st.integers(-(10**12), 10**12).map(lambda parts: parts / 10**6),
    "integer": st.integers(-(2**53), 2**53),
    "boolean": st.booleans(),
    "choice": st.sampled_from(["prospect", "customer"]),
    "tags": st.lists(st.text("あいうabc", min_size=1), min_size=1),
    "reference": st.from_regex(r"S[0-9]{3}", fullmatch=True),
}


@pytest.mark.parametrize("name", [one.name for one in CUSTOMERS.fields])
@settings(max_examples=30, deadline=None)
@given(data=st.data(), language=st.sampled_from(["ja", "en"]))
def test_what_is_shown_means_what_was_pulled(name, data, language):
    field = CUSTOMERS.by_name[name]
    value = data.draw(VALUES[field.type])
    shown = rendered_column(field, [value], language)

    meant = parsed(field, canonical_column(field, [as_host_reads(shown[0])])[0], language)

    assert meant == value


def as_host_reads(cell):
    return float(cell) if type(cell) is int else cell


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("phone", 312345678.0, "312345678"),
        ("phone", True, "TRUE"),
        ("phone", datetime(2006, 3, 1), "2006/03/01"),  # noqa: DTZ001
        ("name", "=1+1", "=1+1"),
        ("birthday", "平成18年3月31日", "2006-03-31"),
        ("birthday", 38807.0, "2006-03-31"),
        ("birthday", "そのうち", "そのうち"),
        ("amount", "￥１，２３４", 1234),
        ("amount", "1,234円", 1234),
        ("amount", "△500", -500),
        ("amount", "高い", "高い"),
        ("no_mail", "○", True),
        ("no_mail", "いいえ", False),
        ("no_mail", "TRUE", True),
        ("no_mail", "たぶん", "たぶん"),
        ("status", "見込客", "prospect"),
        ("status", "Prospect", "prospect"),
        ("status", "prospect", "prospect"),
        ("status", "王様", "王様"),
        ("tags", "常連，紹介、 VIP", ["常連", "紹介", "VIP"]),
        ("staff_id", "Ｓ００１ ", "S001"),
        ("name", None, None),
    ],
)
def test_a_typed_cell_means_what_people_expect(name, typed, meant):
    field = CUSTOMERS.by_name[name]

    value = parsed(field, canonical_column(field, [typed])[0], "ja")

    assert value == meant
    assert type(value) is type(meant)


def test_a_text_longer_than_a_cell_is_cut_and_marked():
    shown = rendered_column(CUSTOMERS.by_name["name"], ["あ" * 40_000], "ja")[0]

    assert len(shown) == LONGEST_TEXT
    assert shown.endswith("…")


def test_codes_are_text_and_yen_are_whole():
    assert number_format(CUSTOMERS.by_name["number"]) == "@"
    assert number_format(CUSTOMERS.by_name["amount"], [1, 2000]) == "#,##0"
    assert number_format(CUSTOMERS.by_name["amount"], [1.5]) == "#,##0.00"


def test_a_moment_beyond_what_can_be_counted_stays_as_it_is():
    field = Field("at", Text("時", "at"), "datetime")

    assert rendered_column(field, ["9999-12-31T23:59:59-05:00"], "ja") == ["9999-12-31T23:59:59-05:00"]
