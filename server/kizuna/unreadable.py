"""Why what was sent cannot be read, in both languages: what msgspec and Python say, put into Japanese by its kind."""

from __future__ import annotations

import re

from kizuna.errors import Text

AT = re.compile(r"(?P<reason>.*?) - at `\$\.?(?P<path>.*?)`\Z", re.DOTALL)
"""A reason of msgspec's and the place it speaks of."""

REASONS: tuple[tuple[str, str], ...] = (
    (r"Expected `([\w ]+)`, got `null`", r"空欄にはできません(\1 が必要です)"),
    (r"Expected `([\w |]+)`, got `(\w+)`", r"\1 が必要ですが \2 です"),
    (r"Expected `int` >= (\S+)", r"\1 以上の整数にしてください"),
    (r"Expected `int` <= (\S+)", r"\1 以下の整数にしてください"),
    (r"Expected `\w+` (>|>=|<|<=) (\S+)", r"\1 \2 の値にしてください"),
    (r"Expected `str` of length <= (\d+)", r"\1 文字以内にしてください"),
    (r"Expected `str` of length >= (\d+)", r"\1 文字以上にしてください"),
    (r"Expected `\w+` of length >= (\d+)", r"\1 個以上にしてください"),
    (r"Expected `\w+` of length <= (\d+)", r"\1 個以内にしてください"),
    (r"Expected `str` matching regex .*", "使えない文字が含まれています"),
    (r"Invalid enum value (?:'(.*)'|(\S+))", r"「\1\2」は選べません"),
    (r"Object contains unknown field `(.*)`", r"「\1」という項目はありません"),
    (r"Object missing required field `(.*)`", r"「\1」がありません"),
    (r"Number out of range", "数が大きすぎます"),
    (r"Input data was truncated", "JSON が途中で切れています"),
    (r"JSON is malformed.*\(byte (\d+)\)", r"\1 バイト目から JSON として読めません"),
    (r"JSON is malformed.*", "JSON として読めません"),
    (r"'utf-8' codec can't .*|.*surrogates not allowed", "UTF-8 の文字として読めません"),
    (r"maximum recursion depth exceeded.*", "入れ子が深すぎます"),
)
UNKNOWN = "JSON の形が正しくありません"


def known_reason(said: str) -> Text | None:
    """Return a reason in both languages, None for one of a kind that is not known."""
    for pattern, words in REASONS:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            return Text(found.expand(words), said)
    return None


def why(error: BaseException) -> Text:
    """Return what is wrong with a body in both languages, and where in it."""
    said = str(error)[:300]
    place = AT.match(said)
    reason = known_reason(place["reason"] if place else said)
    japanese = UNKNOWN if reason is None else reason.ja
    return Text(f"{japanese}(場所: {place['path']})" if place and place["path"] else japanese, said)
