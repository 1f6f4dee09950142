"""One form for what people write in many: phone numbers, mail, names, kana, companies, addresses. Pure and idempotent."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import jaconv
import phonenumbers

CACHED = 50_000
REGION = "JP"
SHORTEST_PHONE = 6
HYPHENS = "-‐‑‒–—―−ー─━ｰ﹣－~〜～"
_HYPHEN_BETWEEN = re.compile(rf"(?<=\d)[{re.escape(HYPHENS)}](?=\d)")
_NOT_WORD = re.compile(r"[\W_]+")
_NOT_DIGIT = re.compile(r"\D")
_DOMESTIC = re.compile(r"0\d{9,10}")
_EXTENSION = re.compile(r"(内線|内|ext|x|#).*", re.IGNORECASE)
_VU = {
    "ヴァ": "バ",
    "ヴィ": "ビ",
    "ヴェ": "ベ",
    "ヴォ": "ボ",
    "ヴュ": "ビュ",
    "ヴャ": "ビャ",
    "ヴョ": "ビョ",
    "ヴ": "ブ",
}
_KANA_ALIKE = str.maketrans({"ヂ": "ジ", "ヅ": "ズ", "ヰ": "イ", "ヱ": "エ", "ヲ": "オ", "ヷ": "バ", "ヺ": "ボ"})
_LEGAL_FORMS = re.compile(
    "株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|特定非営利活動法人|npo法人|(?:一般|公益)?(?:社団|財団)法人|"
    "医療法人(?:社団|財団)?|社会福祉法人|学校法人|宗教法人|独立行政法人|税理士法人|弁護士法人|"
    r"\((?:株|有|同|資|名|相|特非|社|一社|財|医|福|学|宗)\)|"
    "カブシキガイシャ|ユウゲンガイシャ|ゴウドウガイシャ|"
    r"\b(?:co\.?,? ?ltd|company,? limited|inc|k\.?k|llc|l\.l\.c|corp|corporation|ltd|limited|g\.?k)\b\.?"
)
_KANJI_DIGITS = {kanji: value for value, kanji in enumerate("一二三四五六七八九", start=1)}
_BLOCK_NAMES = re.compile(r"(?<=\d)(?:丁目|番地の|番地|番|号室|号|の|ノ|之)")
_KANJI_BLOCK = re.compile("[一二三四五六七八九十]+(?=丁目|番|号)")
_HAMLET = re.compile(r"大字|字(?=\w)")
_VARIANTS = str.maketrans(
    dict(
        pair
        for group in (
            "高髙", "崎﨑嵜碕", "浜濱濵", "辺邊邉", "斉齊斎齋", "沢澤", "広廣", "島嶋嶌", "桜櫻", "国國", "真眞", "竜龍", "栄榮",
            "浅淺", "黒黑", "瀬瀨", "徳德", "条條", "蔵藏", "恵惠", "円圓", "静靜", "緒緖", "増增", "富冨", "柳栁",
            "吉𠮷", "礼禮", "弥彌", "鉄鐵鐡", "寿壽", "来來", "応應", "学學", "寛寬", "実實", "会會", "与與", "曽曾",
            "児兒", "仏佛", "関關", "滝瀧",
            "万萬", "豊豐", "塩鹽", "芦蘆", "穂穗", "薫薰", "渓溪", "船舩", "館舘", "桑桒", "槙槇", "遥遙", "亀龜", "郎郞",
            "ヶケが", "ッツ",
        )
        for pair in ((ord(variant), group[0]) for variant in group[1:])
    )
)  # fmt: skip
"""Kanji that one family writes in several ways, and registers read out of each other."""


def wide(text: str) -> str:
    """Return a text in one width and case: NFKC, lower case, one kind of space."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return " ".join(folded.split())


def unspaced(text: str) -> str:
    """Return a text in one width and case without spaces; an accent that a space kept apart joins its letter."""
    return wide(wide(text).replace(" ", ""))


@lru_cache(CACHED)
def phone_digits(text: str) -> str:
    """Return a phone number as ``+81312345678``; digits alone where it is none of any country, empty where it has few."""
    plain = _EXTENSION.sub("", wide(text))
    digits = _NOT_DIGIT.sub("", plain)
    if not plain.startswith("+") and _DOMESTIC.fullmatch(digits):
        return f"+81{digits[1:]}"
    try:
        found = phonenumbers.parse(f"+{digits}" if plain.startswith("+") else digits, REGION)
    except phonenumbers.NumberParseException:
        return digits if len(digits) >= SHORTEST_PHONE else ""
    if not phonenumbers.is_possible_number(found):
        return digits if len(digits) >= SHORTEST_PHONE else ""
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def mail_address(text: str) -> str:
    """Return a mail address in one width and lower case; empty where it is none."""
    plain = unspaced(text)
    return plain if "@" in plain else ""


@lru_cache(CACHED)
def name_letters(text: str) -> str:
    """Return a name without spaces, width, case and punctuation."""
    return _NOT_WORD.sub("", wide(text))


@lru_cache(CACHED)
def variant_letters(text: str) -> str:
    """Return a name whose variant kanji are written in one way too (髙橋 is 高橋): weaker evidence than `name_letters`."""
    return name_letters(text).translate(_VARIANTS)


@lru_cache(CACHED)
def kana_letters(text: str) -> str:
    """Return kana as full-width katakana without spaces, long marks and letters that sound alike."""
    letters = str(jaconv.hira2kata(wide(text)))
    for written, heard in _VU.items():
        letters = letters.replace(written, heard)
    return _NOT_WORD.sub("", letters.translate(_KANA_ALIKE)).replace("ー", "")


@lru_cache(CACHED)
def company_letters(text: str) -> str:
    """Return a company's name without its legal form, in whichever way that is written."""
    plain = wide(text)
    while (less := _LEGAL_FORMS.sub(" ", plain)) != plain:
        plain = " ".join(less.split())
    bare = _NOT_WORD.sub("", plain)
    while (less := _LEGAL_FORMS.sub("", bare)) != bare:
        bare = less
    return bare


def postal_digits(text: str) -> str:
    """Return the seven digits of a Japanese postal code; empty where there are others."""
    digits = _NOT_DIGIT.sub("", wide(text))
    return digits if len(digits) == 7 else ""  # a Japanese postal code


@lru_cache(CACHED)
def street_letters(text: str) -> str:
    """Return a street with its block numbers as ``2-14-5``, however 丁目, 番地 and 号 were written."""
    plain = _KANJI_BLOCK.sub(lambda found: str(_kanji_number(found.group())), unspaced(text))
    plain = _HAMLET.sub("", _BLOCK_NAMES.sub("-", plain))
    plain = _HYPHEN_BETWEEN.sub("-", plain)
    return re.sub("-+", "-", plain).strip(HYPHENS).translate(_VARIANTS)


def _kanji_number(kanji: str) -> int:
    tens, ten, ones = kanji.partition("十")
    if not ten:
        return int("".join(str(_KANJI_DIGITS[one]) for one in kanji))
    return 10 * (_KANJI_DIGITS.get(tens, 1)) + _KANJI_DIGITS.get(ones, 0)
