"""Requests for worksheet functions, and many of them as few calls."""

from datetime import date

import pytest

from kizuna_addin.formulas import (
    Cells,
    Constant,
    Request,
    TableCells,
    UnreadableArgumentError,
    read_argument,
    read_request,
)
from kizuna_addin.questions import FunctionShape, Question, Reply, plan, replies

TODAY = date(2026, 11, 21)
RFM = FunctionShape("RFM", "row", (("customer", "keys"), ("as_of", "date")))
TOP = FunctionShape("TOP", "table", (("count", "integer"),))
SHOP = FunctionShape("SHOP", "scalar", (("name", "text"),))


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("=RFM(A2)", Request("RFM", ("A2",))),
        ("=rfm( A2 ; DATE(2026,1,2) )", Request("RFM", ("A2", "DATE(2026,1,2)"))),
        ('=_xludf.RFM("a,b(", $B$3)', Request("RFM", ('"a,b("', "$B$3"))),
        ('=KIZUNA("rfm", A2)', Request("RFM", ("A2",))),
        ("=TOP()", Request("TOP", ())),
        ("=RFM([@[顧客 番号]])", Request("RFM", ("[@[顧客 番号]]",))),
        ("=RFM(A2)+1", None),
        ("RFM(A2)", None),
        ("=RFM(A2", None),
        (3.0, None),
    ],
)
def test_a_request_is_one_call_and_nothing_more(text, request_):
    assert read_request(text) == request_


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("A2", Cells(None, 2, 1, 2, 1)),
        ("$AA$10:AB12", Cells(None, 10, 27, 12, 28)),
        ("顧客!A2", Cells("顧客", 2, 1, 2, 1)),
        ("'お客''様 表'!A2:A9", Cells("お客'様 表", 2, 1, 9, 1)),
        ('"C""1"', Constant('C"1')),
        ("-1.5", Constant(-1.5)),
        ("true", Constant(True)),
        ("", Constant(None)),
        ("DATE(2006,3,31)", Constant(date(2006, 3, 31))),
        ("TODAY()", Constant(TODAY)),
        ("[@顧客番号]", TableCells("", "顧客番号", True)),
        ("kizuna_customers[[#This Row],[顧客番号]]", TableCells("kizuna_customers", "顧客番号", True)),
        ("kizuna_customers[顧客番号]", TableCells("kizuna_customers", "顧客番号", False)),
    ],
)
def test_an_argument_is_a_constant_or_a_reference(text, meant):
    assert read_argument(text, today=TODAY) == meant


@pytest.mark.parametrize("text", ["A2+1", "LEFT(A2,3)", "A1:B2:C3", "名前"])
def test_an_expression_is_not_guessed_at(text):
    with pytest.raises(UnreadableArgumentError):
        read_argument(text, today=TODAY)


def test_ten_thousand_cells_of_one_function_are_one_call():
    questions = [Question(RFM, {"customer": f"C{number}"}) for number in range(10_000)]

    asked = plan(questions)

    assert len(asked.calls) == 1
    assert len(asked.calls[0]["arguments"]["customer"]) == 10_000
    assert asked.places[9_999] == (0, 9_999)


def test_a_value_shared_by_all_cells_travels_once_and_a_differing_one_per_cell():
    same = plan([Question(RFM, {"customer": one, "as_of": "2026-01-01"}) for one in "ab"])
    differing = plan([Question(RFM, {"customer": one, "as_of": one}) for one in "ab"])

    assert same.calls[0]["arguments"] == {"customer": ["a", "b"], "as_of": "2026-01-01"}
    assert differing.calls[0]["arguments"] == {"customer": ["a", "b"], "as_of": ["a", "b"]}


def test_replies_find_their_cells():
    questions = [
        Question(RFM, {"customer": ["C1", "C2"]}, lines=2),
        Question(TOP, {"count": 1}),
        Question(RFM, {"customer": "C3"}),
        Question(SHOP, {"name": "x"}),
        Question(SHOP, {"name": "x"}),
    ]
    asked = plan(questions)
    results = {
        "RFM": {"columns": [[5, 4, None], [1, 2, None]], "reasons": {"2": {"code": "unknown-key", "message": "ない"}}},
        "TOP": {"returns": ["番号"], "columns": [["C9"]]},
        "SHOP": {"error": {"code": "x", "message": "故障"}},
    }

    found = replies(questions, asked, [results[call["function"]] for call in asked.calls])

    assert len(asked.calls) == 3
    assert found == [
        Reply(((5, 1), (4, 2))),
        Reply((("番号",), ("C9",))),
        Reply((("ない", None),)),
        Reply((), "故障"),
        Reply((), "故障"),
    ]
