"""What Calc's function wizard shows of our functions, and completes while one is typed: names, help and arguments.

Calc shows only functions of an add-in, and an add-in needs an interface with a method for each of them: it is written as
IDL, which LibreOffice reads as it is. Where a formula was entered so, the extension puts the plain name in its place at once
(see `kizuna_addin.oxt.basic` for why).
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from kizuna_addin.messages import Text
from kizuna_addin.oxt.configuration import HEAD
from kizuna_addin.xlam.catalogue import Argument, Function

FUNCTIONS = "org.kizuna.Functions"
GENERIC = Function(
    "KIZUNA",
    Text("名前で呼ぶ", "Call by name"),
    Text(
        "サーバーの関数を名前で呼びます。あとから入れたプラグインの関数も呼べます。",
        "Call a function of the server by its name, also one of a plug-in that was installed later.",
    ),
    (
        Argument("function", required=True, label=Text("関数の名前（例: RFM）", "The function's name, such as RFM")),
        Argument(
            "argument", required=False, label=Text("関数の引数（いくつでも）", "Its arguments, as many as it takes")
        ),
    ),
)
_MUST, _MAY = Text("必須。", "Required. "), Text("省略できます。", "Optional. ")


def interface(functions: Sequence[Function]) -> str:
    """Return the interface of the add-in as IDL; Calc itself gives the document, `KIZUNA` takes any number of arguments."""
    methods = [
        _method(one.name, [f"[in] any {_argument(place)}" for place in range(len(one.arguments))]) for one in functions
    ]
    methods.append(_method(GENERIC.name, [f"[in] any {_argument(0)}", f"[in] sequence<any> {_argument(1)}"]))
    return "module org { module kizuna { interface XFunctions {\n" + "\n".join(methods) + "\n}; }; };\n"


def _method(name: str, arguments: Sequence[str]) -> str:
    declared = ", ".join(["[in] com::sun::star::beans::XPropertySet document", *arguments])
    return f"  sequence< sequence<any> > {name}({declared});"


def _argument(place: int) -> str:
    return f"argument{place + 1:02}"


def descriptions(functions: Sequence[Function]) -> str:
    """Return what the wizard shows, as ``CalcAddIns.xcu``."""
    shown = "".join(_described(one) for one in (*functions, GENERIC))
    body = (
        f'<node oor:name="AddInInfo"><node oor:name="{FUNCTIONS}" oor:op="replace"><node oor:name="AddInFunctions">'
        f"{shown}</node></node></node>"
    )
    return HEAD.format(name="CalcAddIns", package="org.openoffice.Office", body=body)


def _described(function: Function) -> str:
    name = Text(function.name, function.name)
    label = Text(
        f"{function.label.ja}。{function.description.ja}{_sample('例: ', function.example.ja)}",
        f"{function.label.en}. {function.description.en}{_sample('Example: ', function.example.en)}",
    )
    document = _node("document", _prop("DisplayName", Text("document", "document")))
    arguments = "".join(_described_argument(place, one) for place, one in enumerate(function.arguments))
    return _node(
        function.name,
        _prop("DisplayName", name)
        + _prop("Description", label)
        + '<prop oor:name="Category"><value>Add-In</value></prop>'
        + _prop("CompatibilityName", name)
        + f'<node oor:name="Parameters">{document}{arguments}</node>',
    )


def _described_argument(place: int, one: Argument) -> str:
    first = _MUST if one.required else _MAY
    return _node(
        _argument(place),
        _prop("DisplayName", Text(one.name, one.name))
        + _prop("Description", Text(first.ja + one.label.ja, first.en + one.label.en)),
    )


def _sample(word: str, example: str) -> str:
    return f" {word}{example}" if example else ""


def _node(name: str, inner: str) -> str:
    return f'<node oor:name="{escape(name)}" oor:op="replace">{inner}</node>'


def _prop(name: str, text: Text) -> str:
    values = f'<value xml:lang="ja">{escape(text.ja)}</value><value xml:lang="en">{escape(text.en)}</value>'
    return f'<prop oor:name="{name}">{values}</prop>'
