import pytest

from kizuna.files import FieldName, known_headers, map_headers
from kizuna.files.aliases import COMMON_ALIASES
from kizuna.model.core import CORE_TABLES
from kizuna.model.registry import TableSpec, table_spec
from kizuna.model.synced import SyncedRow


def names_of(spec: TableSpec) -> list[FieldName]:
    return [FieldName(field.name, field.label.ja, field.label.en) for field in spec.fields]


@pytest.mark.parametrize("table", CORE_TABLES, ids=lambda table: table.__tablename__)
def test_a_file_headed_by_names_or_labels_of_either_language_maps_whole(table: type[SyncedRow]) -> None:
    names = names_of(table_spec(table))
    every = {field.name: column for column, field in enumerate(names)}

    for headers in ([f.name for f in names], [f.ja for f in names], [f.en for f in names]):
        assert map_headers(headers, names).columns == every


@pytest.mark.parametrize("table", CORE_TABLES, ids=lambda table: table.__tablename__)
def test_no_common_heading_is_ambiguous_in_a_core_table(table: type[SyncedRow]) -> None:
    names = names_of(table_spec(table))
    unknown = [heading for heading in known_headers(names) if map_headers([heading], names).unknown]

    assert unknown == []


def test_every_common_heading_belongs_to_a_field_of_some_core_table() -> None:
    fields = {field.name for table in CORE_TABLES for field in table_spec(table).fields}

    assert set(COMMON_ALIASES) <= fields


def test_a_shops_own_customer_list_maps_without_help() -> None:
    customers = next(table for table in CORE_TABLES if table.__tablename__ == "customers")
    headers = [
        "会員No.",
        "お名前",
        "ふりがな",
        "〒",
        "都道府県",
        "市区町村",
        "住所",
        "建物名",
        "ＴＥＬ",
        "携帯",
        "E-mail",
        "誕生日",
        "性別",
        "メモ",
    ]
    mapping = map_headers(headers, names_of(table_spec(customers)))

    assert mapping.unknown == ()
    assert sorted(mapping.columns, key=lambda name: mapping.columns[name]) == [
        "number", "name", "kana", "postal_code", "prefecture", "city", "street", "building", "phone", "mobile", "mail",
        "birthday", "gender", "notes",
    ]  # fmt: skip
