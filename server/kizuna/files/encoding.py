"""Find a text file's encoding, by rules that know Japanese files.

Order: what was asked for; a byte order mark; ISO-2022-JP's escapes; UTF-16 and UTF-32 by where their zero bytes lie;
UTF-8; then Shift_JIS, EUC-JP and Western text by how plausible the characters are that come out.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from kizuna.errors import Text
from kizuna.files.errors import NullCharacterError, UndecodableTextError, UnknownEncodingError

# The codec lets five bytes through that are no Shift_JIS, as these characters.
_NO_SHIFT_JIS = "\x80\uf8f0\uf8f1\uf8f2\uf8f3"
_SAMPLE_BYTES = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32's little-endian mark begins with UTF-16's, so it comes first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The second of each family knows characters the first lacks (JIS X 0213).
_FAMILIES: dict[str, tuple[str, ...]] = {
    "cp932": ("cp932", "shift_jis_2004"),
    "euc_jp": ("euc_jp", "euc_jis_2004"),
    "cp1252": ("cp1252", "latin-1"),
}
_GUESSED = Text(
    "文字コードは {encoding} と判断しました。文字が化けていたら、文字コードを指定してください。",
    "The encoding was taken to be {encoding}. If letters look wrong, name the encoding.",
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text without its byte order mark, and the encoding it was in."""

    text: str
    encoding: str
    notes: tuple[Text, ...] = ()


def decode(data: bytes, *, name: str, encoding: str | None = None) -> Decoded:
    """Return the text of `data`; what cannot be decoded is refused by line, never replaced."""
    if encoding is not None:
        return _as_asked(data, encoding, name=name)
    for mark, marked in _MARKS:
        if data.startswith(mark):
            rest = data[len(mark) :]
            # Some programs put UTF-16's mark before UTF-32 text.
            wide = _wide_encoding(rest) if marked.startswith("utf-16") else None
            return _checked(rest, wide if wide and wide.startswith("utf-32") else marked, name=name)
    if b"\x1b$" in data[:_SAMPLE_BYTES] and data.isascii():
        return _checked(data, "iso2022_jp_2004" if b"\x1b$(Q" in data else "iso2022_jp", name=name, guessed=True)
    if b"\0" in data:
        wide = _wide_encoding(data)
        return _checked(data, wide or "utf-8", name=name, guessed=wide is not None)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(_sample(data)):
            raise UndecodableTextError(name=name, line=_line(data, error.start), encoding="utf-8") from None
    return _legacy(data, name=name)


def _as_asked(data: bytes, encoding: str, *, name: str) -> Decoded:
    try:
        codec = codecs.lookup(encoding.strip()).name
        if not getattr(codecs.lookup(codec), "_is_text_encoding", True):
            raise LookupError(codec)
    except LookupError:
        raise UnknownEncodingError(encoding=encoding) from None
    # Who says Shift_JIS means what Windows writes: 髙, ①, ～ are in cp932 only.
    codec = "cp932" if codec == "shift_jis" else codec
    for mark, marked in _MARKS:
        if data.startswith(mark) and marked.startswith(codec.removesuffix("-sig")):
            return _checked(data[len(mark) :], marked, name=name)
    return _checked(data, codec, name=name)


def _checked(data: bytes, encoding: str, *, name: str, guessed: bool = False) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableTextError(name=name, line=_line(data, error.start), encoding=encoding) from None
    place = text.find("\0")
    if place >= 0:
        raise NullCharacterError(name=name, line=text.count("\n", 0, place) + 1)
    return Decoded(text, encoding, (_GUESSED.format(encoding=encoding),) if guessed else ())


def _line(data: bytes, position: int) -> int:
    head = data[:position]
    return max(head.count(b"\n"), head.count(b"\r")) + 1


