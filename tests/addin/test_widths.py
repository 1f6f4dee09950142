"""Widths of columns: wide enough for the heading with its arrow and for what stands below, within bounds."""

from __future__ import annotations

from kizuna_addin.widths import fitting, for_reasons, sampled


def test_a_column_is_as_wide_as_its_longest_cell():
    assert fitting("店舗", ["結葉茶舗 横浜店", "本店"]) == 18


def test_a_heading_keeps_room_for_the_filters_arrow():
    assert fitting("同期状態", []) == 12


def test_one_long_note_does_not_make_a_column_as_wide_as_the_window():
    assert fitting("メモ", ["あ" * 200]) == 36


def test_of_a_cell_with_several_lines_the_first_counts():
    assert fitting("x", ["12345678\n" + "9" * 30]) == 11


def test_of_many_cells_some_from_all_over_are_looked_at():
    some = sampled(list(range(100_000)))

    assert len(some) <= 401
    assert some[-1] > 99_000


def test_reasons_that_fit_need_no_other_width():
    assert for_reasons("同期理由", ["短い"]) is None
    assert for_reasons("同期理由", ["あ" * 20]) == 72
    assert for_reasons("同期理由", ["あ" * 200]) == 72
