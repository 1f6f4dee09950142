"""From figures to cells: exact money as the nearest number a cell can hold, and blanks with their reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kizuna import Blank, Data, Keys, Text
from kizuna_ad_roi.attribution import Closings
from kizuna_ad_roi.metrics import Figures, combine
from kizuna_ad_roi.source import read_picture

EMPTY_KEY = Blank("empty-key", Text("広告番号が空です", "No ad number is given"))
UNKNOWN_KEY = Blank(
    "unknown-key",
    Text("この広告番号は見つかりません。番号を確かめてください", "No ad has this number; check how it is written"),
)
NOT_YET = Blank("not-yet", Text("基準日にはまだ掲載されていません", "The ad had not run by this day"))
NOTHING_TO_DIVIDE = Blank("nothing-to-divide", Text("割る数がありません", "There is nothing to divide by"))

AD = Text("広告番号（範囲でも可）", "Ad number, or a range of them")
AS_OF = Text(
    "基準日。この日より後の反応と購入は数えません。省略すると今日",
    "The day to look from; nothing after it counts. Today when left out",
)
FROM = Text("掲載日がこの日以降の広告", "Ads that ran on or after this day")
UNTIL = Text("掲載日がこの日以前の広告", "Ads that ran on or before this day")


def cell(value: Decimal | int | None) -> Any:
    """Return the number a cell shows, a whole one where it is whole; a blank when there was nothing to divide by."""
    if value is None:
        return NOTHING_TO_DIVIDE
    return int(value) if value == int(value) else float(value)


def per_ad(
    data: Data, keys: Keys, as_of: date | None, figure: Callable[[Figures], Decimal | int | None]
) -> Sequence[Any]:
    """Return one figure per key, from one reading of all ads asked about."""
    ids = data.resolve("ads", keys)
    asked = sorted({one for one in ids if one})
    picture = read_picture(data, as_of or data.today, asked) if asked else None
    found: dict[str, Any] = {}
    if picture is not None:
        closings, answers = picture.attribution.by_run(), picture.attribution.answers()
        for identity, run in picture.runs.items():
            found[identity] = cell(figure(combine((run,), closings.get(identity, Closings()), answers)))
    return [
        found.get(identity, NOT_YET) if identity else (UNKNOWN_KEY if key else EMPTY_KEY)
        for key, identity in zip(keys, ids, strict=True)
    ]