def _wide_encoding(data: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 form that `data` is in, told by its zero bytes, or None."""
    even = len(data) - len(data) % 4
    sample = data[: min(even, _SAMPLE_BYTES)]
    zeros = [sample[at::4].count(0) for at in range(4)]
    quarter = max(1, len(sample) // 4)
    if len(data) % 4 == 0 and zeros[2] == zeros[3] == quarter:
        # Above U+FFFF this fails, and such a file goes on to the checks for UTF-16.
        return "utf-32-le"
    if len(data) % 4 == 0 and zeros[0] == zeros[1] == quarter:
        return "utf-32-be"
    if len(data) % 2:
        return None
    low, high = zeros[1] + zeros[3], zeros[0] + zeros[2]
    # Japanese text in UTF-16 has zeros only in its commas, digits and line ends; one damaged byte is not enough.
    if max(low, high) * 200 < len(sample):
        return None
    wide = "utf-16-le" if low >= high else "utf-16-be"
    try:
        return None if "\0" in data.decode(wide) else wide
    except UnicodeDecodeError:
        return None


_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _is_damaged_utf8(data: bytes) -> bool:
    """Say whether nearly all non-ASCII bytes form UTF-8, so that the rest is damage and not another encoding."""
    good = sum(len(match) for match in _MULTIBYTE.findall(data))
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return good >= 12 and good >= 0.9 * high


def _legacy(data: bytes, *, name: str) -> Decoded:
    sample = _sample(data)
    scores = {family: _implausibility(sample, family) for family in _FAMILIES}
    best = min(scores, key=lambda family: scores[family])
    codec_names: tuple[str, ...] = _FAMILIES[best]
    if best == "cp1252" and _is_hardly_western(sample):
        other = _last_resort(sample)
        codec_names = (other, *codec_names) if other else codec_names
    for codec in codec_names:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if codec == "cp932" and (damage := [text.index(sign) for sign in _NO_SHIFT_JIS if sign in text]):
            raise UndecodableTextError(name=name, line=text.count("\n", 0, min(damage)) + 1, encoding=codec)
        # A Japanese office expects Shift_JIS, so only the others are worth a word.
        return Decoded(text, codec, () if codec == "cp932" else (_GUESSED.format(encoding=codec),))
    return _checked(data, codec_names[0], name=name)


def _sample(data: bytes) -> bytes:
    """Return lines with non-ASCII bytes, at most a sample's worth; headers alone may be pure ASCII."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    lines: list[bytes] = []
    size = 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > _SAMPLE_BYTES:
                break
    return b"".join(lines)[: 4 * _SAMPLE_BYTES]


def _implausibility(sample: bytes, family: str) -> float:
    """Return how unlikely the characters are that `family` makes of `sample`: 0 plain, above 1 hardly."""
    text = sample.decode(family, errors="replace")
    cost = 0.0
    before = ""
    count = 0
    for character in text:
        if character >= "\x80":
            count += 1
            cost += _western_cost(character, before) if family == "cp1252" else _japanese_cost(character)
        before = character
    return cost / max(1, count)


def _japanese_cost(character: str) -> float:
    if character == "\ufffd":
        return 20.0
    if "\uff61" <= character <= "\uff65":  # ｡｢｣､･ turn up where EUC-JP kana are read as Shift_JIS
        return 2.0
    if "\uff66" <= character <= "\uff9f":
        return 0.45
    if "\ue000" <= character <= "\uf8ff" or character < "\xa0":
        return 3.0
    if "\u3000" <= character <= "\u30ff" or "\uff01" <= character <= "\uff5e":
        return 0.0
    if "\u4e00" <= character <= "\u9fff":
        # Level 1 kanji (亜 to 腕) are the common ones; wrong guesses land beyond them.
        code = character.encode("cp932", errors="replace")
        return 0.15 if len(code) == 2 and 0x889F <= int.from_bytes(code, "big") <= 0x9872 else 0.7
    return 0.8


def _western_cost(character: str, before: str) -> float:
    if character == "\ufffd" or character in "ƒˆ‰‹Œ†‡¤¦¬¶¸¹":
        return 4.0
    if character.isalpha():
        # An accented letter stands among plain ones; runs of them are another encoding's bytes.
        return 0.1 if before.isascii() else 0.9
    return 0.3 if before.isascii() else 1.2


def _is_hardly_western(sample: bytes) -> bool:
    letters = [byte for byte in sample if byte >= 0xC0 or 65 <= byte <= 90 or 97 <= byte <= 122]
    return sum(byte >= 0xC0 for byte in letters) > 0.35 * len(letters)


def _last_resort(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    match = from_bytes(sample).best()
    return match.encoding if match else None
